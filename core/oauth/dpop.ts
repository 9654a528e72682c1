// Proof that a token is used by whoever it was given to: a key of this sign-in signs every request. (RFC 9449)
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK, SignJWT } from 'jose';
import { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';

const ALGORITHM = 'ES256';
/** Origins whose nonces are kept. */
const MOST_NONCES = 100;

/** One key pair, the nonces that servers gave for it, and the proofs made with both. */
export class DpopKey {
  /** The private key, a JWK in JSON: a secret, to be kept with the tokens that are bound to it. */
  readonly json: string;
  /** SHA-256 thumbprint of the public key, for `dpop_jkt`. (RFC 7638) */
  readonly thumbprint: string;
  readonly #clock: Clock;
  readonly #key: CryptoKey;
  readonly #publicJwk: JWK;
  readonly #nonces = new Map<string, string>();

  private constructor(clock: Clock, key: CryptoKey, jwk: JWK, thumbprint: string) {
    this.#clock = clock;
    this.#key = key;
    this.json = JSON.stringify(jwk);
    this.thumbprint = thumbprint;
    this.#publicJwk = publicPart(jwk);
  }

  /** A new key, for one sign-in. */
  static async generate(clock: Clock): Promise<DpopKey> {
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    return DpopKey.import(JSON.stringify(await exportJWK(privateKey)), clock);
  }

  /**
   * The key that `json` of another one holds.
   * @throws PortolanError TOKEN_INVALID when it is no private key for ES256
   */
  static async import(json: string, clock: Clock): Promise<DpopKey> {
    try {
      const { kty, crv, x, y, d } = JSON.parse(json) as Record<'kty' | 'crv' | 'x' | 'y' | 'd', string>;
      const jwk = { kty, crv, x, y, d };
      const key = await importJWK(jwk, ALGORITHM);
      if (key instanceof Uint8Array || key.type !== 'private') throw new TypeError('not a private key');
      return new DpopKey(clock, key, jwk, await calculateJwkThumbprint(publicPart(jwk)));
    } catch {
      throw new PortolanError('TOKEN_INVALID', 'The key that the tokens are bound to cannot be read.', {
        hint: 'Sign in again.',
      });
    }
  }

  /**
   * The value of the `DPoP` header for one request: a proof that is good for it alone. With `accessToken` it is bound to that
   * token; `nonce` is the one last noted for the origin when absent.
   */
  async header(method: string, url: URL, accessToken?: string, nonce?: string): Promise<string> {
    const known = nonce ?? this.#nonces.get(url.origin);
    const claims = {
      jti: randomUUID(),
      htm: method,
      htu: `${url.origin}${url.pathname}`,
      ...(accessToken === undefined ? {} : { ath: createHash('sha256').update(accessToken).digest('base64url') }),
      ...(known === undefined ? {} : { nonce: known }),
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'dpop+jwt', jwk: this.#publicJwk })
      .setIssuedAt(Math.floor(this.#clock.now() / 1000))
      .sign(this.#key);
  }

  /** Keeps the nonce of a `DPoP-Nonce` header for the next proof to that origin. True when it was not known yet. */
  noteNonce(origin: string, nonce: string | null | undefined): boolean {
    // RFC 9449, 8.1: nonces hold characters of RFC 6749's NQCHAR.
    if (!nonce || nonce.length > 1_024 || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(nonce)) return false;
    const isNew = this.#nonces.get(origin) !== nonce;
    this.#nonces.delete(origin);
    this.#nonces.set(origin, nonce);
    const [oldest] = this.#nonces.keys();
    if (this.#nonces.size > MOST_NONCES && oldest !== undefined) this.#nonces.delete(oldest);
    return isNew;
  }
}

function publicPart({ kty, crv, x, y }: JWK): JWK {
  return { kty, crv, x, y } as JWK;
}
