// The errors of signing in that Portolan itself makes. `sent: false`: the request that needed the sign-in did not run.
import { type ErrorData, PortolanError, toPortolanError } from '../../shared/errors.ts';

/** Where the window lists what waits for a person. */
const SIGN_IN_LINK = 'portolan://sign-in';

/** @param about `id`: of the sign-in that waits; `why`: what went wrong in an earlier try, as a sentence */
export function needsSignIn(
  what: { readonly kind: 'server' | 'step-up' | 'identity'; readonly name: string; readonly server: string },
  about: { readonly id: string; readonly why?: string | undefined },
): PortolanError {
  const { kind, name, server } = what;
  const { id, why } = about;
  const wanted = {
    server: `${server} asks for a sign-in.`,
    'step-up': `${server} asks for more rights than were granted.`,
    identity: `${server} is reached through the identity ${name}, which has to sign in.`,
  }[kind];
  const command = kind === 'identity' ? `portolan login --identity ${name}` : `portolan login ${name}`;
  return new PortolanError('NEEDS_SIGN_IN', why === undefined ? wanted : `${wanted} ${why}`, {
    hint: `Run: ${command} — or open ${SIGN_IN_LINK}. Then try again.`,
    data: { sent: false, server, signIn: id, link: SIGN_IN_LINK, ...(kind === 'identity' && { identity: name }) },
  });
}

/** The server wants a credential and does not say where to get one. */
export function wantsHeader(server: string, cause: unknown): PortolanError {
  return new PortolanError('NEEDS_SIGN_IN', `${server} asks for a credential and does not say where to sign in.`, {
    hint: 'Add its credential as a header of the entry, or its authorization server as "issuer".',
    data: { sent: false, server },
    cause,
  });
}

export function notSafe(server: string): PortolanError {
  return new PortolanError('URL_REFUSED', `${server} asks for a sign-in over an address that is not encrypted.`, {
    hint: 'Use its https address: a token is not sent without encryption.',
    data: { sent: false, server },
  });
}

export function tokenNotTaken(server: string): PortolanError {
  return new PortolanError('TOKEN_REFUSED', `${server} does not take the token that was just issued for it.`, {
    hint: 'Tell the operator of the server; signing in again will hardly help.',
    data: { sent: false, server },
  });
}

export function scopeRefused(server: string, what: string, scopes: readonly string[]): PortolanError {
  return new PortolanError(
    'SCOPE_REFUSED',
    `${server} asks for a right for ${what} that was asked for and not granted.`,
    {
      hint: `Ask its operator for the right, then run: portolan login ${server} --again`,
      data: { sent: false, server, scopes: scopes.join(' ').slice(0, 300) },
    },
  );
}

export function signInCancelled(server: string): PortolanError {
  return new PortolanError('SIGN_IN_CANCELLED', `The sign-in of ${server} was cancelled.`, {
    hint: `Start it again with: portolan login ${server}`,
    data: { sent: false, server },
  });
}

/** Nobody waits for the request any more. */
export function nobodyWaits(): PortolanError {
  return new PortolanError('CONNECTION_LOST', 'The request was given up while it waited for a sign-in.', {
    data: { sent: false },
  });
}

/** The server's tokens were removed while they were being renewed. */
export function signedOutMeanwhile(): PortolanError {
  return new PortolanError('NEEDS_SIGN_IN', 'The server was signed out.', { data: { sent: false } });
}

const OF_THE_WAY = new Set([
  'CONNECT_REFUSED',
  'CONNECT_TIMEOUT',
  'CONNECTION_LOST',
  'HTTP_STATUS',
  'REQUEST_TIMEOUT',
  'DNS_FAILED',
]);

/**
 * A failure on the way to a token, as the request that needs it fails with it. It did not run; and what an authorization server
 * fails with must not be taken for a failure of the server itself.
 */
export function asUnsent(error: unknown, server: string): PortolanError {
  const { code, message, hint, data } = toPortolanError(error);
  const told: ErrorData = { ...data, sent: false, server };
  const isWay = OF_THE_WAY.has(code);
  return new PortolanError(
    isWay ? 'TOKEN_REFUSED' : code,
    isWay ? `The authorization server of ${server} gave no token: ${message}` : message,
    { hint: hint ?? 'Try again in a moment.', data: told, cause: error },
  );
}

/** Why somebody who was signed in is not any more. */
export function tokensEnded(server: string, how: 'refused' | 'interrupted', cause: PortolanError): PortolanError {
  const why =
    how === 'interrupted'
      ? `A renewal of the sign-in of ${server} was interrupted, and its answer was lost.`
      : `The sign-in of ${server} has ended: ${cause.message}`;
  return new PortolanError('NEEDS_SIGN_IN', why, {
    hint: `Sign in again with: portolan login ${server}`,
    data: { sent: false, server, ended: how },
    cause,
  });
}
