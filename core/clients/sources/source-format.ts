// What servers are imported from without being another client's file: a format that reads, and has nothing to write.
import type { ImportedServer, ImportResult, ImportWarning } from '../../../shared/model/import-result.ts';
import type { ClientFormat, ParseContext, ParsedFile, SecretFinding } from '../client-format.ts';
import { findSecrets } from '../find-secrets.ts';
import type { VariableSyntax } from '../variables.ts';

/** A format for `parse` alone; an export to it is refused. */
export function sourceFormat(
  id: string,
  displayName: string,
  parse: ClientFormat['parse'],
  variables: VariableSyntax = 'none',
): ClientFormat {
  return {
    id,
    displayName,
    monogram: displayName.slice(0, 2).toUpperCase(),
    files: () => [],
    variables,
    place: { root: [] },
    reload: '',
    processNames: [],
    rewritesFile: false,
    locksFile: false,
    clientName: (name) => name,
    parse,
    entryFor: () => ({ kind: 'refused', reason: `${displayName} is only read` }),
  };
}

export interface SourceContent {
  readonly servers: readonly ImportedServer[];
  readonly inputs: readonly Record<string, unknown>[];
  readonly warnings: readonly ImportWarning[];
}

/** The result of a source, its literal secrets found. */
export function sourceResult(client: string, context: ParseContext, content: SourceContent): ParsedFile {
  const secrets: SecretFinding[] = [];
  const warnings = [...content.warnings];
  const servers = content.servers.map((server, index) => {
    const found = findSecrets(server);
    const paths = [...new Set(found.map((secret) => secret.path))];
    secrets.push(...found.map((secret) => ({ ...secret, server: index })));
    warnings.push(...paths.map((path) => ({ code: 'LITERAL_SECRET', server: server.name, path })));
    return paths.length === 0 ? server : { ...server, secretCandidates: paths };
  });
  const result: ImportResult = {
    ...base(client, context),
    outcome: warnings.length === 0 ? 'ok' : 'ok-with-warnings',
    servers,
    ...(content.inputs.length === 0 ? {} : { inputs: [...content.inputs] }),
    warnings,
    error: null,
  };
  return { result, secrets };
}

/** The result of a source that cannot be read. */
export function sourceError(
  client: string,
  context: ParseContext,
  error: NonNullable<ImportResult['error']>,
): ParsedFile {
  return { result: { ...base(client, context), outcome: 'error', servers: [], warnings: [], error }, secrets: [] };
}

function base(client: string, { scope, file }: ParseContext) {
  return { client, ...(file === undefined ? {} : { file }), scope, format: 'json' };
}
