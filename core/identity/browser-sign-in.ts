// Signing in to an identity in the browser: authorization code with PKCE, state and nonce over a redirect to this computer.
// It gives the address and waits; it never opens anything. (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 8252)
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { checkIssuer } from '../base/iss-rule.ts';
import { listenForRedirect, type Redirect } from './loopback-redirect.ts';
import type { Provider, ProviderTokens } from './provider.ts';
import { hostOf, toSignInError } from './sign-in-error.ts';

/** A sign-in that waits for a person. `done` rejects with what ended it, SIGN_IN_CANCELLED after `cancel`. */
export interface PendingSignIn {
  readonly url?: URL;
  readonly device?: { readonly userCode: string; readonly verificationUrl: string; readonly expiresAt: number };
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly done: Promise<ProviderTokens>;
  cancel(): void;
}

const TIMEOUT_MS = 5 * 60_000;

/** @throws PortolanError ADDRESS_IN_USE, and what reading the provider’s metadata throws */
export async function startBrowserSignIn(provider: Provider, clock: Clock): Promise<PendingSignIn> {
  const { identity } = provider;
  const { as } = await provider.metadata();
  if (as.authorization_endpoint === undefined) {
    throw new PortolanError('METADATA_INVALID', `${hostOf(as.issuer)} has no sign-in for browsers.`, {
      hint: 'Set the identity to "device", or hand it an ID token.',
    });
  }
  const [state, nonce, verifier] = [
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
    oauth.generateRandomCodeVerifier(),
  ];
  const redirect = await listenForRedirect({
    ...(identity.redirectPort !== undefined && { port: identity.redirectPort }),
    clock,
    timeoutMs: TIMEOUT_MS,
    accept: (params) => params.getAll('state').length === 1 && params.get('state') === state,
  });
  const expiresAt = clock.now() + TIMEOUT_MS;
  const abort = new AbortController();
  const url = new URL(as.authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: identity.clientId,
    redirect_uri: redirect.uri,
    ...scopeParameters(identity.scopes, as),
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })) {
    url.searchParams.set(name, value);
  }
  const done = finish(provider, redirect, { state, nonce, verifier }, abort.signal);
  done.catch(() => undefined);
  return {
    url,
    expiresAt,
    done,
    cancel: () => {
      abort.abort();
      redirect.close();
    },
  };
}

/**
 * `scope` of a sign-in: `openid` always, `offline_access` unless the provider lists its scopes without it. No consent is demanded with
 * it: that shuts out people whose organisation consents for them. (OpenID Connect Core 1.0, 11)
 */
export function scopeParameters(
  scopes: readonly string[],
  as: Pick<oauth.AuthorizationServer, 'scopes_supported'>,
): { scope: string } {
  const asked = new Set(['openid', ...scopes]);
  if (as.scopes_supported !== undefined && !as.scopes_supported.includes('offline_access'))
    asked.delete('offline_access');
  return { scope: [...asked].join(' ') };
}

async function finish(
  provider: Provider,
  redirect: Redirect,
  { state, nonce, verifier }: { readonly state: string; readonly nonce: string; readonly verifier: string },
  signal: AbortSignal,
): Promise<ProviderTokens> {
  const { issuer } = provider.identity;
  try {
    const params = await redirect.answer;
    const { as } = await provider.metadata();
    checkIssuer(params, { issuer, advertised: as.authorization_response_iss_parameter_supported === true });
    const answer = oauth.validateAuthResponse(as, provider.client(), params, state);
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      provider.client(),
      await provider.clientAuth(as),
      answer,
      redirect.uri,
      verifier,
      provider.http(signal),
    );
    const tokens = await provider.readTokens(response, { nonce, fresh: true });
    redirect.finish('signed-in');
    return tokens;
  } catch (error) {
    redirect.finish('failed');
    throw toSignInError(error, issuer);
  }
}
