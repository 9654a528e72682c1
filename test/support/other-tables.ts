// What two other packages say of the clients that Portolan knows, and where Portolan says otherwise.
import { isDeepStrictEqual } from 'node:util';
import type { ClientEnv, ClientFormat } from '../../core/clients/client-format.ts';
import { CLIENT_FORMATS } from '../../core/clients/client-formats.ts';
import type { Endpoint } from '../../shared/model/server-entry.ts';
import { LAUNCHER, serverEntry } from './test-clients.ts';

export interface Difference {
  readonly source: 'add-mcp' | 'gleanwork';
  /** Their name of the client. */
  readonly theirs: string;
  readonly client: string;
  readonly what: string;
  readonly they: unknown;
  readonly we: unknown;
}

/** The server that all are asked to write. */
export const NAME = 'one';
export const STDIO = { type: 'stdio', command: 'npx', args: ['-y', 'x-mcp'], env: { LEVEL: '1' } } satisfies Endpoint;
export const HTTP: Endpoint = { type: 'streamable-http', url: 'https://x.example/mcp', headers: { 'X-A': '1' } };
export const SSE: Endpoint = { type: 'sse', url: 'https://x.example/sse', headers: {} };

/** The format called `id`; undefined while nobody has written it. */
export function knownFormat(id: string): ClientFormat | undefined {
  return CLIENT_FORMATS.find((format) => format.id === id);
}

/** The entry that Portolan writes for `endpoint` in the client's own form, or `refused`. */
export function ourEntry(format: ClientFormat, endpoint: Endpoint): unknown {
  const server = serverEntry(NAME, endpoint);
  const answer = format.entryFor({ server, mode: 'direct', launcher: LAUNCHER, inputs: new Set() });
  return answer.kind === 'entry' ? plain(answer.entry) : 'refused';
}

/** The files that Portolan writes for a scope. */
export function ourPaths(format: ClientFormat, env: ClientEnv, scope: string): string[] {
  return format
    .files(env)
    .filter((file) => file.scope === scope && file.readOnly !== true)
    .map((file) => file.path);
}

/** Collects what is not the same. */
export class Comparison {
  readonly differences: Difference[] = [];
  readonly #source: Difference['source'];

  constructor(source: Difference['source']) {
    this.#source = source;
  }

  same(theirs: string, client: string, what: string, they: unknown, we: unknown): void {
    const [a, b] = [plain(they), plain(we)];
    if (!isDeepStrictEqual(a, b)) this.differences.push({ source: this.#source, theirs, client, what, they: a, we: b });
  }

  /** Their one path is one of ours. */
  path(theirs: string, client: string, what: string, they: string | undefined, we: readonly string[]): void {
    if (they !== undefined && we.includes(they)) return;
    this.same(theirs, client, what, they ?? null, we);
  }
}

function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}
