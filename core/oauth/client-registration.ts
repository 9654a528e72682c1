// As which client Portolan comes to an authorization server: one that a person has entered, its published document, or one that
// the server registers. (MCP Client Registration)
import { PortolanError } from '../../shared/errors.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import type { StateDb } from '../base/state-db.ts';
import type { ResolvedServerAuth } from '../catalog/resolve.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import { chooseAuthMethod, type ClientCredentials } from './auth-method.ts';
import { ClientStore, type SecretTexts } from './client-store.ts';
import type { Discovery } from './discovery.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import { registerClient } from './register-client.ts';

/** A secret that ends sooner is not worth beginning with. */
const EXPIRY_MARGIN_MS = 60_000;

export interface ClientRegistration {
  readonly issuer: string;
  readonly clientId: string;
  readonly kind: 'pre-registered' | 'metadata-document' | 'dynamic';
  readonly auth: ClientCredentials;
  /** The one that was registered; absent when the client does not depend on it. */
  readonly redirectUri?: string;
  /** When its secret ends, epoch milliseconds. */
  readonly expiresAt?: number;
}

export interface ClientUse {
  /** The address on which the redirect is waited for; required for `authorization_code` where the server registers clients. */
  readonly redirectUri?: string;
  readonly grant: 'authorization_code' | 'device' | 'client_credentials' | 'jwt-bearer';
  readonly scope: readonly string[];
}

export interface ClientRegistrationsOptions {
  readonly stateDb: StateDb;
  readonly tokens: SecretTexts;
  readonly clock: Clock;
  /** The document that the publisher of Portolan serves: `clientMetadataUrl`. */
  readonly metadataDocumentUrl?: string;
  readonly audit: (event: AuditEvent) => void;
}

export class ClientRegistrations {
  readonly #options: ClientRegistrationsOptions;
  readonly #store: ClientStore;
  /** One after the other at each issuer, so that two sign-ins make one client. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(options: ClientRegistrationsOptions) {
    this.#options = options;
    this.#store = new ClientStore(options.stateDb, options.tokens);
  }

  /**
   * The client for a use. What is kept for one issuer is never given for another.
   * @throws PortolanError REGISTRATION_NEEDED, REGISTRATION_REFUSED, ISSUER_MISMATCH (the entered client belongs to another issuer),
   * METADATA_INVALID, HTTP_STATUS, KEYCHAIN_*, and what the fetch throws
   */
  async clientFor(
    discovery: Discovery,
    auth: ResolvedServerAuth,
    use: ClientUse,
    fetch: GuardedFetch,
    signal?: AbortSignal,
  ): Promise<ClientRegistration> {
    if (auth.clientId !== undefined) return this.#entered(discovery, { ...auth, clientId: auth.clientId });
    // Who comes without a person has to be known beforehand. (OAuth Client Credentials extension)
    if (use.grant === 'client_credentials') throw registrationNeeded(discovery, use);
    const document = this.#options.metadataDocumentUrl;
    if (document !== undefined && discovery.as['client_id_metadata_document_supported'] === true) {
      return { issuer: discovery.issuer, clientId: document, kind: 'metadata-document', auth: { method: 'none' } };
    }
    if (discovery.as.registration_endpoint === undefined) throw registrationNeeded(discovery, use);
    return this.#inTurn(discovery.issuer, () => this.#dynamic(discovery, use, fetch, signal));
  }

  /** The client to which tokens were given, for their renewal; undefined when it is not one that was registered for us. */
  registered(issuer: string, clientId: string): Promise<ClientRegistration | undefined> {
    return this.#store.byId(issuer, clientId);
  }

  /** The port on 127.0.0.1 of the newest client of the issuer: listening there again saves a registration. */
  preferredPort(issuer: string): number | undefined {
    const [uri] = this.#store.redirectUris(issuer);
    const port = uri === undefined ? '' : new URL(uri).port;
    return port === '' ? undefined : Number(port);
  }

  /** Never gives that client again: it is unknown to the server, or its secret has expired. */
  async forget(issuer: string, clientId: string): Promise<void> {
    await this.#store.remove(issuer, clientId);
  }

  #entered(discovery: Discovery, auth: ResolvedServerAuth & { readonly clientId: string }): ClientRegistration {
    const { issuer, as, resource } = discovery;
    const { clientId, clientSecret, privateKey, keyId, signingAlgorithm, tokenEndpointAuth } = auth;
    if (auth.issuer === undefined) {
      const known = this.#store.issuerOf(clientId, resource, issuer);
      if (known !== issuer) throw otherIssuer(clientId, known, issuer);
    } else this.#store.noteIssuer(clientId, resource, issuer);
    const has = { secret: clientSecret !== undefined, key: privateKey !== undefined };
    return {
      issuer,
      clientId,
      kind: 'pre-registered',
      auth: {
        method: tokenEndpointAuth ?? chooseAuthMethod(as, has),
        ...(clientSecret === undefined ? {} : { clientSecret }),
        ...(privateKey === undefined ? {} : { privateKey }),
        ...(keyId === undefined ? {} : { keyId }),
        ...(signingAlgorithm === undefined ? {} : { alg: signingAlgorithm }),
      },
    };
  }

  async #dynamic(
    discovery: Discovery,
    use: ClientUse,
    fetch: GuardedFetch,
    signal: AbortSignal | undefined,
  ): Promise<ClientRegistration> {
    const { issuer, as, scopesSupported = [] } = discovery;
    const now = this.#options.clock.now();
    const purpose = use.redirectUri ?? use.grant;
    const kept = await this.#store.newest(issuer, purpose);
    if (kept !== undefined && (kept.expiresAt ?? Number.POSITIVE_INFINITY) > now + EXPIRY_MARGIN_MS) return kept;
    if (kept !== undefined) await this.forget(issuer, kept.clientId);
    // Servers may hold a client to the scopes it was registered with: all that it may need one day.
    const scope = [...new Set([...use.scope, ...scopesSupported])];
    const client = await registerClient({ as, use, scope, fetch, now, ...(signal === undefined ? {} : { signal }) });
    await this.#store.add(client, purpose, now);
    this.#options.audit({
      kind: 'oauth.client.registered',
      outcome: 'allowed',
      detail: { issuer, client: client.clientId, method: client.auth.method },
    });
    return client;
  }

  #inTurn<T>(issuer: string, task: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(issuer) ?? Promise.resolve();
    const result = before.then(task);
    const settled = result.catch(() => undefined);
    this.#queues.set(issuer, settled);
    void settled.then(() => {
      if (this.#queues.get(issuer) === settled) this.#queues.delete(issuer);
    });
    return result;
  }
}

function registrationNeeded({ issuer }: Discovery, { redirectUri }: ClientUse): PortolanError {
  const { host } = new URL(issuer);
  const redirect = redirectUri === undefined ? '' : `, with the redirect address ${redirectUri}`;
  return new PortolanError('REGISTRATION_NEEDED', `${host} takes only clients that its operator has registered.`, {
    hint: `Register Portolan there${redirect}, and add the client id to the entry of the server.`,
    data: { host, ...(redirectUri === undefined ? {} : { redirectUri }) },
  });
}

function otherIssuer(clientId: string, known: string, found: string): PortolanError {
  const [wanted, given] = [cleanForeign(known), cleanForeign(found)];
  return new PortolanError(
    'ISSUER_MISMATCH',
    `The client ${cleanForeign(clientId)} belongs to "${wanted}", but the server now names "${given}".`,
    {
      hint: 'If the server has moved its sign-in, enter the client id for the new one, and its issuer.',
      data: { expected: wanted, found: given },
    },
  );
}
