// The clients of the HTTP gateway: each has a token of its own that is shown once, kept as a digest, and can be revoked.
// It must not know HTTP.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { PortolanError } from '../../../shared/errors.ts';
import type { GatewayClient } from '../../../shared/model/gateway.ts';
import type { Clock } from '../../base/clock.ts';
import type { StateDb } from '../../base/state-db.ts';

const TOKEN_BYTES = 32;
const MAX_CLIENTS = 200;
/** Wrong tokens in a second after which answers stop telling right from wrong. */
const MAX_FAILURES = 10;
const FAILURE_WINDOW_MS = 1_000;
const LAST_USE_MS = 60_000;

/** Where a client shows its token: in the `Authorization` header, or as a part of the path. */
type Place = 'header' | 'path';

interface Row {
  readonly client: GatewayClient;
  readonly place: Place;
  readonly hash: Buffer;
  /** Clock.monotonic() of the last use that was written. */
  writtenAt: number | undefined;
}

export type Admission =
  | { readonly kind: 'client'; readonly client: GatewayClient }
  | { readonly kind: 'refused' | 'too-many' };

export class GatewayClients {
  readonly #db: StateDb['db'];
  readonly #clock: Clock;
  #rows: Row[];
  #failures: number[] = [];

  constructor({ db }: Pick<StateDb, 'db'>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
    this.#rows = db.prepare('SELECT * FROM gateway_clients ORDER BY created_at, id').all().map(rowOf);
  }

  list(): GatewayClient[] {
    return this.#rows.map(({ client }) => client);
  }

  /**
   * A new client with its token, which cannot be had again. `targets`: the servers and profiles (`profile:NAME`) it may use.
   * @throws PortolanError DUPLICATE_NAME, RESOURCE_EXHAUSTED beyond 200 clients.
   */
  add(about: { name: string; targets?: readonly string[] | undefined; openPath?: boolean | undefined }): {
    client: GatewayClient;
    token: string;
  } {
    const { name, targets, openPath = false } = about;
    if (this.#rows.some(({ client }) => client.name === name)) {
      throw new PortolanError('DUPLICATE_NAME', `There is already a client named ${name}.`);
    }
    if (this.#rows.length >= MAX_CLIENTS) {
      throw new PortolanError('RESOURCE_EXHAUSTED', `There are ${MAX_CLIENTS} clients.`, {
        hint: 'Revoke one that is not used: portolan gateway clients',
      });
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const id = randomBytes(6).toString('hex');
    const createdAt = new Date(this.#clock.now()).toISOString();
    const client = {
      id,
      name,
      createdAt,
      ...(targets === undefined ? {} : { targets: [...targets] }),
      ...(openPath ? { openPath } : {}),
    };
    const place: Place = openPath ? 'path' : 'header';
    const hash = hashOf(token);
    this.#db
      .prepare('INSERT INTO gateway_clients (id, name, place, hash, created_at, targets) VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, name, place, hash, createdAt, targets === undefined ? null : JSON.stringify(targets));
    this.#rows.push({ client, place, hash, writtenAt: undefined });
    return { client, token };
  }

  /** By id, else by name. @throws PortolanError NOT_FOUND. */
  get(idOrName: string): GatewayClient {
    const clients = this.list();
    const client = clients.find(({ id }) => id === idOrName) ?? clients.find(({ name }) => name === idOrName);
    if (client === undefined) throw noClient();
    return client;
  }

  /** @throws PortolanError NOT_FOUND. */
  revoke(id: string): GatewayClient {
    const client = this.list().find((one) => one.id === id);
    if (client === undefined) throw noClient();
    this.#db.prepare('DELETE FROM gateway_clients WHERE id = ?').run(id);
    this.#rows = this.#rows.filter((row) => row.client !== client);
    return client;
  }

  /** Whose token it is. A right one works however many wrong ones came before. All digests are compared, each in constant time. */
  admit(token: string | undefined, place: Place): Admission {
    const row = token === undefined ? undefined : this.#rowOf(hashOf(token), place);
    if (row !== undefined) {
      this.#used(row);
      return { kind: 'client', client: row.client };
    }
    const now = this.#clock.monotonic();
    this.#failures = this.#failures.filter((at) => now - at < FAILURE_WINDOW_MS);
    if (this.#failures.length >= MAX_FAILURES) return { kind: 'too-many' };
    this.#failures.push(now);
    return { kind: 'refused' };
  }

  /** Whose token, shown in a header, this is; neither a use nor a failure is noted. */
  ofToken(token: string): GatewayClient | undefined {
    return this.#rowOf(hashOf(token), 'header')?.client;
  }

  #rowOf(hash: Buffer, place: Place): Row | undefined {
    let found: Row | undefined;
    for (const row of this.#rows) if (timingSafeEqual(row.hash, hash) && row.place === place) found = row;
    return found;
  }

  /** Written once a minute at most: it is for a person who wonders which clients are still in use. */
  #used(row: Row): void {
    const now = this.#clock.monotonic();
    if (row.writtenAt !== undefined && now - row.writtenAt < LAST_USE_MS) return;
    row.writtenAt = now;
    row.client.lastUsedAt = new Date(this.#clock.now()).toISOString();
    this.#db
      .prepare('UPDATE gateway_clients SET last_used_at = ? WHERE id = ?')
      .run(row.client.lastUsedAt, row.client.id);
  }
}

/** False for a client that is restricted to other targets. */
export function mayUse({ targets }: GatewayClient, target: string): boolean {
  return targets === undefined || targets.includes(target);
}

function rowOf(row: Readonly<Record<string, unknown>>): Row {
  const { targets, last_used_at: lastUsedAt, place } = row;
  return {
    client: {
      id: String(row['id']),
      name: String(row['name']),
      createdAt: String(row['created_at']),
      ...(typeof lastUsedAt === 'string' ? { lastUsedAt } : {}),
      ...(typeof targets === 'string' ? { targets: JSON.parse(targets) as string[] } : {}),
      ...(place === 'path' ? { openPath: true } : {}),
    },
    place: place === 'path' ? 'path' : 'header',
    hash: Buffer.from(row['hash'] as Uint8Array),
    writtenAt: undefined,
  };
}

function noClient(): PortolanError {
  return new PortolanError('NOT_FOUND', 'There is no such client of the gateway.', {
    hint: 'See the ids with: portolan gateway clients',
  });
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
