// The assertion with which an identity provider lets a person into one server (ID-JAG): got by a token exchange, looked at before
// it is used once, and kept nowhere. (Enterprise-Managed Authorization 4; RFC 8693)
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../base/json-object.ts';
import type { SubjectToken } from '../../identity/identity-keeper.ts';
import type { Provider } from '../../identity/provider.ts';
import { toSignInError } from '../../identity/sign-in-error.ts';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag';
const ID_JAG_TYPE = 'oauth-id-jag+jwt';

export interface IdJagRequest {
  readonly subject: SubjectToken;
  /** Issuer of the authorization server that will take the assertion. */
  readonly audience: string;
  readonly resource: string;
  /** Our client there. */
  readonly clientId: string;
  readonly scope: readonly string[];
  /** Epoch milliseconds, now. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

export interface IdJag {
  readonly assertion: string;
  /** Its id, for the audit log. */
  readonly jti: string;
}

/**
 * @throws PortolanError IDP_REFUSED (`data.oauthError`) when the provider says no, TOKEN_INVALID when its answer is not the
 *   assertion that was asked for, and what the fetch throws when it cannot be reached
 */
export async function requestIdJag(provider: Provider, request: IdJagRequest): Promise<IdJag> {
  const { as } = await provider.metadata(request.signal);
  const { subject, audience, resource, scope } = request;
  const parameters = new URLSearchParams({
    requested_token_type: ID_JAG,
    audience,
    resource,
    ...(scope.length > 0 && { scope: scope.join(' ') }),
    subject_token: subject.token,
    subject_token_type: `urn:ietf:params:oauth:token-type:${subject.type}`,
  });
  const auth = await provider.clientAuth(as);
  let answer: oauth.TokenEndpointResponse;
  try {
    const client = provider.client();
    const http = provider.http(request.signal);
    const response = await oauth.genericTokenEndpointRequest(as, client, auth, TOKEN_EXCHANGE, parameters, http);
    answer = await oauth.processGenericTokenEndpointResponse(as, client, response, {
      recognizedTokenTypes: { n_a: () => undefined },
    });
  } catch (error) {
    throw toSignInError(error, as.issuer, 'IDP_REFUSED');
  }
  if (answer['issued_token_type'] !== ID_JAG)
    throw refused('issued_token_type', 'it is not of the kind that was asked for');
  if (answer.token_type !== 'n_a')
    throw refused('token_type', 'it is said to be a token for servers, which it must not be');
  return { assertion: answer.access_token, jti: checkAssertion(answer.access_token, as.issuer, request) };
}

/** Checks what the assertion says, as far as its reader may look: whether it is good is for the authorization server to tell. */
function checkAssertion(
  assertion: string,
  issuer: string,
  { audience, resource, clientId, now }: IdJagRequest,
): string {
  const { typ, claims } = contentOf(assertion);
  const { iss, aud, client_id, resource: given, exp, jti } = claims;
  if (typ !== ID_JAG_TYPE) throw refused('typ', 'it is a token of another kind');
  if (iss !== issuer) throw refused('iss', 'it does not come from the identity provider');
  const [only, second] = Array.isArray(aud) ? (aud as unknown[]) : [aud];
  if (only !== audience || second !== undefined) throw refused('aud', 'it is for another authorization server');
  if (client_id !== clientId) throw refused('client_id', 'it is for another client');
  const resources: unknown[] = Array.isArray(given) ? given : [given];
  if (given !== undefined && !resources.every((one) => one === resource)) {
    throw refused('resource', 'it is for another server');
  }
  if (typeof exp !== 'number' || exp * 1_000 <= now) throw refused('exp', 'it is no longer valid');
  if (typeof jti !== 'string') throw refused('jti', 'it has no id');
  return jti.slice(0, 200);
}

function contentOf(assertion: string): { typ: string | undefined; claims: JsonObject } {
  try {
    return { typ: decodeProtectedHeader(assertion).typ, claims: decodeJwt(assertion) };
  } catch {
    throw refused('form', 'it is not a JSON Web Token');
  }
}

/** Never with a value of the assertion. */
function refused(check: string, what: string): PortolanError {
  return new PortolanError('TOKEN_INVALID', `The assertion of the identity provider is refused: ${what}.`, {
    hint: 'Tell the administrator of your organisation.',
    data: { check },
  });
}
