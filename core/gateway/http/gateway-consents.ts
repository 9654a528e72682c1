// Which clients of the HTTP gateway a person has allowed which servers, and which they have asked for meanwhile.
// It must not know how servers are signed in.
import type { Clock } from '../../base/clock.ts';
import type { StateDb } from '../../base/state-db.ts';

type Pairs = Map<string, Set<string>>;

export class GatewayConsents {
  readonly #db: StateDb['db'];
  readonly #clock: Clock;
  /** Servers by the id of the client. */
  readonly #allowed: Pairs = new Map();
  /** Asked for and not allowed, since this host started. */
  readonly #asked: Pairs = new Map();

  constructor({ db }: Pick<StateDb, 'db'>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
    for (const { client_id: client, server } of db.prepare('SELECT * FROM gateway_consents').all()) {
      note(this.#allowed, String(client), String(server));
    }
  }

  isAllowed(client: string, server: string): boolean {
    return this.#allowed.get(client)?.has(server) === true;
  }

  allow(client: string, server: string): void {
    const approvedAt = new Date(this.#clock.now()).toISOString();
    this.#db
      .prepare('INSERT OR REPLACE INTO gateway_consents (client_id, server, approved_at) VALUES (?, ?, ?)')
      .run(client, server, approvedAt);
    note(this.#allowed, client, server);
    this.#asked.get(client)?.delete(server);
  }

  /** A client was held at a server. False when that was known. */
  noteAsked(client: string, server: string): boolean {
    return note(this.#asked, client, server);
  }

  /** Names of servers, in order. */
  of(client: string): { allowed: string[]; asked: string[] } {
    const named = (pairs: Pairs): string[] => [...(pairs.get(client) ?? [])].toSorted();
    return { allowed: named(this.#allowed), asked: named(this.#asked) };
  }

  forgetClient(client: string): void {
    this.#db.prepare('DELETE FROM gateway_consents WHERE client_id = ?').run(client);
    this.#allowed.delete(client);
    this.#asked.delete(client);
  }

  /** The server is gone, or it is signed in as somebody else. */
  forgetServer(server: string): void {
    this.#db.prepare('DELETE FROM gateway_consents WHERE server = ?').run(server);
    for (const servers of [...this.#allowed.values(), ...this.#asked.values()]) servers.delete(server);
  }
}

/** False when it is there. */
function note(pairs: Pairs, client: string, server: string): boolean {
  const servers = pairs.get(client) ?? new Set();
  pairs.set(client, servers);
  return !servers.has(server) && servers.add(server) !== undefined;
}
