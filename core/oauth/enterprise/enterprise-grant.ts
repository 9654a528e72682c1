// Enterprise-Managed Authorization: the person’s sign-in at the identity provider becomes a token for one server, without a consent
// of its own. What the provider refuses stays refused until a person asks again. (MCP extension, SEP-990; RFC 7523)
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../../shared/errors.ts';
import type { Identity } from '../../../shared/model/identity.ts';
import type { Clock } from '../../base/clock.ts';
import { type ClientCredentials, clientAuthentication } from '../../identity/client-authentication.ts';
import { fetchWithoutEcho } from '../../identity/fetch-without-echo.ts';
import type { GuardedFetch } from '../../identity/guarded-fetch.ts';
import type { Identities } from '../../identity/identities.ts';
import { toSignInError } from '../../identity/sign-in-error.ts';
import type { TokenSet } from '../token-set.ts';
import { type IdJag, requestIdJag } from './id-jag.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ID_JAG_PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag';
/** What an identity provider says about the way in which it was asked, not about the person. */
const CANNOT_USE_SUBJECT = new Set<unknown>(['invalid_request', 'unsupported_token_type']);

export interface EnterpriseOptions {
  readonly identity: Identity;
  readonly identities: Identities;
  /** Name of the server, under which a refusal is remembered. */
  readonly server: string;
  readonly discovery: { readonly as: oauth.AuthorizationServer; readonly issuer: string; readonly resource: string };
  /** Our client at the authorization server of the resource. */
  readonly client: { readonly clientId: string; readonly auth: ClientCredentials };
  readonly scope: readonly string[];
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Whether this authorization server takes assertions of an identity provider. (Enterprise-Managed Authorization, discovery) */
export function takesEnterprise(as: oauth.AuthorizationServer): boolean {
  const profiles = as['authorization_grant_profiles_supported'];
  return Array.isArray(profiles) && profiles.includes(ID_JAG_PROFILE);
}

/**
 * A token for the server; renewing it is calling this again.
 * @throws PortolanError IDP_REFUSED (final, also from memory), NEEDS_SIGN_IN (`data.identity`), TOKEN_INVALID, TOKEN_REFUSED (by the
 *   authorization server of the resource), and what the fetch throws when either cannot be reached: that is no refusal
 */
export async function enterpriseTokens(options: EnterpriseOptions): Promise<TokenSet> {
  const { identity, identities, server } = options;
  const remembered = identities.refusal(identity.name, server);
  if (remembered !== undefined) throw idpRefused(identity.name, server, remembered);
  const { jag, subject } = await exchanged(options);
  return redeem(options, jag, subject);
}

async function exchanged(options: EnterpriseOptions): Promise<{ jag: IdJag; subject: string }> {
  const { identity, identities, server, discovery, client, scope, clock, signal } = options;
  const { issuer: audience, resource } = discovery;
  const provider = identities.provider(identity.name);
  const event = { server, what: identity.name, detail: { issuer: identity.issuer, audience, resource } };
  for (let isRenewed = false; ; isRenewed = true) {
    const subject = await identities.subjectToken(identity.name, signal);
    const request = { subject, audience, resource, clientId: client.clientId, scope, now: clock.now(), signal };
    try {
      const jag = await requestIdJag(provider, request);
      const detail = { ...event.detail, jti: jag.jti };
      identities.audit({ kind: 'token.exchanged', outcome: 'allowed', ...event, detail });
      return { jag, subject: subject.subject };
    } catch (error) {
      if (!(error instanceof PortolanError)) throw error;
      const { code, message, data } = error;
      const isRefusal = code === 'IDP_REFUSED';
      // The ID token may be the cause, not the person: a fresh one tells.
      if (isRefusal && data['oauthError'] === 'invalid_grant' && !isRenewed && canRenew(options)) {
        await identities.renew(identity.name);
        continue;
      }
      const outcome = isRefusal ? 'denied' : 'error';
      identities.audit({ kind: 'token.refused', outcome, ...event, reason: { code, message } });
      if (isRefusal && subject.type === 'refresh_token' && CANNOT_USE_SUBJECT.has(data['oauthError'])) {
        throw needsSignIn(identity.name);
      }
      if (!isRefusal) throw error;
      // A locked keychain must not turn a refusal into something that could be tried again.
      await identities.noteRefusal(identity.name, server, message).catch(() => undefined);
      throw idpRefused(identity.name, server, message);
    }
  }
}

function canRenew({ identities, identity }: EnterpriseOptions): boolean {
  return identities.status(identity.name).renews;
}

/** Shows the assertion to the authorization server of the resource. (RFC 7523, 2.1) */
async function redeem(options: EnterpriseOptions, { assertion }: IdJag, subject: string): Promise<TokenSet> {
  const { discovery, client, scope, fetch, clock, signal } = options;
  const { as, issuer, resource } = discovery;
  const parameters = new URLSearchParams({
    assertion,
    resource,
    ...(scope.length > 0 && { scope: scope.join(' ') }),
  });
  const auth = await clientAuthentication(client.auth, as);
  const who: oauth.Client = { client_id: client.clientId };
  try {
    const response = await oauth.genericTokenEndpointRequest(as, who, auth, JWT_BEARER, parameters, {
      [oauth.customFetch]: fetchWithoutEcho(fetch),
      [oauth.allowInsecureRequests]: true,
      ...(signal !== undefined && { signal }),
    });
    const given = await oauth.processGenericTokenEndpointResponse(as, who, response);
    if (given.token_type !== 'bearer') throw notBearer(issuer);
    const obtainedAt = clock.now();
    return {
      accessToken: given.access_token,
      tokenType: 'bearer',
      ...(given.expires_in !== undefined && { expiresAt: obtainedAt + given.expires_in * 1_000 }),
      scope: given.scope?.split(' ').filter((one) => one !== '') ?? scope,
      issuer,
      clientId: client.clientId,
      resource,
      obtainedAt,
      grant: 'enterprise',
      subject,
    };
  } catch (error) {
    throw toSignInError(error, issuer, 'TOKEN_REFUSED');
  }
}

function idpRefused(identity: string, server: string, reason: string): PortolanError {
  return new PortolanError('IDP_REFUSED', `The identity provider does not let you use ${server}. ${reason}`, {
    hint: `Ask the administrator of your organisation for access, then ask again with: portolan login ${server}`,
    data: { identity, server, final: true },
  });
}

function needsSignIn(identity: string): PortolanError {
  return new PortolanError('NEEDS_SIGN_IN', `The sign-in of the identity ${identity} has run out.`, {
    hint: 'Sign in to the identity.',
    data: { identity },
  });
}

function notBearer(issuer: string): PortolanError {
  return new PortolanError(
    'TOKEN_INVALID',
    'The authorization server gave a token of another kind than was asked for.',
    {
      hint: 'Tell the operator of the authorization server.',
      data: { issuer },
    },
  );
}
