// How an identity is shown: its state, who is signed in, and until when. Never a token.
import { PortolanError } from '../../shared/errors.ts';
import type { Identity, IdentityStatus } from '../../shared/model/identity.ts';
import type { IdentitySession } from './identity-session.ts';
import { WARN_MS } from './session-times.ts';

/** What is known of one identity now. */
export interface IdentityFacts {
  readonly identity: Identity;
  readonly source: 'catalog' | 'managed';
  readonly session: IdentitySession | undefined;
  readonly signingIn: boolean;
  /** The last thing that went wrong, when nothing has gone well since. */
  readonly failure: PortolanError | undefined;
}

/** `now`: epoch milliseconds. */
export function statusOf(
  { identity, source, session, signingIn, failure }: IdentityFacts,
  rest: Pick<IdentityStatus, 'unlocks' | 'refused'>,
  now: number,
): IdentityStatus {
  const { name, title, issuer, clientId, scopes } = identity;
  const renews = session?.refreshToken !== undefined;
  const endsAt = renews || session?.ended !== undefined ? undefined : session?.idTokenExpiresAt;
  const state = signingIn ? 'signing-in' : stateOf(session, failure, now);
  const reason = reasonFor(session, failure, state);
  return {
    name,
    ...(title !== undefined && { title }),
    issuer,
    clientId,
    scopes: [...scopes],
    source,
    state,
    ...(reason !== undefined && { reason }),
    ...(session !== undefined && { person: personOf(session), signedInAt: new Date(session.signedInAt).toISOString() }),
    ...(endsAt !== undefined && { endsAt: new Date(endsAt).toISOString() }),
    renews,
    ...rest,
  };
}

function stateOf(
  session: IdentitySession | undefined,
  failure: PortolanError | undefined,
  now: number,
): IdentityStatus['state'] {
  if (session === undefined) return failure === undefined ? 'signed-out' : 'failed';
  if (session.ended !== undefined) return 'ended';
  const left = (session.idTokenExpiresAt ?? 0) - now;
  if (session.refreshToken !== undefined) return failure !== undefined && left <= 0 ? 'failed' : 'signed-in';
  if (left <= 0) return 'ended';
  return left <= WARN_MS ? 'ends-soon' : 'signed-in';
}

function reasonFor(
  session: IdentitySession | undefined,
  failure: PortolanError | undefined,
  state: IdentityStatus['state'],
): IdentityStatus['reason'] {
  if (session?.ended !== undefined) return { code: 'NEEDS_SIGN_IN', message: session.ended, hint: 'Sign in again.' };
  if (failure !== undefined) {
    const { code, message, hint } = failure;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
  if (state === 'ended') return { code: 'NEEDS_SIGN_IN', message: 'The sign-in has run out.', hint: 'Sign in again.' };
  if (session?.signed !== false) return undefined;
  return {
    code: 'METADATA_NOT_FOUND',
    message: 'The provider publishes no keys, so the signature of the ID token was not checked.',
    hint: 'Issuer, client and end of the token were checked.',
  };
}

function personOf({ subject, name, email }: IdentitySession): NonNullable<IdentityStatus['person']> {
  return { subject, ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
}
