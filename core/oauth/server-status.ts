// How one server is signed in, as windows and commands show it. Never a token.
import type { PortolanError } from '../../shared/errors.ts';
import type { ServerSignIn } from '../../shared/model/identity.ts';
import { signInReason } from './sign-in-reason.ts';
import type { Held } from './token-owner.ts';

/** A token that cannot be renewed is said to end soon for this long. */
const SOON_MS = 10 * 60_000;

const REGISTRATIONS = ['pre-registered', 'metadata-document', 'dynamic'] as const;

export function signInStatus(about: {
  readonly server: string;
  /** As the entry says. */
  readonly way: ServerSignIn['way'];
  readonly identity: string | undefined;
  /** What is in memory. */
  readonly held: Held | undefined;
  /** Something is kept of it, in memory or not. */
  readonly isKept: boolean;
  readonly isWaiting: boolean;
  readonly problem: PortolanError | undefined;
  readonly now: number;
}): ServerSignIn {
  const { server, way, held, problem } = about;
  const set = held?.grant.set;
  const registration = REGISTRATIONS.find((kind) => kind === held?.grant.registration);
  const identity = held?.grant.identity ?? about.identity;
  return {
    server,
    way: set === undefined ? way : wayOfGrant(set.grant),
    state: stateOf(about),
    ...(identity !== undefined && { identity }),
    ...(set !== undefined && { issuer: set.issuer, clientId: set.clientId, resource: set.resource }),
    ...(registration !== undefined && { registration }),
    scopes: [...(set?.scope ?? [])],
    ...(set?.expiresAt !== undefined && { expiresAt: new Date(set.expiresAt).toISOString() }),
    renews: held !== undefined && isRenewable(held),
    bound: set?.tokenType === 'dpop',
    ...(problem !== undefined && { reason: signInReason(problem) }),
  };
}

/** Requests to this server go out in a person's name, or soon will. */
export function isPersonal({ way, state }: Pick<ServerSignIn, 'way' | 'state'>): boolean {
  if (way === 'unknown') return state !== 'not-needed';
  return way === 'browser' || way === 'device' || way === 'enterprise';
}

/** True when new tokens can be had without a person. */
export function isRenewable({ grant }: Held): boolean {
  const { refreshToken, grant: way } = grant.set;
  return refreshToken !== undefined || (way !== 'code' && way !== 'device');
}

function stateOf(about: Parameters<typeof signInStatus>[0]): ServerSignIn['state'] {
  const { held, isKept, isWaiting, problem, way, now } = about;
  if (way === 'none' || way === 'header') return 'not-needed';
  if (isWaiting) return 'waiting';
  if (problem?.code === 'IDP_REFUSED' || problem?.code === 'SCOPE_REFUSED' || problem?.code === 'TOKEN_REFUSED') {
    return 'refused';
  }
  if (held === undefined) return isKept ? 'signed-in' : way === 'unknown' ? 'not-needed' : 'signed-out';
  const { expiresAt } = held.grant.set;
  if (expiresAt === undefined || isRenewable(held)) return 'signed-in';
  return expiresAt <= now ? 'signed-out' : expiresAt - now < SOON_MS ? 'ends-soon' : 'signed-in';
}

function wayOfGrant(grant: Held['grant']['set']['grant']): ServerSignIn['way'] {
  return grant === 'code' ? 'browser' : grant;
}
