// Makes a token set of the answer of a token endpoint. Stricter than common practice about what goes into headers, more
// lenient about what servers get wrong without harm: lifetimes as text, endless ones, lists with commas.
import { decodeJwt } from 'jose';
import type { Clock } from '../base/clock.ts';
import type { JsonObject } from '../base/json-object.ts';
import { invalidToken } from './oauth-errors.ts';
import { scopesOf } from './scopes.ts';
import type { TokenSet } from './token-set.ts';

/** What can stand in a header and in a form. (RFC 6749, A.12) */
const TOKEN = /^[\x21-\x7e]{1,65536}$/;
/** A longer life is taken as this one, in seconds: within it, a server is asked again. */
const LONGEST_LIFE_S = 365 * 24 * 3600;

export interface TokenContext {
  readonly issuer: string;
  readonly resource: string;
  readonly clientId: string;
  readonly grant: TokenSet['grant'];
  /** Scopes that were asked for: granted unless the server says otherwise. */
  readonly scope: readonly string[];
  readonly clock: Clock;
  /** Private key, as JSON, whose proof was sent. */
  readonly dpopKey?: string | undefined;
  /** The resource takes bound tokens only. */
  readonly mustBind: boolean;
  /** The set that these tokens renew. */
  readonly previous?: TokenSet | undefined;
}

/**
 * The tokens in the body of a successful answer. (RFC 6749, 5.1; RFC 9449, 5)
 * @throws PortolanError TOKEN_INVALID
 */
export function tokensFrom(body: JsonObject, context: TokenContext): TokenSet {
  const { issuer, resource, clientId, grant, clock, previous } = context;
  const accessToken = body['access_token'];
  if (typeof accessToken !== 'string' || !TOKEN.test(accessToken))
    throw invalidToken(issuer, 'answered without a token that can be sent');
  const tokenType = tokenTypeOf(body['token_type'], context);
  const now = clock.now();
  const seconds = lifeOf(body['expires_in']);
  const refreshToken = refreshTokenOf(body['refresh_token'], issuer) ?? previous?.refreshToken;
  const subject = subjectOf(body['id_token'], context) ?? previous?.subject;
  return {
    accessToken,
    tokenType,
    scope: grantedOf(body['scope']) ?? context.scope,
    issuer,
    clientId,
    resource,
    obtainedAt: now,
    grant,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(seconds === undefined ? {} : { expiresAt: now + seconds * 1000 }),
    ...(subject === undefined ? {} : { subject }),
    // Kept with a bearer token too: the refresh token of a public client is bound to it all the same. (RFC 9449, 5)
    ...(context.dpopKey === undefined ? {} : { dpopKey: context.dpopKey }),
  };
}

function tokenTypeOf(value: unknown, { issuer, dpopKey, mustBind, previous }: TokenContext): TokenSet['tokenType'] {
  const type = typeof value === 'string' ? value.toLowerCase() : '';
  if (type === 'dpop' && dpopKey !== undefined) return 'dpop';
  if (type === 'dpop') throw invalidToken(issuer, 'answered with a bound token that was not asked for');
  if (type !== 'bearer') throw invalidToken(issuer, 'answered with a kind of token that Portolan does not know');
  if (mustBind || previous?.tokenType === 'dpop')
    throw invalidToken(issuer, 'answered with a token that is not bound to this computer, as it has to be');
  return 'bearer';
}

/** Seconds that a token lives; undefined when the server does not say, or says what no token can mean (0, -1). */
function lifeOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds > 0)) return undefined;
  return Math.min(seconds, LONGEST_LIFE_S);
}

function refreshTokenOf(value: unknown, issuer: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && TOKEN.test(value)) return value;
  throw invalidToken(issuer, 'answered with a refresh token that cannot be sent');
}

/** Granted scopes when the server names them. Some separate them with commas. */
function grantedOf(value: unknown): string[] | undefined {
  if (typeof value !== 'string') return undefined;
  const scopes = scopesOf(value.includes(' ') ? value : value.replaceAll(',', ' '));
  return scopes.length > 0 ? scopes : undefined;
}

/**
 * Who signed in, when an ID token came along for this client from this issuer. It came straight from the token endpoint, which
 * vouches for it (OpenID Connect Core, 3.1.3.7), and serves to tell sign-ins apart: nothing is granted because of it.
 */
function subjectOf(value: unknown, { issuer, clientId }: TokenContext): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const { iss, aud, sub } = decodeJwt(value);
    return iss === issuer && [aud].flat().includes(clientId) && sub !== '' ? sub : undefined;
  } catch {
    return undefined;
  }
}
