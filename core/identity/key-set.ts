// The public keys of one provider: fetched when needed, kept for an hour, never more often than once a minute for a key that is
// not among them, and never more than a bounded number. (OpenID Connect Core 1.0, 10.1)
import { type CryptoKey, importJWK, type JWK, type JWTHeaderParameters } from 'jose';
import { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { objectOf } from '../base/json-object.ts';
import type { GuardedFetch } from './guarded-fetch.ts';
import { hostOf } from './sign-in-error.ts';

/** Largest key set that is read, in bytes: the limit of the fetch that a KeySet is given. */
export const MAX_KEY_SET_BYTES = 256 * 1024;
/** Longest time for one fetch of it, in milliseconds. */
export const KEY_SET_TIMEOUT_MS = 10_000;
const MAX_KEYS = 100;
const KEPT_MS = 60 * 60_000;
const REFETCH_MS = 60_000;

export interface KeySetOptions {
  readonly url: string;
  /** Made with MAX_KEY_SET_BYTES and KEY_SET_TIMEOUT_MS. */
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
}

export class KeySet {
  readonly #options: KeySetOptions;
  #keys: readonly JWK[] | undefined;
  #fetchedAt = 0;
  #triedAt = 0;
  #fetching: Promise<readonly JWK[]> | undefined;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /**
   * The key that a token with this header was signed with.
   * @throws PortolanError TOKEN_INVALID (no key, or several without a `kid`), METADATA_NOT_FOUND (there is no key set),
   *   METADATA_INVALID (not a key set, too large, too many keys), and what the fetch throws
   */
  async keyFor(header: JWTHeaderParameters): Promise<CryptoKey | Uint8Array> {
    let found = candidates(await this.#current(), header);
    const mayFetch = this.#fetching !== undefined || this.#options.clock.monotonic() - this.#triedAt >= REFETCH_MS;
    if (found.length === 0 && mayFetch) {
      found = candidates(await this.#fetchOnce(), header);
    }
    const [key, second] = found;
    if (key === undefined) throw refused('it was signed with a key that the provider does not publish');
    if (second !== undefined) throw refused('it does not say with which of several keys it was signed');
    try {
      return await importJWK(key, header.alg);
    } catch {
      throw refused('the key that it was signed with cannot be used');
    }
  }

  async #current(): Promise<readonly JWK[]> {
    if (this.#keys !== undefined && this.#options.clock.monotonic() - this.#fetchedAt < KEPT_MS) return this.#keys;
    return this.#fetchOnce();
  }

  #fetchOnce(): Promise<readonly JWK[]> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<readonly JWK[]> {
    const { url, fetch, clock } = this.#options;
    this.#triedAt = clock.monotonic();
    const response = await fetch(url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'follow',
    });
    if (response.status !== 200) throw unavailable(url, response.status);
    const keys = objectOf(await response.json().catch(() => undefined))?.['keys'];
    if (!Array.isArray(keys)) throw invalid(url, 'they are not a JSON Web Key Set');
    if (keys.length > MAX_KEYS) throw invalid(url, `there are ${keys.length} of them, more than ${MAX_KEYS}`);
    this.#keys = keys.filter((key): key is JWK => typeof objectOf(key)?.['kty'] === 'string');
    this.#fetchedAt = clock.monotonic();
    return this.#keys;
  }
}

function candidates(keys: readonly JWK[], { alg, kid }: JWTHeaderParameters): JWK[] {
  const kind = kindOf(alg);
  return keys.filter(
    (key) =>
      key.kty === kind?.kty &&
      (kind?.crv === undefined || key.crv === kind.crv) &&
      (kid === undefined || key.kid === kid) &&
      (key.alg === undefined || key.alg === alg) &&
      (key.use === undefined || key.use === 'sig') &&
      (key.key_ops === undefined || key.key_ops.includes('verify')),
  );
}

function kindOf(alg: string): { kty: string; crv?: string } | undefined {
  switch (alg) {
    case 'ES256':
      return { kty: 'EC', crv: 'P-256' };
    case 'ES384':
      return { kty: 'EC', crv: 'P-384' };
    case 'ES512':
      return { kty: 'EC', crv: 'P-521' };
    case 'EdDSA':
    case 'Ed25519':
      return { kty: 'OKP', crv: 'Ed25519' };
    default:
      return /^[RP]S(?:256|384|512)$/.test(alg) ? { kty: 'RSA' } : undefined;
  }
}

function refused(what: string): PortolanError {
  return new PortolanError('TOKEN_INVALID', `The ID token is refused: ${what}.`, {
    hint: 'Tell the operator of the identity provider.',
    data: { check: 'key' },
  });
}

function unavailable(url: string, status: number): PortolanError {
  const isAbsent = status === 404 || status === 410;
  return new PortolanError(
    isAbsent ? 'METADATA_NOT_FOUND' : 'HTTP_STATUS',
    `${hostOf(url)} does not give out its keys: it answered with status ${status}.`,
    { hint: 'Tell the operator of the identity provider.', data: { status } },
  );
}

function invalid(url: string, what: string): PortolanError {
  return new PortolanError('METADATA_INVALID', `The keys of ${hostOf(url)} cannot be used: ${what}.`, {
    hint: 'Tell the operator of the identity provider.',
    data: { host: hostOf(url) },
  });
}
