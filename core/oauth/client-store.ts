// Keeps the clients that were registered for us, by issuer: facts in state.db, secrets where tokens are.
// A row never answers for another issuer. (MCP Authorization Server Binding)
import { createHash } from 'node:crypto';
import type { StateDb } from '../base/state-db.ts';
import type { AuthMethod } from './auth-method.ts';
import type { ClientRegistration } from './client-registration.ts';

/** What the store needs of the token store. */
export interface SecretTexts {
  read(key: string): Promise<{ readonly text: string } | undefined>;
  write(key: string, text: string): Promise<unknown>;
  remove(key: string): Promise<void>;
}

/** Older ones of an issuer are forgotten. Tokens of the last few may still be in use. */
const KEPT_PER_ISSUER = 8;
const COLUMNS =
  'issuer, purpose, client_id AS clientId, auth_method AS method, has_secret AS hasSecret, expires_at AS expiresAt';

interface Row {
  readonly issuer: string;
  readonly purpose: string;
  readonly clientId: string;
  readonly method: AuthMethod;
  readonly hasSecret: number;
  readonly expiresAt: number | null;
}

export class ClientStore {
  readonly #db: StateDb['db'];
  readonly #texts: SecretTexts;

  constructor(stateDb: StateDb, texts: SecretTexts) {
    this.#db = stateDb.db;
    this.#texts = texts;
  }

  /** The newest client of the issuer for a redirect URI or grant, or for any. One whose secret is gone is not there. */
  async newest(issuer: string, purpose?: string): Promise<ClientRegistration | undefined> {
    return this.#complete(this.#rows(issuer).find((row) => purpose === undefined || row.purpose === purpose));
  }

  async byId(issuer: string, clientId: string): Promise<ClientRegistration | undefined> {
    return this.#complete(this.#rows(issuer).find((row) => row.clientId === clientId));
  }

  /** Redirect URIs of the issuer's clients, the newest first. */
  redirectUris(issuer: string): string[] {
    return this.#rows(issuer)
      .map(({ purpose }) => purpose)
      .filter(isRedirectUri);
  }

  /** `now`: epoch milliseconds. */
  async add(client: ClientRegistration, purpose: string, now: number): Promise<void> {
    const { issuer, clientId, auth, expiresAt = null } = client;
    // The secret first: a row without its secret would be of no use.
    if (auth.clientSecret !== undefined) await this.#texts.write(keyOf(client), auth.clientSecret);
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO oauth_clients (issuer, purpose, client_id, auth_method, has_secret, registered_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(issuer, purpose, clientId, auth.method, auth.clientSecret === undefined ? 0 : 1, now, expiresAt);
    for (const old of this.#rows(issuer).slice(KEPT_PER_ISSUER)) await this.remove(issuer, old.clientId);
  }

  async remove(issuer: string, clientId: string): Promise<void> {
    this.#db.prepare('DELETE FROM oauth_clients WHERE issuer = ? AND client_id = ?').run(issuer, clientId);
    await this.#texts.remove(keyOf({ issuer, clientId }));
  }

  /** The issuer to which a client id of a person belongs at this resource: the given one, when none was noted before. */
  issuerOf(clientId: string, resource: string, issuer: string): string {
    this.#db
      .prepare('INSERT OR IGNORE INTO oauth_client_issuers (client_id, resource, issuer) VALUES (?, ?, ?)')
      .run(clientId, resource, issuer);
    const row = this.#db
      .prepare('SELECT issuer FROM oauth_client_issuers WHERE client_id = ? AND resource = ?')
      .get(clientId, resource);
    return String(row?.['issuer']);
  }

  /** A person has said which issuer it is. */
  noteIssuer(clientId: string, resource: string, issuer: string): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO oauth_client_issuers (client_id, resource, issuer) VALUES (?, ?, ?)')
      .run(clientId, resource, issuer);
  }

  #rows(issuer: string): Row[] {
    const rows = this.#db
      .prepare(`SELECT ${COLUMNS} FROM oauth_clients WHERE issuer = ? ORDER BY registered_at DESC, rowid DESC`)
      .all(issuer);
    return rows as unknown as Row[];
  }

  async #complete(row: Row | undefined): Promise<ClientRegistration | undefined> {
    if (row === undefined) return undefined;
    const { issuer, clientId, method, purpose, expiresAt } = row;
    const secret = row.hasSecret === 1 ? (await this.#texts.read(keyOf(row)))?.text : undefined;
    if (row.hasSecret === 1 && secret === undefined) return undefined;
    return {
      issuer,
      clientId,
      kind: 'dynamic',
      auth: { method, ...(secret === undefined ? {} : { clientSecret: secret }) },
      ...(isRedirectUri(purpose) ? { redirectUri: purpose } : {}),
      ...(expiresAt === null ? {} : { expiresAt }),
    };
  }
}

function keyOf({ issuer, clientId }: { readonly issuer: string; readonly clientId: string }): string {
  return `oauth-client/${createHash('sha256').update(`${issuer}\n${clientId}`).digest('base64url')}`;
}

function isRedirectUri(purpose: string): boolean {
  return purpose.includes(':');
}
