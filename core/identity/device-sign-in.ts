// Signing in to an identity with a code that a person types on any device. (RFC 8628)
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { waitUnlessAborted } from '../base/wait.ts';
import { type PendingSignIn, scopeParameters } from './browser-sign-in.ts';
import type { Provider, ProviderTokens } from './provider.ts';
import { checkSignInUrl } from './safe-url.ts';
import { hostOf, toSignInError } from './sign-in-error.ts';

const DEFAULT_INTERVAL_S = 5;
const LONGEST_S = 30 * 60;

/** @throws PortolanError METADATA_INVALID (no device flow), SIGN_IN_REFUSED, and what reading the provider’s metadata throws */
export async function startDeviceSignIn(provider: Provider, clock: Clock): Promise<PendingSignIn> {
  const { issuer, scopes } = provider.identity;
  const { as } = await provider.metadata();
  if (as.device_authorization_endpoint === undefined) {
    throw new PortolanError('METADATA_INVALID', `${hostOf(issuer)} has no sign-in by a code on another device.`, {
      hint: 'Sign in in the browser.',
    });
  }
  const abort = new AbortController();
  const auth = await provider.clientAuth(as);
  const asked = await request(provider, as, auth, { scope: scopeParameters(scopes, as).scope }, abort.signal);
  const verificationUrl = checkSignInUrl(asked.verification_uri, `The address that ${hostOf(issuer)} names`).href;
  const expiresAt = clock.now() + Math.min(asked.expires_in, LONGEST_S) * 1_000;
  const done = poll({ provider, clock, auth, asked, expiresAt, signal: abort.signal });
  done.catch(() => undefined);
  return {
    device: { userCode: asked.user_code, verificationUrl, expiresAt },
    expiresAt,
    done,
    cancel: () => abort.abort(),
  };
}

async function request(
  provider: Provider,
  as: oauth.AuthorizationServer,
  auth: oauth.ClientAuth,
  parameters: { readonly scope: string },
  signal: AbortSignal,
): Promise<oauth.DeviceAuthorizationResponse> {
  try {
    const client = provider.client();
    const response = await oauth.deviceAuthorizationRequest(as, client, auth, { ...parameters }, provider.http(signal));
    return await oauth.processDeviceAuthorizationResponse(as, client, response);
  } catch (error) {
    throw toSignInError(error, as.issuer);
  }
}

async function poll(options: {
  readonly provider: Provider;
  readonly clock: Clock;
  readonly auth: oauth.ClientAuth;
  readonly asked: oauth.DeviceAuthorizationResponse;
  readonly expiresAt: number;
  readonly signal: AbortSignal;
}): Promise<ProviderTokens> {
  const { provider, clock, auth, asked, expiresAt, signal } = options;
  let interval = asked.interval ?? DEFAULT_INTERVAL_S;
  for (;;) {
    await waitUnlessAborted(clock, interval * 1_000, signal);
    if (signal.aborted) throw new PortolanError('SIGN_IN_CANCELLED', 'The sign-in was cancelled.');
    if (clock.now() >= expiresAt) throw expired();
    try {
      const { as } = await provider.metadata(signal);
      const response = await oauth.deviceCodeGrantRequest(
        as,
        provider.client(),
        auth,
        asked.device_code,
        provider.http(signal),
      );
      return await provider.readTokens(response, { fresh: true });
    } catch (error) {
      const failure = toSignInError(error, provider.identity.issuer);
      switch (failure.data['oauthError']) {
        case 'authorization_pending':
          continue;
        case 'slow_down':
          interval += 5;
          continue;
        case 'expired_token':
          throw expired();
        default:
          if (!isPassing(failure)) throw failure;
          // RFC 8628, 3.5: what did not get through is tried again, more slowly.
          interval = Math.min(interval * 2, 60);
      }
    }
  }
}

function isPassing({ code }: PortolanError): boolean {
  return code === 'REQUEST_TIMEOUT' || code === 'CONNECT_TIMEOUT' || code === 'CONNECTION_LOST';
}

function expired(): PortolanError {
  return new PortolanError('SIGN_IN_EXPIRED', 'Nobody typed the code in time.', { hint: 'Start the sign-in again.' });
}
