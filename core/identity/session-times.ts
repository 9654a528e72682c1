// When a session is good, when it is to be renewed, and when it next changes by itself. Times in epoch milliseconds.
import type { IdentitySession } from './identity-session.ts';

/** How long before its end a sign-in that nothing renews is shown as ending, in milliseconds. */
export const WARN_MS = 10 * 60_000;
/** An ID token with less than this left is not handed out, in milliseconds. */
const USABLE_MS = 60_000;
const RETRY_MS = 60_000;

/** Whether its ID token can still be shown to someone. */
export function isUsable({ idToken, idTokenExpiresAt = 0 }: IdentitySession, now: number): boolean {
  return idToken !== undefined && idTokenExpiresAt - now > USABLE_MS;
}

/** Whether it is to be renewed now, or, without a refresh token, has run out. */
export function isDue(session: IdentitySession, now: number): boolean {
  if (session.ended !== undefined) return false;
  const left = (session.idTokenExpiresAt ?? 0) - now;
  return left <= (session.refreshToken === undefined ? 0 : leadOf(session));
}

/** Milliseconds until something happens to it by itself; undefined for never. `failed`: the last renewal did not go through. */
export function nextChangeIn(session: IdentitySession | undefined, failed: boolean, now: number): number | undefined {
  if (session === undefined || session.ended !== undefined) return undefined;
  const left = (session.idTokenExpiresAt ?? 0) - now;
  if (session.refreshToken === undefined) return Math.max(left > WARN_MS ? left - WARN_MS : left, 0);
  if (failed) return RETRY_MS;
  // A provider that renews without an ID token gives nothing that could be renewed ahead.
  if (session.idTokenExpiresAt === undefined || session.idTokenExpiresAt <= session.renewedAt) return undefined;
  return Math.max(left - leadOf(session), 0);
}

/** How long before its end an ID token is renewed: a tenth of its life, within bounds. */
function leadOf({ idTokenExpiresAt = 0, renewedAt }: IdentitySession): number {
  return Math.min(Math.max((idTokenExpiresAt - renewedAt) / 10, 30_000), 300_000);
}
