// Whether an ID token says what it must, from whom and for whom. Every rule has a sentence of its own.
// (OpenID Connect Core 1.0, 3.1.3.7 and 3.1.3.8; RFC 8725)
import { createHash, timingSafeEqual } from 'node:crypto';
import { compactVerify, type CryptoKey, decodeProtectedHeader, type JWTHeaderParameters } from 'jose';
import type * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import { type JsonObject, objectOf } from '../base/json-object.ts';
import { hostOf } from './sign-in-error.ts';

/** What a checked ID token says. Foreign text is as it came: clean it before it is shown. */
export interface IdClaims {
  readonly subject: string;
  readonly name?: string;
  readonly email?: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface ExpectedIdToken {
  readonly as: Pick<oauth.AuthorizationServer, 'issuer' | 'id_token_signing_alg_values_supported'>;
  readonly clientId: string;
  /** Epoch milliseconds, now. */
  readonly now: number;
  /** Undefined when the provider publishes no keys: the signature is not checked then. */
  readonly keyFor: ((header: JWTHeaderParameters) => Promise<CryptoKey | Uint8Array>) | undefined;
  /** It must be there and equal this. */
  readonly nonce?: string;
  /** Compared with `at_hash` when that is there. */
  readonly accessToken?: string;
  /** It was made just now, so its age tells whether the clocks agree. */
  readonly fresh?: boolean;
}

const SIGNATURES = /^(?:[REP]S(?:256|384|512)|EdDSA|Ed25519)$/;
/** Header fields by which a token would choose its own key. */
const OWN_KEY = ['jku', 'jwk', 'x5u', 'x5c'];
const MAX_CHARS = 100_000;
/** How far clocks may differ, in milliseconds. */
const TOLERANCE_MS = 60_000;
const CLOCK_MS = 5 * 60_000;

/** @throws PortolanError TOKEN_INVALID (`data.check` names the rule), ISSUER_MISMATCH, CLOCK_WRONG, and what `keyFor` throws */
export async function checkIdToken(token: string, expected: ExpectedIdToken): Promise<IdClaims> {
  const header = checkHeader(token, expected.as.id_token_signing_alg_values_supported);
  const claims = claimsOf(token);
  checkParties(claims, expected);
  if (expected.keyFor !== undefined) await checkSignature(token, await expected.keyFor(header));
  const times = checkTimes(claims, expected);
  checkBindings(claims, header, expected);
  const { sub, name, preferred_username, email } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw refused('sub', 'it does not say who signed in');
  const shown = [name, preferred_username].find((text) => typeof text === 'string' && text !== '');
  return {
    subject: sub,
    ...(typeof shown === 'string' && { name: shown }),
    ...(typeof email === 'string' && email !== '' && { email }),
    ...times,
  };
}

function checkHeader(token: string, listed: unknown): JWTHeaderParameters {
  if (token.length > MAX_CHARS) throw refused('form', 'it is longer than an ID token may be');
  const parts = token.split('.').length;
  if (parts === 5) throw refused('form', 'it is encrypted, and Portolan has no key for it');
  const header = parts === 3 ? headerOf(token) : undefined;
  if (header === undefined) throw refused('form', 'it is not a JSON Web Token');
  const { alg, typ, crit } = header;
  if (alg === undefined || alg.toLowerCase() === 'none') throw refused('alg', 'it is not signed');
  if (alg.startsWith('HS'))
    throw refused('alg', 'it is signed with a shared secret in the place of the provider’s key');
  if (!SIGNATURES.test(alg)) throw refused('alg', 'it is signed in a way that Portolan does not know');
  if (Array.isArray(listed) && !listed.includes(alg)) {
    throw refused('alg', 'it is signed in a way that the provider does not announce');
  }
  if (crit !== undefined) throw refused('crit', 'it demands an extension that Portolan does not know');
  const own = OWN_KEY.find((name) => header[name] !== undefined);
  if (own !== undefined) throw refused(own, `it brings its own key (${own})`);
  if (typ !== undefined && !/^(?:application\/)?jwt$/i.test(typ)) throw refused('typ', 'it is a token of another kind');
  return { ...header, alg };
}

function headerOf(token: string): ReturnType<typeof decodeProtectedHeader> | undefined {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}

function claimsOf(token: string): JsonObject {
  try {
    const claims = objectOf(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
    if (claims !== undefined) return claims;
  } catch {
    // Told below.
  }
  throw refused('form', 'its claims are not a JSON object');
}

async function checkSignature(token: string, key: CryptoKey | Uint8Array): Promise<void> {
  try {
    await compactVerify(token, key);
  } catch {
    throw refused('signature', 'its signature is not the provider’s');
  }
}

function checkParties({ iss, aud, azp }: JsonObject, { as, clientId }: ExpectedIdToken): void {
  if (iss !== as.issuer) {
    const found = typeof iss === 'string' ? cleanForeign(iss) : 'nobody';
    throw new PortolanError('ISSUER_MISMATCH', `The ID token is from "${found}", not from "${as.issuer}".`, {
      hint: 'Do not sign in: it may come from someone else. If it does not, correct the issuer of the identity.',
      data: { expected: as.issuer, found },
    });
  }
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId)) throw refused('aud', 'it is for another client');
  if (audiences.length > 1 && azp === undefined) {
    throw refused('aud', 'it is for several clients and does not say which of them asked for it');
  }
  if (azp !== undefined && azp !== clientId) throw refused('azp', 'another client asked for it');
}

function checkTimes(
  { exp, iat, nbf }: JsonObject,
  { as, now, fresh }: ExpectedIdToken,
): { issuedAt: number; expiresAt: number } {
  if (!isTime(exp)) throw refused('exp', 'it does not say until when it is valid');
  if (!isTime(iat)) throw refused('iat', 'it does not say when it was made');
  if (nbf !== undefined && !isTime(nbf)) throw refused('nbf', 'it does not say from when on it is valid');
  const age = now - iat * 1_000;
  if (age < -CLOCK_MS || (fresh === true && age > CLOCK_MS)) throw clockWrong(as.issuer, age);
  if (exp * 1_000 <= now - TOLERANCE_MS) throw refused('exp', 'it is no longer valid');
  if (nbf !== undefined && nbf * 1_000 > now + TOLERANCE_MS) throw refused('nbf', 'it is not valid yet');
  return { issuedAt: iat * 1_000, expiresAt: exp * 1_000 };
}

function checkBindings({ nonce, at_hash }: JsonObject, { alg }: JWTHeaderParameters, expected: ExpectedIdToken): void {
  if (expected.nonce !== undefined && nonce !== expected.nonce) {
    throw refused('nonce', nonce === undefined ? 'it is not tied to this sign-in' : 'it belongs to another sign-in');
  }
  if (at_hash === undefined || expected.accessToken === undefined) return;
  const hash = createHash(hashOf(alg)).update(expected.accessToken).digest();
  const half = Buffer.from(hash.subarray(0, hash.length / 2).toString('base64url'));
  const given = Buffer.from(typeof at_hash === 'string' ? at_hash : '');
  if (given.length !== half.length || !timingSafeEqual(given, half)) {
    throw refused('at_hash', 'it does not belong to the access token that came with it');
  }
}

function hashOf(alg: string): string {
  return alg.startsWith('Ed') ? 'sha512' : `sha${alg.slice(2)}`;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e12;
}

function clockWrong(issuer: string, age: number): PortolanError {
  const [length, unit] = Math.abs(age) >= 172_800_000 ? [86_400_000, 'days'] : [60_000, 'minutes'];
  const amount = `${Math.round(Math.abs(age) / length)} ${unit}`;
  const place = age < 0 ? `${amount} in the future` : `${amount} ago`;
  return new PortolanError('CLOCK_WRONG', `By this computer’s clock, ${hostOf(issuer)} made the ID token ${place}.`, {
    hint: 'Set the clock of this computer, then sign in again.',
    data: { issuer, ageMs: age },
  });
}

/** Never with a value of the token: that is foreign, or about a person. */
function refused(check: string, what: string): PortolanError {
  return new PortolanError('TOKEN_INVALID', `The ID token is refused: ${what}.`, {
    hint: check === 'exp' ? 'Sign in again.' : 'Tell the operator of the identity provider.',
    data: { check },
  });
}
