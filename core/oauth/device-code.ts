// Signs a person in with another device: Portolan shows a code, the person types it there, Portolan asks until it is done.
// (RFC 8628)
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { waitUnlessAborted } from '../base/wait.ts';
import { checkSignInUrl } from '../identity/safe-url.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import { type OAuthAnswer, readAnswer } from './oauth-answer.ts';
import { hostOf, invalidToken, refusedSignIn } from './oauth-errors.ts';
import {
  askForTokens,
  contextOf,
  endpointOf,
  type FlowOptions,
  isSuccess,
  newDpopKey,
  partiesOf,
  refusalOf,
  type TokenRequest,
} from './token-request.ts';
import { tokensFrom } from './token-response.ts';
import type { TokenSet } from './token-set.ts';

/** Seconds between two questions when the server does not say, and what is added each time it finds that too often. */
const INTERVAL_S = 5;
/** Seconds: no server may have Portolan ask less often, or show a code longer. */
const LONGEST_INTERVAL_S = 60;
const LONGEST_LIFE_S = 30 * 60;

export interface DeviceSignInOptions extends Omit<FlowOptions, 'signal'> {
  readonly scope: readonly string[];
  readonly dpop?: boolean;
}

export interface DeviceSignIn {
  /** To be typed by the person. */
  readonly userCode: string;
  /** Where to type it: https, or http on this computer. */
  readonly verificationUrl: string;
  /** The same with the code in it, when the server has such an address. */
  readonly completeUrl: string | undefined;
  /** Until when the code is good, epoch milliseconds. */
  readonly expiresAt: number;
  /** Rejects with SIGN_IN_CANCELLED, SIGN_IN_EXPIRED, SIGN_IN_REFUSED, or the errors of a token request. */
  readonly done: Promise<TokenSet>;
  cancel(): void;
}

interface Codes {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
  readonly completeUrl: string | undefined;
  readonly expiresAt: number;
  readonly interval: number;
}

/**
 * Gets a code for the person and begins to ask for its tokens.
 * @throws PortolanError METADATA_INVALID, URL_REFUSED, TOKEN_INVALID, TOKEN_REFUSED, and what the fetch throws
 */
export async function startDeviceSignIn(options: DeviceSignInOptions): Promise<DeviceSignIn> {
  const { clock, discovery, scope } = options;
  const cancelled = new AbortController();
  const dpop = await newDpopKey(discovery, clock, options.dpop);
  const resource = discovery.resource;
  const request = { ...options, signal: cancelled.signal, grant: 'device', dpop, secrets: [] } as const;
  const codes = await askForCodes(request, { resource, ...(scope.length > 0 ? { scope: scope.join(' ') } : {}) });
  const done = poll(codes, {
    ...request,
    secrets: [codes.deviceCode],
    send: (client, auth, parts) =>
      oauth.deviceCodeGrantRequest(discovery.as, client, auth, codes.deviceCode, {
        ...parts,
        additionalParameters: { resource },
      }),
  });
  done.catch(() => undefined);
  const { userCode, verificationUrl, completeUrl, expiresAt } = codes;
  return { userCode, verificationUrl, completeUrl, expiresAt, done, cancel: () => cancelled.abort() };
}

async function askForCodes(request: Omit<TokenRequest, 'send'>, parameters: Record<string, string>): Promise<Codes> {
  const { clock, discovery } = request;
  endpointOf(discovery, 'device_authorization_endpoint');
  const response = await oauth.deviceAuthorizationRequest(
    discovery.as,
    ...withParameters(partiesOf(request), parameters),
  );
  const answer = await readAnswer(response);
  const { body = {}, status } = answer;
  const [deviceCode, userCode, url] = [
    body['device_code'],
    body['user_code'],
    body['verification_uri'] ?? body['verification_url'],
  ];
  if (status !== 200 || answer.error !== undefined)
    throw refusalOf(answer, { ...request, send: () => Promise.reject() });
  if (typeof deviceCode !== 'string' || typeof userCode !== 'string' || typeof url !== 'string' || !deviceCode)
    throw invalidToken(discovery.issuer, 'answered without a code to sign in with');
  const shown = cleanForeign(userCode);
  if (shown === '' || shown.length > 64)
    throw invalidToken(discovery.issuer, 'answered with a code that nobody can type');
  const what = `The address to sign in at that ${hostOf(discovery.issuer)} gives`;
  const complete = body['verification_uri_complete'];
  return {
    deviceCode,
    userCode: shown,
    verificationUrl: checkSignInUrl(url, what).href,
    completeUrl: typeof complete === 'string' ? checkSignInUrl(complete, what).href : undefined,
    expiresAt: clock.now() + within(body['expires_in'], LONGEST_LIFE_S, LONGEST_LIFE_S) * 1000,
    interval: within(body['interval'], INTERVAL_S, LONGEST_INTERVAL_S),
  };
}

/** Asks at the pace that the server sets, until it gives tokens or an end. A broken connection is no end. (RFC 8628, 3.5) */
async function poll(codes: Codes, request: TokenRequest & { readonly signal: AbortSignal }): Promise<TokenSet> {
  const { clock, discovery, signal } = request;
  let { interval } = codes;
  for (;;) {
    await waitUnlessAborted(clock, interval * 1000, signal);
    if (signal.aborted) throw new PortolanError('SIGN_IN_CANCELLED', 'The sign-in was cancelled.');
    if (clock.now() >= codes.expiresAt) throw expired(discovery.issuer);
    const answer = await askForTokens(request).catch((error: unknown) => passing(error));
    if (answer === undefined || answer.status >= 500) {
      interval = Math.min(interval * 2, LONGEST_INTERVAL_S);
    } else if (answer.error === 'slow_down') {
      interval += INTERVAL_S;
    } else if (answer.error !== 'authorization_pending') {
      return endOf(answer, request);
    }
  }
}

function endOf(answer: OAuthAnswer, request: TokenRequest): TokenSet {
  const { issuer } = request.discovery;
  if (answer.body !== undefined && isSuccess(answer)) return tokensFrom(answer.body, contextOf(request));
  if (answer.error === 'expired_token') throw expired(issuer);
  if (answer.error === 'access_denied') throw refusedSignIn(answer.error, answer.body?.['error_description'], issuer);
  throw refusalOf(answer, request);
}

/** Undefined for what the network did and may not do again. */
function passing(error: unknown): undefined {
  const passes = error instanceof PortolanError && /^(?:CONNECT_|CONNECTION_|REQUEST_TIMEOUT|DNS_)/.test(error.code);
  if (!passes) throw error;
}

function expired(issuer: string): PortolanError {
  return new PortolanError('SIGN_IN_EXPIRED', `Nobody typed the code at ${hostOf(issuer)} in time.`, {
    hint: 'Start the sign-in again.',
  });
}

/** A number of seconds from a stranger, at most `most`; `otherwise` when it is none. */
function within(value: unknown, otherwise: number, most: number): number {
  const seconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, most) : otherwise;
}

function withParameters<A, B, C>(
  [client, auth, parts]: [A, B, C],
  parameters: Record<string, string>,
): [A, B, Record<string, string>, C] {
  return [client, auth, parameters, parts];
}
