// When an access token is renewed: some time before its end, at a moment of its own, and never in a hurry over and over.
import type { TokenSet } from './token-set.ts';

/** Part of the life after which a token is renewed behind the requests, and how much that moment is spread. */
const RENEW_AFTER = 0.75;
const SPREAD = 0.15;
/** A token this near to its end may be refused when it arrives. */
const SAFETY_MS = 30_000;
const SAFETY_PART = 0.1;
/** However short its life is said to be, a token is used this long: else every request would renew it. */
const LEAST_MS = 2_000;
/** Ends further away than this are mistakes or mean "never". */
const LONGEST_MS = 10 * 365 * 24 * 3_600_000;

export interface TokenTimes {
  /** Epoch milliseconds from which it is renewed while it is still used. */
  readonly renewAt: number;
  /** From which it is not used without having tried to renew it. */
  readonly mustRenewAt: number;
}

const NEVER: TokenTimes = { renewAt: Number.POSITIVE_INFINITY, mustRenewAt: Number.POSITIVE_INFINITY };

/** @param random a number in [0, 1): tokens that were got together are not renewed together. */
export function timesOf({ expiresAt, obtainedAt }: TokenSet, random: number): TokenTimes {
  if (expiresAt === undefined || expiresAt - obtainedAt > LONGEST_MS) return NEVER;
  const lifeMs = Math.max(0, expiresAt - obtainedAt);
  const mustRenewAt = expiresAt - Math.min(SAFETY_MS, lifeMs * SAFETY_PART);
  const renewAt = obtainedAt + lifeMs * (RENEW_AFTER + SPREAD * random - SPREAD / 2);
  const least = obtainedAt + LEAST_MS;
  return { renewAt: Math.max(least, Math.min(renewAt, mustRenewAt)), mustRenewAt: Math.max(least, mustRenewAt) };
}
