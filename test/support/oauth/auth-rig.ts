// One server's sign-in with scripted authorization servers, a store in memory and a clock that the test turns.
import { PortolanError } from '../../../shared/errors.ts';
import { parseChallenges } from '../../../core/oauth/challenge.ts';
import type { Credentials, RequestAuth } from '../../../core/oauth/request-auth.ts';
import { type ServerEntry, serverEntrySchema } from '../../../shared/model/server-entry.ts';
import type { AuditEvent } from '../../../core/audit/audit-event.ts';
import type { ResolvedServer } from '../../../core/catalog/resolve.ts';
import { ServerSignIns } from '../../../core/oauth/server-sign-ins.ts';
import { TokenBroker } from '../../../core/oauth/token-broker.ts';
import { ManualClock } from '../manual-clock.ts';
import { MemoryTokens } from './memory-tokens.ts';
import { ScriptedFlows } from './scripted-flows.ts';

export const SERVER = 'https://mcp.example/mcp';

export class AuthRig {
  readonly clock = new ManualClock();
  readonly flows = new ScriptedFlows(this.clock);
  readonly audit: AuditEvent[] = [];
  readonly entries: ServerEntry[] = [];
  readonly told: string[] = [];
  readonly tokens: MemoryTokens;
  readonly broker: TokenBroker;
  readonly signIns: ServerSignIns;
  waitMs = 45_000;

  constructor(tokens = new MemoryTokens()) {
    this.tokens = tokens;
    this.broker = new TokenBroker({
      tokens,
      clock: this.clock,
      process: { name: 'test', isAlive: () => false },
      random: () => 0.5,
    });
    this.signIns = new ServerSignIns({
      broker: this.broker,
      tokens,
      flows: this.flows,
      clock: this.clock,
      audit: (event) => void this.audit.push(event),
      waitMs: () => this.waitMs,
      entries: () => this.entries,
      resolve: (entry) => Promise.resolve(resolved(entry)),
      startIdentity: () => Promise.reject(new PortolanError('IDENTITY_NOT_FOUND', 'none')),
      hooks: {
        onSignIns: () => undefined,
        onServer: () => undefined,
        onNeeded: (server) => void this.told.push(`needed ${server}`),
        onSignedIn: (server) => void this.told.push(`signed in ${server}`),
        onPrincipalGone: (server) => {
          this.told.push(`gone ${server}`);
          return Promise.resolve();
        },
      },
    });
  }

  add(name = 'docs', url = SERVER, auth?: object, headers: Record<string, string> = {}): ServerEntry {
    const options = auth === undefined ? {} : { auth };
    const entry = serverEntrySchema.parse({ name, endpoint: { type: 'streamable-http', url, headers }, options });
    this.entries.push(entry);
    return entry;
  }

  /** What a connection to the server asks. */
  auth(name = 'docs', mayWait = true): RequestAuth {
    const entry = this.entries.find((candidate) => candidate.name === name);
    if (entry === undefined) throw new Error(`no entry ${name}`);
    const requester = { client: () => 'editor', mayWait: () => mayWait };
    const auth = this.signIns.authOf(resolved(entry), requester);
    if (auth === undefined) throw new Error(`${name} is not signed in to`);
    return auth;
  }

  /** Signs in as a person would. */
  async signIn(name = 'docs', more = {}): Promise<void> {
    const { id } = await this.signIns.start(name, { way: undefined, again: true });
    this.flows.people.at(-1)?.finish(more);
    for await (const { state } of this.signIns.desk.follow(id, undefined)) if (state === 'done') return;
  }
}

export function resolved(entry: ServerEntry): ResolvedServer {
  const { auth } = entry.options;
  return { ...entry, secretValues: [], ...(auth !== undefined && { auth }) };
}

/** Sends a request as a connection does, to a server that takes the tokens that `takes` names. */
export async function request(
  auth: RequestAuth,
  takes: (token: string | undefined) => boolean | string,
  {
    url = SERVER,
    what = 'search',
    signal = new AbortController().signal,
  }: { url?: string; what?: string; signal?: AbortSignal } = {},
): Promise<{ readonly status: number; readonly sent: (string | undefined)[] }> {
  const sent: (string | undefined)[] = [];
  const to = new URL(url);
  for (let tries = 1; tries <= 5; tries++) {
    const used: Credentials = await auth.credentials({ method: 'POST', url: to });
    const token = used.headers['authorization'];
    sent.push(token);
    const verdict = takes(token);
    const statusCode = verdict === true ? 200 : verdict === false ? 401 : 403;
    const header =
      verdict === false
        ? 'Bearer error="invalid_token"'
        : `Bearer error="insufficient_scope", scope="${String(verdict)}"`;
    auth.noteResponse({ statusCode, headers: {} }, to, used);
    if (statusCode === 200) return { status: 200, sent };
    await auth.refused({ status: statusCode, challenges: parseChallenges(header), what }, used, signal);
  }
  return { status: 401, sent };
}
