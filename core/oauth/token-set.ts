// The tokens of one sign-in, as they are kept: what they are for, who gave them, and until when. Never shown, never logged.
import { objectOf, textOf } from '../base/json-object.ts';

const GRANTS = ['code', 'device', 'client-credentials', 'workload', 'enterprise'] as const;
const TOKEN_TYPES = ['bearer', 'dpop'] as const;

/** How tokens were obtained. */
type TokenGrant = (typeof GRANTS)[number];

/** An access token with everything that must be known to use, renew and revoke it. Times in epoch milliseconds. */
export interface TokenSet {
  readonly accessToken: string;
  readonly tokenType: (typeof TOKEN_TYPES)[number];
  readonly refreshToken?: string;
  /** When the access token ends; absent when the server did not say. */
  readonly expiresAt?: number;
  /** What was granted; what was asked for when the server did not say. (RFC 6749, 5.1) */
  readonly scope: readonly string[];
  readonly issuer: string;
  /** Empty when no client was named, as with a workload's assertion. */
  readonly clientId: string;
  readonly resource: string;
  readonly obtainedAt: number;
  readonly grant: TokenGrant;
  /** Who signed in, when the server told it with an ID token. */
  readonly subject?: string;
  /** Private key that the tokens are bound to, a JWK in JSON. (RFC 9449) */
  readonly dpopKey?: string;
}

/** The set as text for the token store. */
export function formatTokenSet(set: TokenSet): string {
  return JSON.stringify({ v: 1, ...set });
}

/** The set that `formatTokenSet` wrote; undefined when the text is anything else. */
export function parseTokenSet(text: string): TokenSet | undefined {
  const found = objectOf(parsed(text));
  if (found === undefined || found['v'] !== 1) return undefined;
  const [accessToken, issuer, clientId, resource] = ['accessToken', 'issuer', 'clientId', 'resource'].map((name) =>
    textOf(found[name]),
  );
  const tokenType = TOKEN_TYPES.find((type) => type === found['tokenType']);
  const grant = GRANTS.find((name) => name === found['grant']);
  const { obtainedAt, expiresAt, scope } = found;
  if (!accessToken || !issuer || clientId === undefined || !resource) return undefined;
  if (tokenType === undefined || grant === undefined || !isTime(obtainedAt)) return undefined;
  if (!Array.isArray(scope) || !scope.every((one) => typeof one === 'string')) return undefined;
  if (expiresAt !== undefined && !isTime(expiresAt)) return undefined;
  const optional = ['refreshToken', 'subject', 'dpopKey'].filter((name) => found[name] !== undefined);
  if (optional.some((name) => !textOf(found[name]))) return undefined;
  if (tokenType === 'dpop' && found['dpopKey'] === undefined) return undefined;
  return {
    accessToken,
    tokenType,
    issuer,
    clientId,
    resource,
    obtainedAt,
    grant,
    scope,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...Object.fromEntries(optional.map((name) => [name, found[name]])),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
