// What went wrong between Portolan and an identity provider, in codes and words of ours. Foreign text is cleaned, tokens never appear.
import * as oauth from 'oauth4webapi';
import { type ErrorCode, PortolanError } from '../../shared/errors.ts';
import { cleanForeign } from '../base/foreign-text.ts';

/** Error codes of OAuth that say no to the person or the client, as against trouble that may pass. */
const PASSING = new Set(['temporarily_unavailable', 'server_error', 'slow_down', 'authorization_pending']);

/** `invalid_grant: words of the provider`; the words cleaned. */
function reasonOf(error: string, description: string | null | undefined): string {
  const code = cleanForeign(error).slice(0, 100);
  const words = description ? cleanForeign(description) : '';
  return words === '' ? code : `${code}: ${words}`;
}

/**
 * What the provider at `issuer` answered, as an error of ours. A refusal carries `oauthError` (its code) and `final`: true
 * when asking again changes nothing. `refused`: the code for a refusal.
 */
export function toSignInError(error: unknown, issuer: string, refused: ErrorCode = 'SIGN_IN_REFUSED'): PortolanError {
  if (error instanceof PortolanError) return error;
  const host = hostOf(issuer);
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) {
    const passing = PASSING.has(error.error) || ('status' in error && error.status === 429);
    const message = `${host} answered: ${reasonOf(error.error, error.error_description)}`;
    return new PortolanError(passing ? 'SERVER_BUSY' : refused, message, {
      hint: passing ? 'Try again in a moment.' : hintFor(error.error),
      data: { issuer, oauthError: cleanForeign(error.error).slice(0, 100), final: !passing },
    });
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return new PortolanError(refused, `${host} refuses Portolan’s own credentials.`, {
      hint: 'Correct the client secret or key of the identity.',
      data: { issuer, oauthError: 'invalid_client', final: true },
    });
  }
  const { cause } = error instanceof Error ? error : { cause: undefined };
  const status = cause instanceof Response ? cause.status : undefined;
  if (status !== undefined && status >= 500) {
    return new PortolanError('HTTP_STATUS', `${host} answered with status ${status}.`, {
      hint: 'Try again later.',
      data: { issuer, status },
    });
  }
  // The library's messages name fields, never their values.
  const detail = error instanceof Error ? cleanForeign(error.message) : 'unknown';
  return new PortolanError('METADATA_INVALID', `${host} gave an answer that is not valid: ${detail}.`, {
    hint: 'Tell the operator of the identity provider.',
    data: { issuer, ...(status === undefined ? {} : { status }) },
  });
}

/** Host of an issuer, for sentences. */
export function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : cleanForeign(issuer);
}

function hintFor(error: string): string {
  switch (error) {
    case 'invalid_client':
    case 'unauthorized_client':
      return 'Check the client ID and secret of the identity with whoever registered Portolan at the provider.';
    case 'access_denied':
      return 'Ask the administrator of your organisation for access.';
    default:
      return 'Sign in again; if that does not help, ask the administrator of your organisation.';
  }
}
