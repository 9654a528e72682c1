// What the refusals of authorization servers mean to a person, and which of them end a sign-in for good. Words of a server
// are cleaned, and nothing that was sent to it comes back in them.
import { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { Redactor } from '../base/redact.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import type { OAuthAnswer } from './oauth-answer.ts';

/** Beyond this, a clock is called wrong: servers take what is a minute off. Milliseconds. */
const CLOCK_TOLERANCE_MS = 60_000;
const MINUTE_MS = 60_000;

/** Next steps by error code. (RFC 6749, 5.2 and 4.1.2.1; RFC 8628, 3.5; RFC 8707, 2) */
const HINTS: Readonly<Record<string, string>> = {
  access_denied: 'Start the sign-in again if that was a mistake; else ask whoever may give you access.',
  invalid_client:
    'The authorization server does not know Portolan, or not with this secret: check the client id and secret of the server.',
  invalid_grant: 'Sign in again.',
  invalid_scope: 'Check the scopes of the server in the catalog.',
  invalid_target: 'The authorization server does not know this MCP server: tell the operator of the server.',
  server_error: 'Try again in a moment.',
  slow_down: 'Try again in a moment.',
  temporarily_unavailable: 'Try again in a moment.',
  unauthorized_client: 'The operator of the authorization server has to allow Portolan this kind of sign-in.',
  unsupported_grant_type: 'The authorization server does not offer this kind of sign-in: choose another one.',
};

/** A request to an authorization server, as far as the meaning of its refusal depends on it. */
export interface Asked {
  readonly issuer: string;
  readonly clock: Clock;
  /** The request held something that is dated with the clock of this computer: an assertion or a proof. */
  readonly dated?: boolean;
  /** What was sent and must not come back in a message. */
  readonly secrets?: readonly string[];
}

/**
 * The error for an answer that holds no token. `data.error` is the server’s code, `data.status` the HTTP status; `data.final`
 * is true when what was presented is spent for good (`invalid_grant`), and false whenever asking again may help.
 */
export function tokenRefusal(answer: OAuthAnswer, asked: Asked): PortolanError {
  const host = hostOf(asked.issuer);
  const { status, error } = answer;
  const data = { final: false, status, host };
  if (status >= 500 || status === 429) {
    return new PortolanError('TOKEN_REFUSED', `${host} cannot give a token at the moment (HTTP ${status}).`, {
      hint: 'Try again in a moment.',
      data,
    });
  }
  if (error === undefined) return malformed(status, host, answer.body !== undefined);
  const wrong = clockError(answer, asked, host);
  if (wrong !== undefined) return wrong;
  const words = wordsOf(error, answer.body?.['error_description'], asked.secrets);
  return new PortolanError('TOKEN_REFUSED', `${host} gave no token: ${words}.`, {
    hint: HINTS[error] ?? 'Sign in again; if it goes on, tell the operator of the authorization server.',
    data: { ...data, final: error === 'invalid_grant', error: cleanForeign(error) },
  });
}

/** The error for an authorization response with `error`. Only after its issuer was checked. */
export function signInRefusal(params: URLSearchParams, issuer: string): PortolanError {
  const error = params.get('error') ?? '';
  return refusedSignIn(error, params.get('error_description'), issuer);
}

/** A person or the server said no to a sign-in. */
export function refusedSignIn(error: string, description: unknown, issuer: string): PortolanError {
  const host = hostOf(issuer);
  return new PortolanError('SIGN_IN_REFUSED', `${host} refused the sign-in: ${wordsOf(error, description)}.`, {
    hint: HINTS[error] ?? 'Read the reason, then start the sign-in again.',
    data: { error: cleanForeign(error), host },
  });
}

/** An answer that should hold a token and does not hold a valid one: `what` is the rest of the sentence. */
export function invalidToken(issuer: string, what: string): PortolanError {
  const host = hostOf(issuer);
  return new PortolanError('TOKEN_INVALID', `${host} ${what}.`, {
    hint: 'Tell the operator of the authorization server.',
    data: { final: false, host },
  });
}

/** Whether what was presented is spent for good, so that only a person can go on. */
export function isFinal(error: unknown): boolean {
  return error instanceof PortolanError && error.data['final'] === true;
}

/** Host and port of an issuer, for sentences. */
export function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : cleanForeign(issuer);
}

function malformed(status: number, host: string, isJson: boolean): PortolanError {
  const redirected = status >= 300 && status < 400;
  const what = redirected
    ? 'leads the request for a token to another address, where it is not sent'
    : `answered the request for a token with ${isJson ? 'neither a token nor an error' : 'something else than JSON'} (HTTP ${status})`;
  return new PortolanError(redirected ? 'TOKEN_REFUSED' : 'TOKEN_INVALID', `${host} ${what}.`, {
    hint: 'Tell the operator of the authorization server.',
    data: { final: false, status, host },
  });
}

/** The clock of this computer as the cause, when something dated with it was refused and the server’s clock differs. */
function clockError({ date, error }: OAuthAnswer, asked: Asked, host: string): PortolanError | undefined {
  if (asked.dated !== true || date === undefined || error === 'invalid_grant') return undefined;
  const ahead = asked.clock.now() - date;
  if (Math.abs(ahead) <= CLOCK_TOLERANCE_MS) return undefined;
  const minutes = Math.round(Math.abs(ahead) / MINUTE_MS);
  const way = ahead > 0 ? 'ahead of' : 'behind';
  return new PortolanError('CLOCK_WRONG', `The clock of this computer is ${minutes} min ${way} that of ${host}.`, {
    hint: 'Set the clock of this computer, then sign in again.',
    data: { final: false, aheadMs: ahead, host },
  });
}

/** The server’s code and its words for it, as the end of a sentence. */
function wordsOf(error: string, description: unknown, secrets: readonly string[] = []): string {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.addSecret(secret);
  const clean = (text: string): string => cleanForeign(redactor.redact(text.slice(0, 10_000))).replace(/\.$/, '');
  const words = typeof description === 'string' ? clean(description) : '';
  return words === '' ? clean(error) : `${words} (${clean(error)})`;
}
