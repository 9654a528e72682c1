// The flows of signing in, put together for one server each time: its own guarded fetch, the client that it is known by, and the
// grant that its entry wants.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { createGuardedFetch, type GuardedFetch } from '../identity/guarded-fetch.ts';
import { askForChallenge } from './ask-for-challenge.ts';
import { startCodeSignIn } from './authorization-code.ts';
import type { Challenge } from './challenge.ts';
import { clientCredentialsTokens } from './client-credentials.ts';
import type { ClientRegistration, ClientRegistrations, ClientUse } from './client-registration.ts';
import { startDeviceSignIn } from './device-code.ts';
import { type Discovery, discover } from './discovery.ts';
import { DpopKey } from './dpop.ts';
import { refreshTokens } from './refresh.ts';
import { type Revoked, revokeTokens } from './revoke.ts';
import type { AuthTarget, Granted, SignInFlows, Started, Wanted } from './sign-in-flows.ts';
import type { TokenSet } from './token-set.ts';
import { type Assertion, workloadTokens } from './workload.ts';

/** Ways that need no PKCE, since no code is exchanged. */
const WITHOUT_CODE = new Set(['client-credentials', 'workload', 'enterprise', 'device']);

/** Enterprise-Managed Authorization. */
export interface EnterpriseWay {
  /** Name of the identity through which a server is reached; `as` is undefined while it is not known. */
  identityFor(target: AuthTarget, as: Discovery['as'] | undefined): string | undefined;
  tokens(wanted: Wanted, identity: string, client: ClientRegistration, fetch: GuardedFetch): Promise<TokenSet>;
}

export interface RealFlowsOptions {
  readonly clock: Clock;
  readonly registrations: Pick<ClientRegistrations, 'clientFor' | 'registered' | 'preferredPort' | 'forget'>;
  readonly enterprise: EnterpriseWay;
}

export class RealFlows implements SignInFlows {
  readonly #options: RealFlowsOptions;
  /** The key of the tokens in use: it knows the nonces of servers. */
  readonly #keys = new Map<string, Promise<DpopKey>>();

  constructor(options: RealFlowsOptions) {
    this.#options = options;
  }

  ask(target: AuthTarget): Promise<Challenge | undefined> {
    return askForChallenge(target.url, this.#fetch(target));
  }

  discover(target: AuthTarget, challenge: Challenge | undefined, lastIssuer?: string): Promise<Discovery> {
    const { url, revision, auth } = target;
    const needsPkce = !WITHOUT_CODE.has(auth?.way ?? 'auto') && this.identityFor(target, undefined) === undefined;
    return discover(url, {
      ...(challenge !== undefined && { challenge }),
      ...(auth?.issuer !== undefined && { issuer: auth.issuer }),
      ...(lastIssuer !== undefined && { lastIssuer }),
      revision,
      needsPkce,
      fetch: this.#fetch(target),
    });
  }

  start(wanted: Wanted, way: 'browser' | 'device', again: boolean): Promise<Started<Granted>> {
    return way === 'device' ? this.#device(wanted) : this.#browser(wanted, again);
  }

  async refresh(target: AuthTarget, discovery: Discovery, set: TokenSet): Promise<TokenSet> {
    const { clock } = this.#options;
    const client = await this.#clientOf(target, discovery, set);
    const dpop = set.tokenType === 'dpop' ? await this.#key(set) : undefined;
    const options = { discovery, client, clock, fetch: this.#fetch(target), ...(dpop !== undefined && { dpop }) };
    return this.#noting(client, () => refreshTokens(set, options));
  }

  async clientCredentials(wanted: Wanted): Promise<Granted> {
    return this.#granted(wanted, 'client_credentials', (client, rest) => clientCredentialsTokens({ ...rest, client }));
  }

  async workload({ target, discovery, scope }: Wanted): Promise<Granted> {
    const fetch = this.#fetch(target);
    const { clock } = this.#options;
    // The assertion says who asks; a client is named only where the entry has one.
    const isNamed = target.auth?.clientId !== undefined;
    const client = isNamed
      ? await this.#client({ target, discovery, scope }, { grant: 'jwt-bearer', scope })
      : undefined;
    const set = await workloadTokens({ discovery, client, clock, fetch, scope, assertion: assertionOf(target) });
    return { set, registration: client?.kind };
  }

  async enterprise(wanted: Wanted, identity: string): Promise<Granted> {
    const { enterprise } = this.#options;
    return this.#granted(wanted, 'jwt-bearer', (client, { fetch }) =>
      enterprise.tokens(wanted, identity, client, fetch),
    );
  }

  async revoke(target: AuthTarget, discovery: Discovery, set: TokenSet): Promise<Revoked> {
    const { clock } = this.#options;
    const client = await this.#clientOf(target, discovery, set).catch(() => undefined);
    if (client === undefined) return 'not-offered';
    return revokeTokens(set, { discovery, client, clock, fetch: this.#fetch(target) });
  }

  identityFor(target: AuthTarget, discovery: Discovery | undefined): string | undefined {
    return this.#options.enterprise.identityFor(target, discovery?.as);
  }

  async boundHeaders(set: TokenSet, { method, url }: { method: string; url: URL }): Promise<Record<string, string>> {
    const key = await this.#key(set);
    const dpop = await key.header(method, url, set.accessToken);
    return { authorization: `DPoP ${set.accessToken}`, dpop };
  }

  noteNonce(set: TokenSet, url: URL, nonce: string): void {
    void this.#key(set).then((key) => key.noteNonce(url.origin, nonce));
  }

  async #browser(wanted: Wanted, again: boolean): Promise<Started<Granted>> {
    const { target, discovery, scope } = wanted;
    const { clock, registrations } = this.#options;
    let registered: ClientRegistration | undefined;
    const port = target.auth?.redirectPort ?? registrations.preferredPort(discovery.issuer);
    const begin = (redirectPort: number | undefined) =>
      startCodeSignIn({
        discovery,
        clock,
        scope,
        redirectPort,
        fetch: this.#fetch(target),
        ...(again && { prompt: 'login' }),
        client: async (redirectUri) => {
          registered = await this.#client(wanted, { grant: 'authorization_code', redirectUri, scope });
          return registered;
        },
      });
    const started = await begin(port).catch((error: unknown) => {
      // The port of the last sign-in only saves a registration.
      const isTaken = toPortolanError(error).code === 'ADDRESS_IN_USE' && target.auth?.redirectPort === undefined;
      if (isTaken) return begin(undefined);
      throw error;
    });
    const { expiresAt } = started;
    const done = this.#noting(registered, () => started.done).then((set) => ({ set, registration: registered?.kind }));
    done.catch(() => undefined);
    return { url: started.url.href, expiresAt, done, cancel: () => started.cancel() };
  }

  async #device(wanted: Wanted): Promise<Started<Granted>> {
    const { target, discovery, scope } = wanted;
    const client = await this.#client(wanted, { grant: 'device', scope });
    const { clock } = this.#options;
    const started = await startDeviceSignIn({ discovery, client, clock, scope, fetch: this.#fetch(target) });
    const { userCode, verificationUrl, expiresAt } = started;
    const done = this.#noting(client, () => started.done).then((set) => ({ set, registration: client.kind }));
    done.catch(() => undefined);
    return { device: { userCode, verificationUrl, expiresAt }, expiresAt, done, cancel: () => started.cancel() };
  }

  async #granted(
    wanted: Wanted,
    grant: ClientUse['grant'],
    ask: (
      client: ClientRegistration,
      rest: Pick<Wanted, 'discovery' | 'scope'> & { readonly clock: Clock; readonly fetch: GuardedFetch },
    ) => Promise<TokenSet>,
  ): Promise<Granted> {
    const { target, discovery, scope } = wanted;
    const client = await this.#client(wanted, { grant, scope });
    const rest = { discovery, scope, clock: this.#options.clock, fetch: this.#fetch(target) };
    return { set: await this.#noting(client, () => ask(client, rest)), registration: client.kind };
  }

  #client({ target, discovery }: Wanted, use: ClientUse): Promise<ClientRegistration> {
    return this.#options.registrations.clientFor(discovery, target.auth ?? NO_SETTINGS, use, this.#fetch(target));
  }

  /** The client to which these tokens were given, and no other. */
  async #clientOf(target: AuthTarget, discovery: Discovery, set: TokenSet): Promise<ClientRegistration> {
    const registered = await this.#options.registrations.registered(set.issuer, set.clientId);
    if (registered !== undefined) return registered;
    const isKnown = target.auth?.clientId === set.clientId || set.clientId.startsWith('https://');
    const use = { grant: 'authorization_code', scope: set.scope } as const;
    const client = isKnown ? await this.#client({ target, discovery, scope: set.scope }, use) : undefined;
    if (client?.clientId === set.clientId) return client;
    throw new PortolanError('TOKEN_REFUSED', 'The client that the sign-in was given to is not known any more.', {
      hint: 'Sign in again.',
      data: { final: true },
    });
  }

  /** A client that the server does not know any more is not used again. (RFC 6749 section 5.2) */
  async #noting<T>(client: ClientRegistration | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isUnknown = toPortolanError(error).data['error'] === 'invalid_client';
      if (isUnknown && client?.kind === 'dynamic') {
        await this.#options.registrations.forget(client.issuer, client.clientId);
        throw withFinal(toPortolanError(error));
      }
      throw error;
    }
  }

  #key(set: TokenSet): Promise<DpopKey> {
    const json = set.dpopKey ?? '';
    const known = this.#keys.get(json);
    if (known !== undefined) return known;
    const key = DpopKey.import(json, this.#options.clock);
    this.#keys.set(json, key);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > MOST_KEYS && oldest !== undefined) this.#keys.delete(oldest);
    return key;
  }

  #fetch({ url, auth }: AuthTarget): GuardedFetch {
    const { clock } = this.#options;
    return createGuardedFetch({ clock, home: url, allowPrivateNetwork: auth?.allowPrivateNetwork ?? false });
  }
}

const MOST_KEYS = 100;
const NO_SETTINGS = { way: 'auto' } as const;

/** What was given to a client that is gone is gone too. */
function withFinal({ code, message, hint, data }: PortolanError): PortolanError {
  return new PortolanError(code, message, { ...(hint !== undefined && { hint }), data: { ...data, final: true } });
}

function assertionOf({ name, auth }: AuthTarget): Assertion {
  if (auth?.assertion !== undefined) return { text: auth.assertion };
  if (auth?.assertionFile !== undefined) return { file: auth.assertionFile };
  throw new PortolanError('INPUT_INVALID', `The entry of ${name} does not say where the platform’s token is.`, {
    hint: 'Set "assertion" or "assertionFile" in its "auth".',
  });
}
