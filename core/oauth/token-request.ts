// One request to a token endpoint, whichever grant it is for: who asks, where, with which proof, and what the answer means.
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import type { Clock } from '../base/clock.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import { checkSignInUrl } from '../identity/safe-url.ts';
import { clientAuthOf } from './client-auth.ts';
import type { ClientRegistration } from './client-registration.ts';
import { DpopKey } from './dpop.ts';
import { type OAuthAnswer, readAnswer } from './oauth-answer.ts';
import { hostOf, tokenRefusal } from './oauth-errors.ts';
import { tokensFrom } from './token-response.ts';
import type { TokenSet } from './token-set.ts';

/** An authorization server, and what its tokens are for: a `Discovery`, or as much of it. */
export interface TokenPlace {
  readonly issuer: string;
  readonly resource: string;
  readonly as: oauth.AuthorizationServer;
  /** The resource takes bound tokens only. */
  readonly dpopBound: boolean;
}

/** What every way to tokens needs. */
export interface FlowOptions {
  readonly discovery: TokenPlace;
  readonly client: ClientRegistration;
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Parts of a request that oauth4webapi takes as they are. */
export interface RequestParts {
  readonly [oauth.customFetch]: GuardedFetch;
  readonly [oauth.allowInsecureRequests]: true;
  readonly headers: Record<string, string>;
  readonly signal?: AbortSignal;
}

export interface TokenRequest extends Omit<FlowOptions, 'client'> {
  /** Absent: the request names no client, as a workload’s. */
  readonly client: ClientRegistration | undefined;
  readonly grant: TokenSet['grant'];
  /** Scopes that are asked for. */
  readonly scope: readonly string[];
  readonly dpop?: DpopKey | undefined;
  readonly previous?: TokenSet | undefined;
  /** What is sent and must never stand in a message. */
  readonly secrets: readonly string[];
  /** Sends it, once or, when the server wants a nonce in the proof, twice. */
  send(client: oauth.Client, auth: oauth.ClientAuth, parts: RequestParts): Promise<Response>;
}

/**
 * Asks for tokens.
 * @throws PortolanError TOKEN_REFUSED (`data.final` when for good), TOKEN_INVALID, CLOCK_WRONG, URL_REFUSED,
 * METADATA_INVALID, and what the fetch throws: none of these is final
 */
export async function requestTokens(request: TokenRequest): Promise<TokenSet> {
  const answer = await askForTokens(request);
  if (answer.body !== undefined && isSuccess(answer)) return tokensFrom(answer.body, contextOf(request));
  throw refusalOf(answer, request);
}

/** The answer to the request, whatever it says; for grants that wait for one. */
export async function askForTokens(request: TokenRequest): Promise<OAuthAnswer> {
  const url = endpointOf(request.discovery, 'token_endpoint');
  for (let attempt = 1; ; attempt += 1) {
    const proof = await request.dpop?.header('POST', url);
    const [client, auth, parts] = partiesOf(request, proof === undefined ? {} : { dpop: proof });
    const response = await request.send(client, auth, parts);
    const isNew = request.dpop?.noteNonce(url.origin, response.headers.get('dpop-nonce')) === true;
    const answer = await readAnswer(response);
    if (attempt > 1 || !isNew || answer.error !== 'use_dpop_nonce') return answer;
  }
}

/** Whether the answer is one that holds tokens. */
export function isSuccess(answer: OAuthAnswer): boolean {
  return answer.status === 200 && answer.error === undefined && answer.body?.['access_token'] !== undefined;
}

/** What `tokensFrom` has to know about the request. */
export function contextOf(request: TokenRequest): Parameters<typeof tokensFrom>[1] {
  const { discovery, client, dpop, ...rest } = request;
  return {
    ...rest,
    issuer: discovery.issuer,
    resource: discovery.resource,
    clientId: client?.clientId ?? '',
    dpopKey: dpop?.json,
    mustBind: discovery.dpopBound,
  };
}

/** The error that the answer stands for. */
export function refusalOf(answer: OAuthAnswer, request: TokenRequest): PortolanError {
  const { client, clock, discovery, dpop, secrets } = request;
  const { clientSecret } = client?.auth ?? {};
  return tokenRefusal(answer, {
    issuer: discovery.issuer,
    clock,
    dated: dpop !== undefined || client?.auth.method === 'private_key_jwt',
    secrets: clientSecret === undefined ? secrets : [...secrets, clientSecret],
  });
}

/** Client, authentication and transport as oauth4webapi wants them. Dates in assertions are those of our clock. */
export function partiesOf(
  {
    client,
    clock,
    discovery,
    fetch,
    signal,
  }: Pick<TokenRequest, 'client' | 'clock' | 'discovery' | 'fetch' | 'signal'>,
  headers: Record<string, string> = {},
): [oauth.Client, oauth.ClientAuth, RequestParts] {
  const skew = Math.round((clock.now() - Date.now()) / 1000);
  return [
    { client_id: client?.clientId ?? 'none', [oauth.clockSkew]: skew },
    client === undefined ? noAuthentication : clientAuthOf(client, discovery.as),
    {
      [oauth.customFetch]: fetch,
      [oauth.allowInsecureRequests]: true,
      headers: { 'user-agent': `Portolan/${VERSION}`, ...headers },
      ...(signal === undefined ? {} : { signal }),
    },
  ];
}

/**
 * An endpoint of the authorization server: https, or http on this computer.
 * @throws PortolanError METADATA_INVALID when it has none, URL_REFUSED
 */
export function endpointOf(
  { as, issuer }: TokenPlace,
  name: 'token_endpoint' | 'authorization_endpoint' | 'device_authorization_endpoint' | 'revocation_endpoint',
): URL {
  const url: unknown = as[name];
  if (typeof url !== 'string') {
    throw new PortolanError('METADATA_INVALID', `${hostOf(issuer)} publishes no ${name}.`, {
      hint: 'Choose another kind of sign-in, or tell the operator of the authorization server.',
      data: { host: hostOf(issuer), endpoint: name },
    });
  }
  return checkSignInUrl(url, `The ${name} of ${hostOf(issuer)}`);
}

/** The key for a new sign-in, when tokens are to be bound. */
export function newDpopKey(place: TokenPlace, clock: Clock, wanted?: boolean): Promise<DpopKey> | undefined {
  return (wanted ?? place.dpopBound) ? DpopKey.generate(clock) : undefined;
}

function noAuthentication(): void {}
