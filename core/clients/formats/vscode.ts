// VS Code: `mcp.json` with comments, servers under `servers` and the prompts they use under `inputs`.
import type { ImportWarning } from '../../../shared/model/import-result.ts';
import { isSecretName } from '../../base/secret-shape.ts';
import type { ClientFormat } from '../client-format.ts';
import { inAppData, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { type JsonNode, membersOf, plainValue } from '../../base/json-tree.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, readFile } from '../read-file.ts';

const dialect: FileDialect = {
  id: 'vscode',
  format: 'jsonc',
  strictJson: false,
  rejectsBom: false,
  rootKeys: ['servers', 'inputs'],
  reservedNames: new Set(),
  variables: 'vscode',
  untypedUrl: 'http-auto',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  oauthFields: ['oauth'],
  locate: (root) => locateMap(root, 'servers'),
  readInputs,
};

const shape: EntryShape = {
  displayName: 'VS Code',
  variables: 'vscode',
  cwd: true,
  stdioType: 'stdio',
  remoteTypes: { 'streamable-http': 'http', sse: 'sse', 'http-auto': null },
  oauth: { field: 'oauth', clientId: 'clientId' },
};

export const vscode: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'VS',
  files: (env) => [
    { scope: 'user', path: inAppData(env, 'Code', 'User', 'mcp.json'), format: 'jsonc' },
    ...(env.projectDir === undefined
      ? []
      : [{ scope: 'project', path: joinFor(env, env.projectDir, '.vscode', 'mcp.json'), format: 'jsonc' } as const]),
  ],
  place: { root: ['servers'] },
  indent: '\t',
  variables: shape.variables,
  reload: 'VS Code reads the file by itself; start the servers there when it asks.',
  processNames: ['Code', 'code'],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

/** The `inputs` of a file in portable form; a default of a secret prompt is a literal secret and is left out. */
function readInputs(root: JsonNode, warn: (warning: ImportWarning) => void): Record<string, unknown>[] {
  const list = membersOf(root).get('inputs')?.value;
  if (list === undefined) return [];
  if (list.type !== 'array') warn({ code: 'SCHEMA_VIOLATION', path: '/inputs' });
  return (list.type === 'array' ? (list.children ?? []) : []).flatMap((node, index) => {
    const input = readInput(node, `/inputs/${index}`, warn);
    return input === undefined ? [] : [input];
  });
}

function readInput(
  node: JsonNode,
  path: string,
  warn: (warning: ImportWarning) => void,
): Record<string, unknown> | undefined {
  const fields = membersOf(node);
  const text = (key: string): string | undefined => {
    const value = fields.get(key)?.value;
    return value?.type === 'string' ? String(value.value) : undefined;
  };
  const only = (key: string) => (text(key) === undefined ? {} : { [key]: text(key) });
  const id = text('id');
  if (id === undefined) {
    warn({ code: 'SCHEMA_VIOLATION', path });
    return undefined;
  }
  switch (text('type')) {
    case 'promptString': {
      const secret = fields.get('password')?.value.value === true || isSecretName(id);
      if (secret && text('default')) warn({ code: 'LITERAL_SECRET', path: `${path}/default` });
      return { id, kind: 'prompt', secret, ...only('description'), ...(secret ? {} : only('default')) };
    }
    case 'pickString':
      return {
        id,
        kind: 'choice',
        secret: false,
        ...only('description'),
        choices: choicesOf(fields.get('options')?.value),
        ...only('default'),
      };
    case 'command':
      warn({ code: 'INPUT_COMMAND_NOT_PORTABLE', path });
      return { id, kind: 'command', secret: true, ...only('description'), ...only('command') };
    default:
      warn({ code: 'SCHEMA_VIOLATION', path: `${path}/type` });
      return undefined;
  }
}

function choicesOf(options: JsonNode | undefined): string[] {
  return (options?.type === 'array' ? (options.children ?? []) : []).flatMap((option) => {
    const value = option.type === 'object' ? membersOf(option).get('value')?.value : option;
    const plain = value === undefined ? undefined : plainValue(value);
    return typeof plain === 'string' ? [plain] : [];
  });
}
