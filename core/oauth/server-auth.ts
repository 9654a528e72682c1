// How one remote server is signed in: gives its connections their headers, and when the server refuses one it sees to another
// token, by itself where that is possible, else by having a person asked. (MCP 2026-07-28, Authorization)
import { type PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { type Credentials, NO_CREDENTIALS, type Refusal, type RequestAuth, type Requester } from './request-auth.ts';
import { isRenewable } from './server-status.ts';
import { type Challenge, signInChallenge } from './challenge.ts';
import { scopesOf } from './scopes.ts';
import type { SignInDesk } from './sign-in-desk.ts';
import { asUnsent, notSafe, scopeRefused, tokenNotTaken } from './sign-in-errors.ts';
import type { AuthTarget, SignInFlows, Started } from './sign-in-flows.ts';
import { StepUps } from './step-ups.ts';
import { fits, isSafeForTokens } from './token-fit.ts';
import type { Held, TokenOwner } from './token-owner.ts';
import { type BeginOptions, type PersonNeeded, TokenSource, type TokenSourceOptions } from './token-source.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A person signs in, and something else is still missing: that often for one request. */
const MOST_SIGN_INS = 2;

export interface ServerAuthOptions extends TokenSourceOptions {
  readonly desk: Pick<SignInDesk, 'wait' | 'need'>;
  /** Milliseconds that a call waits for a person; 0 = not at all. */
  readonly waitMs: () => number;
}

interface Sent {
  readonly method: string;
  readonly url: URL;
}

export class ServerAuth {
  readonly target: AuthTarget;
  readonly #owner: TokenOwner;
  readonly #flows: SignInFlows;
  readonly #clock: Clock;
  readonly #options: ServerAuthOptions;
  readonly #source: TokenSource;
  readonly #stepUps = new StepUps();
  /** One object for all requests with the same token. */
  #ready: { readonly held: Held; readonly credentials: Credentials } | undefined;
  #taken = 0;

  constructor(options: ServerAuthOptions) {
    this.#options = options;
    this.target = options.target;
    this.#owner = options.owner;
    this.#flows = options.flows;
    this.#clock = options.clock;
    this.#source = new TokenSource(options);
  }

  get owner(): TokenOwner {
    return this.#owner;
  }

  /** Why the last attempt at a token failed, while it is not repeated. */
  get problem(): PortolanError | undefined {
    return this.#source.problem;
  }

  /** There may be a token without a person. */
  get mayBeQuiet(): boolean {
    return this.#source.mayBeQuiet;
  }

  /** What the connections of this requester ask. */
  for(requester: Requester): RequestAuth {
    return {
      credentials: (request) => this.#credentials(request),
      refused: (refusal, used, signal) => this.#refused(refusal, used, { requester, signal }),
      noteResponse: (response, url, used) => this.#noteResponse(response, url, used),
    };
  }

  /** The token that is there and is this server's; it may have ended. @throws PortolanError KEYCHAIN_* */
  async held(): Promise<Held | undefined> {
    const held = await this.#owner.load();
    return held !== undefined && fits(held.grant, this.target, this.target.url) ? held : undefined;
  }

  /** Begins a sign-in by a person. @throws PortolanError what discovery and registration throw */
  begin(options: BeginOptions): Promise<Started<void>> {
    if (options.again) this.forgive();
    return this.#source.begin(options);
  }

  /** A new token without a person, if there is a way to one; else what a person has to do. @throws as TokenSource.renewed */
  async signInQuietly(): Promise<PersonNeeded | undefined> {
    this.#source.forgive();
    await this.#source.ask();
    return this.#source.renewed(this.#owner.held?.generation ?? 0);
  }

  /** A person wants everything tried again. */
  forgive(): void {
    this.#stepUps.forget();
    this.#source.forgive();
  }

  /** The tokens are gone on purpose. */
  reset(): void {
    this.#stepUps.forget();
    this.#source.reset();
    this.#ready = undefined;
  }

  #credentials(request: Sent): Credentials | Promise<Credentials> {
    const { held } = this.#owner;
    if (held === undefined) return this.#owner.isLoaded ? NO_CREDENTIALS : this.#credentialsLater(request);
    const now = this.#clock.now();
    if (now >= held.times.renewAt && isRenewable(held)) {
      if (now >= held.times.mustRenewAt) return this.#credentialsLater(request);
      // Behind the requests, which go on with what there is.
      this.#source.renewed(held.generation, true).catch(() => undefined);
    }
    return this.#headersOf(held, request);
  }

  async #credentialsLater(request: Sent): Promise<Credentials> {
    try {
      const held = await this.held();
      if (held !== undefined && this.#clock.now() >= held.times.mustRenewAt && isRenewable(held)) {
        await this.#source.renewed(held.generation, true);
      }
    } catch (error) {
      throw asUnsent(error, this.target.name);
    }
    return this.#owner.held === undefined ? NO_CREDENTIALS : this.#headersOf(this.#owner.held, request);
  }

  #headersOf(held: Held, request: Sent): Credentials | Promise<Credentials> {
    if (!fits(held.grant, this.target, request.url)) return NO_CREDENTIALS;
    const { set } = held.grant;
    if (set.tokenType === 'dpop') {
      return this.#flows.boundHeaders(set, request).then((headers) => ({ headers, generation: held.generation }));
    }
    if (this.#ready?.held !== held) {
      const headers = { authorization: `Bearer ${set.accessToken}` };
      this.#ready = { held, credentials: { headers, generation: held.generation } };
    }
    return this.#ready.credentials;
  }

  #noteResponse(response: Parameters<RequestAuth['noteResponse']>[0], url: URL, used: Credentials): void {
    if (used.generation === 0) return;
    const { statusCode, headers } = response;
    if (used.generation > this.#taken && statusCode !== 401 && statusCode < 500) {
      this.#taken = used.generation;
      this.#source.noteTaken(used.generation);
    }
    const set = this.#owner.held?.grant.set;
    const nonce = headers['dpop-nonce'];
    if (nonce !== undefined && set?.tokenType === 'dpop') this.#flows.noteNonce(set, url, nonce);
  }

  async #refused(
    refusal: Refusal,
    used: Credentials,
    { requester, signal }: { readonly requester: Requester; readonly signal: AbortSignal },
  ): Promise<void> {
    const { desk, waitMs } = this.#options;
    const { name, url } = this.target;
    if (!isSafeForTokens(url)) throw notSafe(name);
    if (refusal.challenges.some(({ params }) => params['error'] === 'use_dpop_nonce')) return;
    this.#source.noteChallenge(signInChallenge(refusal.challenges));
    for (let signIns = 0; ; signIns++) {
      const { held } = this.#owner;
      if (held !== undefined && held.generation > used.generation && fits(held.grant, this.target, url)) return;
      if (signIns === MOST_SIGN_INS) throw tokenNotTaken(name);
      const isStepUp = refusal.status === 403;
      const work = isStepUp ? this.#stepUp(refusal, used) : this.#source.renewed(used.generation);
      const needed = await unlessAborted(work, signal);
      if (needed === undefined) return;
      if (needed.reason !== undefined) desk.need(needed.target, needed.facts, { reason: needed.reason });
      if (needed.reason?.code === 'TOKEN_REFUSED') throw needed.reason;
      const mayWait = requester.mayWait() && refusal.mayWait !== false;
      const about = {
        server: name,
        client: requester.client(),
        tool: refusal.what,
        signal,
        onWaiting: refusal.onWaiting,
      };
      try {
        await desk.wait(needed.target, needed.facts, { ...about, waitMs: mayWait ? waitMs() : 0 });
      } catch (error) {
        if (isStepUp && toPortolanError(error).code === 'SIGN_IN_REFUSED') throw this.#rightsRefused(refusal);
        throw error;
      }
      if (isStepUp) this.#stepUps.noteTry(refusal.what ?? '', this.#owner.held?.generation ?? 0);
    }
  }

  #rightsRefused({ challenges, what = '' }: Refusal): PortolanError {
    const scopes = challengedScopes(challenges);
    this.#stepUps.noteRefused(what, scopes);
    return scopeRefused(this.target.name, what === '' ? 'the request' : what, scopes);
  }

  async #stepUp({ challenges, what = '' }: Refusal, used: Credentials): Promise<PersonNeeded | undefined> {
    const scopes = challengedScopes(challenges);
    if (scopes.length === 0 || !this.#stepUps.mayTry(what, scopes)) {
      throw scopeRefused(this.target.name, what === '' ? 'the request' : what, scopes);
    }
    const needed = await this.#source.steppedUp(used.generation, scopes);
    // Without a person the answer would be the same the next time.
    if (needed === undefined) this.#stepUps.noteRefused(what, scopes);
    return needed;
  }
}

function challengedScopes(challenges: readonly Challenge[]): string[] {
  return scopesOf(signInChallenge(challenges)?.params['scope']);
}
