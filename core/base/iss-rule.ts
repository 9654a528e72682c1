// Whose answer a sign-in got: the `iss` of an authorization response against the issuer that the sign-in was started with.
import { PortolanError } from '../../shared/errors.ts';
import { cleanForeign } from './foreign-text.ts';

/** What is known of the authorization server since before the browser was sent to it. */
export interface ExpectedIssuer {
  readonly issuer: string;
  /** `authorization_response_iss_parameter_supported` of its metadata. */
  readonly advertised: boolean;
}

/**
 * Checks `iss`, of answers with a code and of answers with an error alike, before anything else of the answer is looked at.
 * It must equal the issuer, compared as plain strings, whenever it is there; it must be there when the server says that it
 * sends it. (RFC 9207, 2.4; MCP 2026-07-28, Authorization Response Validation)
 * @throws PortolanError ISSUER_MISMATCH with both issuers, and nothing else of the answer
 */
export function checkIssuer(params: URLSearchParams, { issuer, advertised }: ExpectedIssuer): void {
  const given = params.getAll('iss');
  if (given.length === 0 && !advertised) return;
  if (given.length === 1 && given[0] === issuer) return;
  const found = given.length === 0 ? 'no issuer' : given.map((one) => `"${cleanForeign(one)}"`).join(' and ');
  throw new PortolanError(
    'ISSUER_MISMATCH',
    `The sign-in was started at "${cleanForeign(issuer)}", but the answer names ${found}.`,
    {
      hint:
        given.length === 0
          ? 'The authorization server says that it names itself in every answer and did not: its operator has to mend that. Nothing was sent to it.'
          : 'Do not sign in: the answer may come from someone else. If it does not, the operator of the authorization server has to make both the same. No code was sent.',
      data: { expected: cleanForeign(issuer), found },
    },
  );
}
