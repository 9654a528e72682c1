// One OpenID provider as Portolan uses it for one identity: metadata, keys, client authentication, and the answers of its token
// endpoint. It keeps no token.
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import type { Identity } from '../../shared/model/identity.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import { type ClientCredentials, clientAuthentication } from './client-authentication.ts';
import { fetchWithoutEcho } from './fetch-without-echo.ts';
import { createGuardedFetch, type GuardedFetch } from './guarded-fetch.ts';
import { checkIdToken, type ExpectedIdToken, type IdClaims } from './id-token.ts';
import { KEY_SET_TIMEOUT_MS, KeySet, MAX_KEY_SET_BYTES } from './key-set.ts';
import { type ProviderMetadata, readProviderMetadata } from './provider-metadata.ts';
import { isLoopbackHost } from './safe-url.ts';
import { toSignInError } from './sign-in-error.ts';

/** What the token endpoint gave for a sign-in or a renewal, checked. */
export interface ProviderTokens {
  readonly idToken?: string;
  readonly claims?: IdClaims;
  /** False: the signature of the ID token could not be checked, because the provider gives out no keys. */
  readonly signed?: boolean;
  readonly refreshToken?: string;
}

export interface ProviderOptions {
  readonly identity: Identity;
  readonly clock: Clock;
  /** Resolves the references of the identity, at each use. */
  credentials(identity: Identity): Promise<ClientCredentials>;
}

const METADATA_MS = 60 * 60_000;

export class Provider {
  readonly identity: Identity;
  readonly fetch: GuardedFetch;
  readonly #options: ProviderOptions;
  readonly #keyFetch: GuardedFetch;
  #metadata: { readonly value: ProviderMetadata; readonly at: number } | undefined;
  #keys: { readonly url: string; readonly set: KeySet } | undefined;

  constructor(options: ProviderOptions) {
    const { identity, clock } = options;
    this.identity = identity;
    this.#options = options;
    const issuer = URL.canParse(identity.issuer) ? new URL(identity.issuer) : undefined;
    const where = {
      clock,
      ...(identity.allowPrivateNetwork !== undefined && { allowPrivateNetwork: identity.allowPrivateNetwork }),
      ...(issuer !== undefined && isLoopbackHost(issuer.hostname) && { home: issuer }),
    };
    this.fetch = fetchWithoutEcho(createGuardedFetch(where));
    this.#keyFetch = createGuardedFetch({ ...where, maxBytes: MAX_KEY_SET_BYTES, timeoutMs: KEY_SET_TIMEOUT_MS });
  }

  /** Kept for an hour. Throws as `readProviderMetadata`. */
  async metadata(signal?: AbortSignal): Promise<ProviderMetadata> {
    const { clock } = this.#options;
    if (this.#metadata !== undefined && clock.monotonic() - this.#metadata.at < METADATA_MS)
      return this.#metadata.value;
    const value = await readProviderMetadata(this.identity, this.fetch, signal);
    this.#metadata = { value, at: clock.monotonic() };
    return value;
  }

  /** The client, with the difference between our clock and the machine’s. */
  client(): oauth.Client {
    const skew = Math.round((this.#options.clock.now() - systemClock.now()) / 1_000);
    return { client_id: this.identity.clientId, [oauth.clockSkew]: skew, [oauth.clockTolerance]: 60 };
  }

  /** Throws what resolving the references throws, and INPUT_INVALID for a key that cannot be read. */
  async clientAuth(as: oauth.AuthorizationServer): Promise<oauth.ClientAuth> {
    return clientAuthentication(await this.#options.credentials(this.identity), as);
  }

  /** Options of every request: plain http is refused by the fetch, except on loopback. */
  http(signal?: AbortSignal): {
    [oauth.customFetch]: GuardedFetch;
    [oauth.allowInsecureRequests]: boolean;
    signal?: AbortSignal;
  } {
    return {
      [oauth.customFetch]: this.fetch,
      [oauth.allowInsecureRequests]: true,
      ...(signal !== undefined && { signal }),
    };
  }

  /**
   * What a token endpoint answered, all of it checked. `nonce`: the one that was sent with this sign-in.
   * @throws PortolanError TOKEN_INVALID, ISSUER_MISMATCH, CLOCK_WRONG, SIGN_IN_REFUSED (`data.oauthError`, `data.final`), METADATA_*
   */
  async readTokens(
    response: Response,
    expected: { readonly nonce?: string; readonly fresh: boolean },
  ): Promise<ProviderTokens> {
    const { as } = await this.metadata();
    const body = response.ok
      ? objectOf(
          await response
            .clone()
            .json()
            .catch(() => undefined),
        )
      : undefined;
    const idToken = textOf(body?.['id_token']);
    const accessToken = textOf(body?.['access_token']);
    const checked =
      idToken === undefined
        ? undefined
        : await this.check(idToken, { ...expected, ...(accessToken !== undefined && { accessToken }) });
    const claims = checked?.claims;
    try {
      // The library’s own checks on top: it is certified for them.
      const found = await this.#process(as, response, expected.nonce);
      const person = expected.fresh && claims !== undefined ? await this.#withPerson(as, claims, accessToken) : claims;
      return {
        ...(idToken !== undefined &&
          person !== undefined && { idToken, claims: person, signed: checked?.signed === true }),
        ...(found.refresh_token && { refreshToken: found.refresh_token }),
      };
    } catch (error) {
      throw toSignInError(error, as.issuer);
    }
  }

  /** Checks an ID token. `signed` is false when the provider publishes no keys, so that its signature could not be checked. */
  async check(
    idToken: string,
    expected: Pick<ExpectedIdToken, 'nonce' | 'accessToken' | 'fresh'>,
  ): Promise<{ claims: IdClaims; signed: boolean }> {
    const { as } = await this.metadata();
    const { clientId } = this.identity;
    const rest = { ...expected, as, clientId, now: this.#options.clock.now() };
    const keys = this.#keySet(as);
    if (keys === undefined)
      return { claims: await checkIdToken(idToken, { ...rest, keyFor: undefined }), signed: false };
    try {
      return {
        claims: await checkIdToken(idToken, { ...rest, keyFor: (header) => keys.keyFor(header) }),
        signed: true,
      };
    } catch (error) {
      const isAbsent = error instanceof PortolanError && error.code === 'METADATA_NOT_FOUND';
      if (!isAbsent || this.identity.tokenEndpoint === undefined) throw error;
      return { claims: await checkIdToken(idToken, { ...rest, keyFor: undefined }), signed: false };
    }
  }

  /** Name and address from the provider’s own page on the person, when the ID token has neither; for showing alone. */
  async #withPerson(as: oauth.AuthorizationServer, claims: IdClaims, accessToken = ''): Promise<IdClaims> {
    if (as.userinfo_endpoint === undefined || accessToken === '') return claims;
    if (claims.name !== undefined || claims.email !== undefined) return claims;
    try {
      const response = await oauth.userInfoRequest(as, this.client(), accessToken, this.http());
      const { name, email } = await oauth.processUserInfoResponse(as, this.client(), claims.subject, response);
      return { ...claims, ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
    } catch {
      return claims;
    }
  }

  #process(as: oauth.AuthorizationServer, response: Response, nonce: string | undefined) {
    // Which algorithms are taken has been judged above, also for a provider that does not list them.
    const listed = { ...as, id_token_signing_alg_values_supported: as.id_token_signing_alg_values_supported ?? ALL };
    return nonce === undefined
      ? oauth.processGenericTokenEndpointResponse(listed, this.client(), response)
      : oauth.processAuthorizationCodeResponse(listed, this.client(), response, {
          expectedNonce: nonce,
          requireIdToken: true,
        });
  }

  #keySet(as: oauth.AuthorizationServer): KeySet | undefined {
    const url = as.jwks_uri;
    if (url === undefined) {
      if (this.identity.tokenEndpoint !== undefined) return undefined;
      throw new PortolanError('METADATA_INVALID', `${as.issuer} does not say where its keys are.`, {
        hint: 'Tell the operator of the identity provider.',
      });
    }
    if (this.#keys?.url !== url) {
      this.#keys = { url, set: new KeySet({ url, fetch: this.#keyFetch, clock: this.#options.clock }) };
    }
    return this.#keys.set;
  }
}

const ALL = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
