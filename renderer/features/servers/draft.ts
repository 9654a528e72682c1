// A server entry while a person edits it, and its way to and from the catalog's form. No view here.
import type { Endpoint, ServerEntry } from '../../../shared/model/server-entry.ts';

/** One environment variable or header. `ref` is the keychain name that holds the value now. */
export interface ValueRow {
  readonly id: number;
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly ref?: string;
}

export type DraftType = Endpoint['type'];

export interface Draft {
  readonly name: string;
  readonly type: DraftType;
  readonly command: string;
  /** One argument per line, or a JSON array when an argument has a line break. */
  readonly args: string;
  readonly cwd: string;
  readonly url: string;
  readonly env: readonly ValueRow[];
  readonly headers: readonly ValueRow[];
}

/** The name rule of the catalog; kept equal to the model's pattern by a test. */
export const NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

const WHOLE_SECRET = /^\$\{secret:([A-Za-z0-9_][A-Za-z0-9_.-]*)\}$/;
const SECRET_NAME = /token|secret|password|passwd|api[-_]?key|authorization|credential|private[-_]?key|^key$|[-_]key$/i;
const SECRET_VALUE =
  /^(bearer\s+\S{8,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,}|glpat-[\w-]{16,})/i;

let nextId = 1;

/** A row; without `secret` the name and value decide whether it belongs in the keychain. */
export function valueRow(name: string, value: string, secret?: boolean): ValueRow {
  const ref = WHOLE_SECRET.exec(value)?.[1];
  nextId += 1;
  if (ref !== undefined) return { id: nextId, name, value: '', secret: true, ref };
  const literal = !value.includes('${');
  const looksSecret = literal && value !== '' && (SECRET_NAME.test(name) || SECRET_VALUE.test(value));
  return { id: nextId, name, value, secret: secret ?? looksSecret };
}

export function emptyDraft(type: DraftType = 'stdio'): Draft {
  return { name: '', type, command: '', args: '', cwd: '', url: '', env: [], headers: [] };
}

function rowsOf(values: Readonly<Record<string, string>>): ValueRow[] {
  return Object.entries(values).map(([name, value]) => valueRow(name, value));
}

export function argsText(args: readonly string[]): string {
  const lines = args.join('\n');
  const exact = args.every((arg) => arg !== '' && !arg.includes('\n')) && parsedArray(lines) === undefined;
  return exact ? lines : JSON.stringify(args);
}

export function argsOf(text: string): string[] {
  return parsedArray(text) ?? text.split('\n').filter((line) => line.trim() !== '');
}

function parsedArray(text: string): string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The draft of an entry, an endpoint from a snippet, or a pasted command. */
export function draftOf(name: string, endpoint: Endpoint): Draft {
  const base = { ...emptyDraft(endpoint.type), name };
  return endpoint.type === 'stdio'
    ? {
        ...base,
        command: endpoint.command,
        args: argsText(endpoint.args),
        cwd: endpoint.cwd ?? '',
        env: rowsOf(endpoint.env),
      }
    : { ...base, url: endpoint.url, headers: rowsOf(endpoint.headers) };
}

/** The keychain name for a value of a server: `github-authorization`. */
function secretNameFor(server: string, row: Pick<ValueRow, 'name'>): string {
  const tail = row.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${server}-${tail || 'value'}`.slice(0, 128);
}

export interface ReadyEntry {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Values that the host puts into the keychain, by keychain name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The entry to send: secrets are taken out and references put in their place. */
export function readyEntry(draft: Draft): ReadyEntry {
  const secrets: Record<string, string> = {};
  const place = (rows: readonly ValueRow[]): Record<string, string> =>
    Object.fromEntries(
      rows
        .filter((row) => row.name.trim() !== '')
        .map((row) => {
          if (!row.secret) return [row.name.trim(), row.value];
          if (row.value === '') return [row.name.trim(), row.ref === undefined ? '' : `\${secret:${row.ref}}`];
          const secret = row.ref ?? secretNameFor(draft.name, row);
          secrets[secret] = row.value;
          return [row.name.trim(), `\${secret:${secret}}`];
        }),
    );
  const endpoint: Endpoint =
    draft.type === 'stdio'
      ? {
          type: 'stdio',
          command: draft.command.trim(),
          args: argsOf(draft.args),
          env: place(draft.env),
          ...(draft.cwd.trim() === '' ? {} : { cwd: draft.cwd.trim() }),
        }
      : { type: draft.type, url: draft.url.trim(), headers: place(draft.headers) };
  return { name: draft.name, endpoint, secrets };
}

export type DraftProblems = Partial<Record<'name' | 'command' | 'url' | 'values', string>>;

/** What keeps a draft from being saved, by field. Empty when it is ready. */
export function draftProblems(draft: Draft, takenNames: readonly string[]): DraftProblems {
  const problems: DraftProblems = {};
  if (draft.name === '') problems.name = 'Give the server a name.';
  else if (!NAME_PATTERN.test(draft.name)) {
    problems.name = 'Use 1 to 64 letters, digits, dots, dashes or underscores, not starting with a dot or dash.';
  } else if (takenNames.includes(draft.name)) problems.name = `A server named ${draft.name} exists.`;
  if (draft.type === 'stdio') {
    if (draft.command.trim() === '') problems.command = 'Name the program that starts the server.';
  } else if (!isHttpUrl(draft.url.trim())) problems.url = 'Give an address that starts with https:// or http://.';
  const rows = (draft.type === 'stdio' ? draft.env : draft.headers).filter((row) => row.name.trim() !== '');
  const names = rows.map((row) => (draft.type === 'stdio' ? row.name.trim() : row.name.trim().toLowerCase()));
  const missing = rows.find((row) => row.secret && row.value === '' && row.ref === undefined);
  if (new Set(names).size < names.length) problems.values = 'Two values have the same name.';
  else if (missing) problems.values = `Type the value of ${missing.name.trim()}, or do not keep it in the keychain.`;
  return problems;
}

function isHttpUrl(text: string): boolean {
  const plain = text.replaceAll(/\$\{[^}]*\}/g, 'x');
  return URL.canParse(plain) && /^https?:$/.test(new URL(plain).protocol);
}

/** Where a server is, on one line: its command line or its address. */
export function whereOf(entry: Pick<ServerEntry, 'endpoint'>): string {
  const { endpoint } = entry;
  return endpoint.type === 'stdio'
    ? [endpoint.command, ...endpoint.args].join(' ')
    : endpoint.url.replace(/^https:\/\//, '');
}

const TRANSPORTS: Readonly<Record<DraftType, string>> = {
  stdio: 'stdio',
  'streamable-http': 'HTTP',
  'http-auto': 'HTTP',
  sse: 'SSE',
};

export function transportWord(type: string): string {
  return type in TRANSPORTS ? TRANSPORTS[type as DraftType] : type;
}
