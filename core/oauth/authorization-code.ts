// Signs a person in with a browser: authorization code with PKCE, its answer taken on loopback. (OAuth 2.1, 4.1; RFC 8252)
import { timingSafeEqual } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { listenForRedirect, type Redirect } from '../identity/loopback-redirect.ts';
import type { ClientRegistration } from './client-registration.ts';
import type { DpopKey } from './dpop.ts';
import { checkIssuer } from '../base/iss-rule.ts';
import { refusedSignIn, signInRefusal } from './oauth-errors.ts';
import { checkPkce } from './pkce-rule.ts';
import { endpointOf, type FlowOptions, newDpopKey, requestTokens } from './token-request.ts';
import type { TokenSet } from './token-set.ts';

/** How long a sign-in may take, in milliseconds. */
const TIMEOUT_MS = 5 * 60_000;

export interface CodeSignInOptions extends Omit<FlowOptions, 'client' | 'signal'> {
  /** The client for the redirect address, which exists from here on: it may have to be registered first. */
  client(redirectUri: string): ClientRegistration | Promise<ClientRegistration>;
  readonly scope: readonly string[];
  /** Port of the redirect address; any free one when absent. */
  readonly redirectPort?: number | undefined;
  readonly timeoutMs?: number;
  /** Bind the tokens to a key of this computer; when absent, if the resource demands it. */
  readonly dpop?: boolean;
  /** What the server shall ask of the person again, such as `login` or `consent`. (OpenID Connect Core, 3.1.2.1) */
  readonly prompt?: string;
}

export interface CodeSignIn {
  /** To be opened in the browser of the person: https, or http on this computer. */
  readonly url: URL;
  /** Until when the answer is waited for, epoch milliseconds. */
  readonly expiresAt: number;
  /**
   * The tokens. Rejects with SIGN_IN_CANCELLED, SIGN_IN_EXPIRED, ISSUER_MISMATCH, SIGN_IN_REFUSED, or the errors of a token
   * request.
   */
  readonly done: Promise<TokenSet>;
  cancel(): void;
}

/** What one sign-in remembers from the way out to the way back. */
interface Attempt extends CodeSignInOptions {
  readonly registration: ClientRegistration;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
  readonly key: DpopKey | undefined;
  readonly signal: AbortSignal;
}

/**
 * Starts a sign-in: listens on loopback, then makes the address that the person has to open.
 * @throws PortolanError PKCE_UNSUPPORTED, ADDRESS_IN_USE, URL_REFUSED, METADATA_INVALID, and what `client` throws
 */
export async function startCodeSignIn(options: CodeSignInOptions): Promise<CodeSignIn> {
  const { clock, discovery, redirectPort, timeoutMs = TIMEOUT_MS } = options;
  checkPkce(discovery.as);
  const endpoint = endpointOf(discovery, 'authorization_endpoint');
  const state = oauth.generateRandomState();
  const redirect = await listenForRedirect({
    clock,
    timeoutMs,
    accept: (params) => isState(params, state),
    ...(redirectPort === undefined ? {} : { port: redirectPort }),
  });
  try {
    const expiresAt = clock.now() + timeoutMs;
    const cancelled = new AbortController();
    const attempt: Attempt = {
      ...options,
      registration: await options.client(redirect.uri),
      redirectUri: redirect.uri,
      state,
      verifier: oauth.generateRandomCodeVerifier(),
      key: await newDpopKey(discovery, clock, options.dpop),
      signal: cancelled.signal,
    };
    const url = await authorizationUrl(endpoint, attempt);
    const done = finish(attempt, redirect);
    done.catch(() => undefined);
    const cancel = (): void => {
      cancelled.abort();
      redirect.close();
    };
    return { url, expiresAt, done, cancel };
  } catch (error) {
    redirect.close();
    throw error;
  }
}

async function authorizationUrl(endpoint: URL, attempt: Attempt): Promise<URL> {
  const { discovery, key, prompt, registration, scope, state, redirectUri, verifier } = attempt;
  const parameters: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: registration.clientId,
    redirect_uri: redirectUri,
    scope: scope.length > 0 ? scope.join(' ') : undefined,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    resource: discovery.resource,
    // Without consent, servers are told to ignore the wish for a refresh token. (OpenID Connect Core, 11)
    prompt: prompt ?? (scope.includes('offline_access') ? 'consent' : undefined),
    dpop_jkt: key?.thumbprint,
  };
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) {
    url.searchParams.delete(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

/** Waits for the answer, makes tokens of it, and tells the browser how that went. */
async function finish(attempt: Attempt, redirect: Redirect): Promise<TokenSet> {
  const answer = await redirect.answer;
  try {
    const tokens = await redeem(answer, attempt);
    redirect.finish('signed-in');
    return tokens;
  } catch (error) {
    redirect.finish('failed');
    throw error;
  }
}

/** The issuer is checked first: until then nothing of the answer is used or shown, not even an error. */
async function redeem(answer: URLSearchParams, attempt: Attempt): Promise<TokenSet> {
  const { discovery, key, redirectUri, registration, state, verifier } = attempt;
  const { as, issuer, resource } = discovery;
  checkIssuer(answer, { issuer, advertised: as.authorization_response_iss_parameter_supported === true });
  if (answer.has('error')) throw signInRefusal(answer, issuer);
  const checked = checkedAnswer(answer, attempt);
  return requestTokens({
    ...attempt,
    client: registration,
    grant: 'code',
    dpop: key,
    secrets: [...checked.getAll('code'), verifier, state],
    send: (client, auth, parts) => {
      const additionalParameters = { resource };
      return oauth.authorizationCodeGrantRequest(as, client, auth, checked, redirectUri, verifier, {
        ...parts,
        additionalParameters,
      });
    },
  });
}

/** The answer, when it is one with a code and nothing that belongs to other kinds of sign-in. */
function checkedAnswer(answer: URLSearchParams, { discovery, registration, state }: Attempt): URLSearchParams {
  try {
    const checked = oauth.validateAuthResponse(discovery.as, { client_id: registration.clientId }, answer, state);
    const [code, ...others] = checked.getAll('code');
    if (code && others.length === 0) return checked;
  } catch {
    // Said below: the cause would repeat the answer.
  }
  throw refusedSignIn('invalid_response', 'the answer is not one with a code', discovery.issuer);
}

/** Whether the answer holds the state of this sign-in, once. */
function isState(params: URLSearchParams, state: string): boolean {
  const [given = '', ...others] = params.getAll('state');
  const [one, other] = [Buffer.from(given), Buffer.from(state)];
  return others.length === 0 && one.length === other.length && timingSafeEqual(one, other);
}
