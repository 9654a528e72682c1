// What an import would do: one row per distinct server, secrets lifted out, nothing changed yet.
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { ImportedServer, ImportPlan, ImportResult, ImportWarning } from '../../shared/model/import-result.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import type { SecretFinding } from './client-format.ts';
import { createInputPlanner } from './import-inputs.ts';
import { layerOf } from './client-layer.ts';
import { MASK, sealServer } from './seal-server.ts';
import type { Source } from './read-source.ts';
import { serverIdentity } from './server-identity.ts';
import { portableName, secretName, uniqueName } from './server-names.ts';
import { type Converted, toEndpoint, toEntry } from './to-entry.ts';

type Row = ImportPlan['rows'][number];
type FoundIn = Row['foundIn'][number];

/** A row with what applying it needs. It holds secrets, so it must not leave core/clients. */
export interface PlannedRow {
  readonly row: Row;
  readonly entry: ServerEntry | undefined;
  readonly secrets: ReadonlyMap<string, string>;
  /** What the entry asks for and the catalog does not define yet. */
  readonly inputs: readonly CatalogInput[];
}

export interface PlannedImport {
  readonly rows: readonly PlannedRow[];
  /** The results of the sources, secrets replaced by the references that would be stored. */
  readonly results: readonly ImportResult[];
}

/** One server of a source, with what was found about it. */
interface Found {
  readonly source: Source;
  readonly server: ImportedServer;
  readonly findings: readonly SecretFinding[];
  readonly warnings: readonly ImportWarning[];
}

interface Draft {
  readonly key: string;
  readonly server: ImportedServer;
  readonly findings: readonly SecretFinding[];
  readonly foundIn: FoundIn[];
  readonly warnings: ImportWarning[];
  readonly name: string;
  /** Keychain name by value: the same literal is stored once. */
  readonly secrets: Map<string, string>;
  entry: ServerEntry | undefined;
  inputs: readonly CatalogInput[];
  readonly action: Row['action'];
  note: string | undefined;
}

const MAX_SECRET_NAME = 128;
const OWN_ENTRY = { kind: 'skip', code: 'OWN_ENTRY', note: 'It is one of your servers, through Portolan.' } as const;
const MAX_SHOWN_NAME = 80;
const NO_PROMPTS: readonly Readonly<Record<string, unknown>>[] = [];

/**
 * Plans an import of `sources` into a catalog that holds `existing` and `inputs`; `hasSecret` tells keychain names in use, `isOwn`
 * the entries that lead back here.
 */
export function buildImportPlan(
  sources: readonly Source[],
  existing: readonly ServerEntry[],
  hasSecret: (name: string) => boolean,
  isOwn: (server: ImportedServer) => boolean,
  inputs: readonly CatalogInput[] = [],
): PlannedImport {
  const planner = createPlanner(existing, hasSecret, isOwn, inputs);
  const results = sources.map((source) => {
    const { result, secrets } = source.parsed;
    const found = Map.groupBy(secrets, (finding) => finding.server);
    const warned = Map.groupBy(result.warnings, (warning) => warning.server);
    const servers = result.servers.map((server, index) =>
      planner.add({ source, server, findings: found.get(index) ?? [], warnings: warned.get(server.name) ?? [] }),
    );
    return { ...result, servers };
  });
  return { rows: planner.rows(), results };
}

function createPlanner(
  existing: readonly ServerEntry[],
  hasSecret: (name: string) => boolean,
  isOwn: (server: ImportedServer) => boolean,
  inputs: readonly CatalogInput[],
) {
  const asked = JSON.stringify(existing);
  const withInputs = createInputPlanner(
    (id) => inputs.some((input) => input.id === id) || asked.includes(`\${input:${id}}`) || hasSecret(`input.${id}`),
  );
  const drafts = new Map<string, Draft>();
  const catalogByIdentity = new Map(existing.map((entry) => [serverIdentity(entry.endpoint), entry]));
  const takenNames = new Set(existing.map((entry) => entry.name.toLowerCase()));
  const takenSecrets = new Set<string>();
  const secretTaken = (name: string) => takenSecrets.has(name) || hasSecret(name);

  const draftFor = (found: Found): Draft => {
    const { source, server, findings, warnings } = found;
    const foundIn = placeOf(source, server);
    const converted = isOwn(server)
      ? OWN_ENTRY
      : convert(
          source,
          sealServer(server, findings, () => '${secret:x}'),
          server,
        );
    if (converted.kind === 'skip') {
      const skipped = [...warnings, { code: converted.code, server: server.name }];
      return newDraft(found, foundIn, skipped, portableName(server.name), 'skip', converted.note);
    }
    const identity = serverIdentity(converted.endpoint);
    const before = drafts.get(identity);
    if (before !== undefined) {
      before.foundIn.push(foundIn);
      return before;
    }
    const same = catalogByIdentity.get(identity);
    const wanted = portableName(server.name);
    const name = same?.name ?? uniqueName(wanted, (candidate) => takenNames.has(candidate.toLowerCase()));
    takenNames.add(name.toLowerCase());
    const action = same !== undefined ? 'same' : name === wanted ? 'add' : 'add-renamed';
    const all = [...warnings, ...converted.warnings];
    const draft = newDraft(
      found,
      foundIn,
      all,
      name,
      action,
      same === undefined ? undefined : 'Already in the catalog.',
    );
    drafts.set(identity, draft);
    return draft;
  };

  const newDraft = (
    { source, server, findings }: Found,
    foundIn: FoundIn,
    warnings: ImportWarning[],
    name: string,
    action: Row['action'],
    note: string | undefined,
  ): Draft => {
    const key = String(drafts.size + 1);
    const shared = { key, source, server, findings, foundIn: [foundIn], warnings, name, action, note };
    const draft: Draft = { ...shared, secrets: new Map(), entry: undefined, inputs: [] };
    if (action === 'skip') drafts.set(`skip ${key}`, draft);
    return draft;
  };

  /** Registers one server and gives it back sealed. */
  const add = (found: Found): ImportedServer => {
    const { source, server, findings } = found;
    const draft = draftFor(found);
    const sealed = sealServer(server, findings, (finding) =>
      referenceFor(draft, server, finding, secretTaken, takenSecrets),
    );
    if (draft.action === 'same' || draft.action === 'skip') return sealed;
    if (draft.server === server) {
      const converted = convert(source, sealed, server);
      if (converted.kind === 'endpoint') {
        const entry = toEntry(draft.name, converted, server, source.format.id);
        Object.assign(draft, withInputs(entry, source.parsed.result.inputs ?? NO_PROMPTS));
      }
    }
    keepLayer(draft, source, server);
    return sealed;
  };

  return { add, rows: () => [...drafts.values()].map(plannedRow) };
}

/** The server as its client runs it, in Portolan's terms. */
function convert({ format, parsed }: Source, sealed: ImportedServer, literal: ImportedServer): Converted {
  return toEndpoint(format.effective?.(sealed) ?? sealed, literal, parsed.variables ?? format.variables);
}

function placeOf({ format, scope, path }: Source, server: ImportedServer): FoundIn {
  const isLocal = server.projectPath !== undefined && scope === 'user';
  return { client: format.id, scope: isLocal ? 'local' : scope, ...(path === undefined ? {} : { path }) };
}

/** Keeps what the client's entry says beside the catalog's fields; of several entries of a client, the first counts. */
function keepLayer(draft: Draft, source: Source, server: ImportedServer): void {
  const { entry } = draft;
  const { id } = source.format;
  if (entry === undefined || entry.options.clients?.[id] !== undefined) return;
  const raw = source.parsed.entries?.[source.parsed.result.servers.indexOf(server)];
  const layer = layerOf(source.format, { name: server.name, catalogName: draft.name }, raw, (secret) => {
    const known = draft.secrets.get(secret);
    return known === undefined ? undefined : `\${secret:${known}}`;
  });
  if (layer === undefined) return;
  draft.entry = { ...entry, options: { ...entry.options, clients: { ...entry.options.clients, [id]: layer } } };
}

/** `${secret:NAME}` for what will be stored; dots for a literal that stays where it is. */
function referenceFor(
  draft: Draft,
  server: ImportedServer,
  finding: SecretFinding,
  taken: (name: string) => boolean,
  takenSecrets: Set<string>,
): string {
  const known = draft.secrets.get(finding.value);
  if (known !== undefined) return `\${secret:${known}}`;
  if (draft.action === 'skip' || draft.action === 'same') return MASK;
  if (draft.server !== server) {
    draft.note ??= 'Another file holds other values for its secrets; those stay there.';
    return MASK;
  }
  const name = uniqueName(secretName(draft.name, finding.field), taken, MAX_SECRET_NAME);
  takenSecrets.add(name);
  draft.secrets.set(finding.value, name);
  return `\${secret:${name}}`;
}

function plannedRow(draft: Draft): PlannedRow {
  const note = [renamedWords(draft), draft.note].filter((part) => part !== undefined).join(' ');
  return {
    row: {
      key: draft.key,
      name: draft.name,
      transport: draft.server.transport,
      where: whereOf(draft),
      foundIn: draft.foundIn,
      action: draft.action,
      secrets: [...draft.secrets.values()],
      warnings: draft.warnings,
      ...(note === '' ? {} : { note }),
    },
    entry: draft.entry,
    inputs: draft.inputs,
    secrets: new Map([...draft.secrets].map(([value, name]) => [name, value])),
  };
}

/** A person looks for the name that the client shows. */
function renamedWords({ action, name, server }: Draft): string | undefined {
  const renamed = (action === 'add' || action === 'add-renamed') && name !== server.name;
  return renamed ? `Its client calls it "${server.name.slice(0, MAX_SHOWN_NAME)}".` : undefined;
}

/** Command line or URL, secrets as dots. */
function whereOf({ server, findings }: Draft): string {
  const masked = sealServer(server, findings, () => MASK);
  return whereText(
    masked.transport === 'stdio'
      ? { type: 'stdio', command: masked.command ?? '', args: masked.args ?? [], env: {} }
      : { type: 'http-auto', url: masked.url ?? '', headers: {} },
  );
}

function whereText(endpoint: Endpoint): string {
  if (endpoint.type !== 'stdio') return endpoint.url;
  return [endpoint.command, ...endpoint.args]
    .map((word) => (/^[^\s"']+$/.test(word) ? word : JSON.stringify(word)))
    .join(' ');
}
