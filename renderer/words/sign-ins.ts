// The words of signing in: for how long, by which way, in which state. Pure.
import type { IdentityStatus, ServerSignIn, SignIn } from '../../shared/model/identity.ts';
import { cutMiddle } from '../text/cut.ts';
import { visibleString } from '../text/visible-tokens.ts';
import { counted } from './numbers.ts';
import type { StateWord } from './states.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MAX_NAME = 40;

/** Time that is left until `at`: `18 min`, `6 h`, `3 d`; undefined when it is over or not known. */
export function leftUntil(at: string | undefined, now: number): string | undefined {
  const left = at === undefined ? Number.NaN : Date.parse(at) - now;
  if (!(left > 0)) return undefined;
  if (left < MINUTE) return 'less than 1 min';
  if (left < HOUR) return `${Math.floor(left / MINUTE)} min`;
  return left < 2 * DAY ? `${Math.floor(left / HOUR)} h` : `${Math.floor(left / DAY)} d`;
}

/** What a person calls an identity. */
export function identityTitle({ name, title }: Pick<IdentityStatus, 'name' | 'title'>): string {
  return title === undefined || title === '' ? name : title;
}

/** Who is signed in, as the provider told it, with hidden characters visible. */
export function personName({ person }: Pick<IdentityStatus, 'person'>): string | undefined {
  const name = person?.email ?? person?.name ?? person?.subject;
  return name === undefined ? undefined : visibleString(cutMiddle(name, MAX_NAME));
}

export function isSignedIn({ state }: Pick<IdentityStatus, 'state'>): boolean {
  return state === 'signed-in' || state === 'ends-soon';
}

/** Mark and words of an identity: `Signed in, 6 h left`, `Ends in 18 min`, `Not signed in`. */
export function identityWord(identity: IdentityStatus, now: number): StateWord {
  const left = leftUntil(identity.endsAt, now);
  switch (identity.state) {
    case 'signed-in':
      return { mark: 'ready', word: left === undefined ? 'Signed in' : `Signed in, ${left} left` };
    case 'ends-soon':
      return { mark: 'degraded', word: left === undefined ? 'Ends now' : `Ends in ${left}` };
    case 'signing-in':
      return { mark: 'starting', word: 'Signing in' };
    case 'ended':
      return { mark: 'sign-in', word: 'Ended' };
    case 'failed':
      return { mark: 'failed', word: 'Failed' };
    default:
      return { mark: 'stopped', word: 'Not signed in' };
  }
}

/** Mark and words of how a server is signed in. */
export function serverSignInWord(status: ServerSignIn, now: number): StateWord {
  const left = leftUntil(status.expiresAt, now);
  switch (status.state) {
    case 'signed-in':
      if (status.way === 'header') return { mark: 'ready', word: 'Until changed' };
      if (left === undefined) return { mark: 'ready', word: status.renews ? 'Renews itself' : 'Signed in' };
      return { mark: 'ready', word: status.renews ? `Renews itself, ${left}` : `${left} left` };
    case 'ends-soon':
      return { mark: 'degraded', word: left === undefined ? 'Ends now' : `Ends in ${left}` };
    case 'waiting':
      return { mark: 'sign-in', word: status.expiresAt === undefined || left !== undefined ? 'Sign in' : 'Ended' };
    case 'refused':
      return { mark: 'blocked', word: 'Refused' };
    case 'not-needed':
      return { mark: 'idle', word: 'None needed' };
    default:
      return { mark: 'stopped', word: 'Not signed in' };
  }
}

const WAYS: Readonly<Record<ServerSignIn['way'], string>> = {
  none: 'None needed',
  header: 'Header in the keychain',
  browser: 'Own sign-in',
  device: 'Own sign-in, with a code',
  enterprise: 'Through an identity',
  'client-credentials': 'As this computer',
  workload: 'As this workload',
  unknown: 'Not asked yet',
};

/** By which way a server is signed in: `Through Acme SSO`. */
export function wayWord({ way, identity }: ServerSignIn, identities: readonly IdentityStatus[]): string {
  if (way !== 'enterprise' || identity === undefined) return WAYS[way];
  const known = identities.find(({ name }) => name === identity);
  return `Through ${known === undefined ? identity : identityTitle(known)}`;
}

/** Clients in a few words: `Claude Desktop, Cursor`. */
export function clientWords(clients: readonly string[]): string {
  return clients.map((name) => visibleString(cutMiddle(name, MAX_NAME))).join(', ');
}

/** `3 calls waiting`; undefined when none does. */
export function callsWaiting({ calls }: Pick<SignIn, 'calls'>): string | undefined {
  return calls === 0 ? undefined : `${counted(calls, 'call')} waiting`;
}

/** Why a sign-in waits, in Portolan's own words. */
export function whyWaiting({ kind, tool, clients, newScopes, reason }: SignIn): string {
  if (kind === 'step-up') {
    const what = tool === undefined ? 'A call' : visibleString(cutMiddle(tool, 64));
    const who = clients.length === 0 ? '' : ` in ${clientWords(clients)}`;
    return `${what}${who} needs ${newScopes.length > 1 ? `${newScopes.length} more rights` : 'one more right'}.`;
  }
  if (reason !== undefined) return '';
  return kind === 'identity' ? 'Signing in opens the servers that it unlocks.' : 'The server asks who you are.';
}
