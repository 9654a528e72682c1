// Gets the tokens of one server: renews them, asks for new ones without a person where there is a way, or says what a person
// has to do. Whoever needs them at the same time shares one attempt, and failures are not repeated at once.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Challenge } from './challenge.ts';
import type { Discovery } from './discovery.ts';
import { refusedEvent, signInEvent, tokenEvent, type WriteAudit } from './oauth-audit.ts';
import { RenewalPause } from './renewal-pause.ts';
import { firstScopes, stepUpScopes } from './scopes.ts';
import { ServerDiscovery } from './server-discovery.ts';
import type { SignInFacts, SignInTarget } from './sign-in-entry.ts';
import { asUnsent, tokensEnded, tokenNotTaken } from './sign-in-errors.ts';
import { factsOf } from './sign-in-facts.ts';
import type { AuthTarget, Granted, SignInFlows, Started } from './sign-in-flows.ts';
import type { Held, TokenOwner } from './token-owner.ts';
import type { TokenSet } from './token-set.ts';

export interface TokenSourceOptions {
  readonly target: AuthTarget;
  readonly owner: TokenOwner;
  readonly flows: SignInFlows;
  readonly clock: Clock;
  readonly audit: WriteAudit;
  /** Told after every change of the tokens. */
  readonly onTokens: () => void;
}

/** What a person has to do before there is a token. */
export interface PersonNeeded {
  readonly target: SignInTarget;
  readonly facts: SignInFacts;
  /** Why what was there does not do any more. */
  readonly reason?: PortolanError | undefined;
}

type Outcome = PersonNeeded | undefined;

export interface BeginOptions {
  readonly way: 'browser' | 'device' | undefined;
  readonly again: boolean;
  readonly note: (facts: SignInFacts) => void;
}

export class TokenSource {
  readonly #options: TokenSourceOptions;
  readonly #discovery: ServerDiscovery;
  readonly #pause: RenewalPause;
  #work: { readonly key: string; readonly promise: Promise<Outcome> } | undefined;
  /** The newest token that the server has taken, and the newest that was granted, not renewed. */
  #taken = 0;
  #granted = 0;
  #ended: PortolanError | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    this.#discovery = new ServerDiscovery(options.target, options.flows, options.clock);
    this.#pause = new RenewalPause(options.clock);
  }

  /** The server has said how it wants to be asked. */
  noteChallenge(challenge: Challenge | undefined): void {
    this.#discovery.note(challenge);
  }

  /** The server has taken the token of this generation. */
  noteTaken(generation: number): void {
    if (generation > this.#taken) this.#taken = generation;
  }

  /**
   * Another token than that of this generation; resolves with undefined when it is there, else with what a person has to do.
   * `ahead`: nothing was refused yet.
   * @throws PortolanError IDP_REFUSED, TOKEN_REFUSED, NEEDS_SIGN_IN (nothing to sign in to), what discovery throws, KEYCHAIN_*
   */
  renewed(generation: number, ahead = false): Promise<Outcome> {
    return this.#once(`renew ${String(generation)}`, () => this.#renew(generation, ahead));
  }

  /** The same with more rights. */
  steppedUp(generation: number, scopes: readonly string[]): Promise<Outcome> {
    return this.#once(`step up ${String(generation)} ${scopes.join(' ')}`, async () => {
      const held = await this.#options.owner.load();
      if (held !== undefined && held.generation > generation) return undefined;
      return this.#obtain(await this.#find(held), { kind: 'step-up', had: held });
    });
  }

  /** Begins a sign-in by a person. @throws PortolanError what discovery and registration throw */
  async begin({ way, again, note }: BeginOptions): Promise<Started<void>> {
    const { flows, target, audit, owner } = this.#options;
    await this.#discovery.ask();
    if (again) this.#discovery.forget();
    const held = await owner.load();
    const discovery = await this.#find(held);
    const isStepUp = held !== undefined && this.#discovery.challenge?.params['error'] === 'insufficient_scope';
    const scope = this.#scopes(discovery, isStepUp ? held : undefined, true);
    note(factsOf(target, discovery, scope, held?.grant.requested));
    const chosen = way ?? (target.auth?.way === 'device' ? 'device' : 'browser');
    const started = await flows.start({ target, discovery, scope }, chosen, again);
    const detail = { issuer: discovery.issuer, resource: discovery.resource, scope: scope.join(' ') };
    audit(signInEvent('signin.started', target.name, { what: `sign-in with ${chosen}`, detail }));
    const done = started.done.then(
      async (granted) => {
        await this.#take(granted, scope, discovery);
        audit(signInEvent('signin.finished', target.name, { what: 'signed in', detail }));
      },
      (cause: unknown) => {
        const error = toPortolanError(cause);
        audit(signInEvent('signin.failed', target.name, { what: 'sign-in failed', error, detail }));
        throw error;
      },
    );
    return { ...started, done, cancel: () => started.cancel() };
  }

  /** Asks a server that is not known yet how it wants to be asked. */
  ask(): Promise<void> {
    return this.#discovery.ask();
  }

  get problem(): PortolanError | undefined {
    return this.#pause.problem;
  }

  /** False when only a person can sign in. */
  get mayBeQuiet(): boolean {
    const { target, flows } = this.#options;
    const way = target.auth?.way ?? 'auto';
    return way === 'auto' ? flows.identityFor(target, undefined) !== undefined : way !== 'browser' && way !== 'device';
  }

  /** A person wants it tried again at once. */
  forgive(): void {
    this.#pause.end();
    this.#granted = 0;
  }

  reset(): void {
    this.forgive();
    this.#ended = undefined;
    this.#discovery.reset();
  }

  /** The same work is done once for all who want it now; different work in turn. */
  async #once(key: string, work: () => Promise<Outcome>): Promise<Outcome> {
    while (this.#work !== undefined && this.#work.key !== key) await this.#work.promise.catch(() => undefined);
    if (this.#work === undefined) {
      const promise = this.#pause
        .guard(work)
        .catch((error: unknown) => {
          throw asUnsent(error, this.#options.target.name);
        })
        .finally(() => {
          this.#work = undefined;
        });
      this.#work = { key, promise };
    }
    return this.#work.promise;
  }

  async #renew(generation: number, ahead: boolean): Promise<Outcome> {
    const { owner, target, audit, onTokens } = this.#options;
    const held = await owner.load();
    if (held !== undefined && held.generation > generation) return undefined;
    // A token that was just renewed and is refused is not renewed again.
    const isVain = held?.from === 'renewed' && this.#taken < held.generation && !ahead;
    if (held?.grant.set.refreshToken !== undefined && !isVain && (await this.#refreshed(held))) return undefined;
    // A token that ended or is refused may mean that another authorization server is in charge.
    if (!ahead) this.#discovery.doubt(held !== undefined);
    const discovery = await this.#find(held);
    const now = owner.held;
    if (now !== undefined && !isPlaceOf(now.grant.set, discovery)) {
      audit(signInEvent('signin.ended', target.name, { what: 'another authorization server is in charge' }));
      await owner.clear(now);
      onTokens();
    }
    const isNotTaken = !ahead && this.#granted > this.#taken && now !== undefined;
    return this.#obtain(discovery, { kind: 'server', had: undefined, isNotTaken });
  }

  /** False when the tokens are gone, or not this authorization server's. */
  async #refreshed(held: Held): Promise<boolean> {
    const { owner, flows, target, audit, onTokens } = this.#options;
    // Found before the refresh token is marked as sent: that may take long.
    const discovery = await this.#find(held);
    if (!isPlaceOf(held.grant.set, discovery)) return false;
    const renewed = await owner.renew(held.generation, async (set) => {
      try {
        const next = await flows.refresh(target, discovery, set);
        audit(tokenEvent('token.refreshed', target.name, next));
        return next;
      } catch (error) {
        audit(refusedEvent(target.name, toPortolanError(error), { what: 'refresh', set }));
        throw error;
      }
    });
    this.#ended = 'ended' in renewed ? tokensEnded(target.name, renewed.ended, renewed.error) : undefined;
    onTokens();
    return 'held' in renewed;
  }

  /** A token without a person, or what a person has to do. `had`: the token of which the rights are kept. */
  async #obtain(
    discovery: Discovery,
    { kind, had, isNotTaken = false }: { kind: 'server' | 'step-up'; had: Held | undefined; isNotTaken?: boolean },
  ): Promise<Outcome> {
    const { flows, target, owner, audit } = this.#options;
    const way = target.auth?.way ?? 'auto';
    const identity = way === 'auto' || way === 'enterprise' ? flows.identityFor(target, discovery) : undefined;
    const isQuiet =
      way === 'client-credentials' || way === 'workload' || way === 'enterprise' || identity !== undefined;
    const scope = this.#scopes(discovery, had, !isQuiet);
    const facts = factsOf(target, discovery, scope, owner.held?.grant.requested);
    // Once: what was got anew after a pause may be taken.
    if (isNotTaken && isQuiet) this.#granted = 0;
    const notTaken = isNotTaken ? tokenNotTaken(target.name) : undefined;
    if (!isQuiet) return { target: { kind, name: target.name }, facts, reason: notTaken ?? this.#ended };
    if (notTaken !== undefined) throw notTaken;
    try {
      await this.#take(await this.#granting({ target, discovery, scope }, way, identity), scope, discovery, identity);
      return undefined;
    } catch (error) {
      const problem = toPortolanError(error);
      const name = problem.data['identity'];
      if (problem.code === 'NEEDS_SIGN_IN' && typeof name === 'string')
        return { target: { kind: 'identity', name }, facts };
      audit(refusedEvent(target.name, problem, { what: way }));
      throw problem;
    }
  }

  #granting(
    wanted: Parameters<SignInFlows['workload']>[0],
    way: string,
    identity: string | undefined,
  ): Promise<Granted> {
    const { flows, target } = this.#options;
    if (way === 'client-credentials') return flows.clientCredentials(wanted);
    if (way === 'workload') return flows.workload(wanted);
    if (identity !== undefined) return flows.enterprise(wanted, identity);
    throw new PortolanError('IDENTITY_NOT_FOUND', `${target.name} is reached through an identity, and there is none.`, {
      hint: 'Add an identity, or name the one to be used in the entry of the server.',
    });
  }

  async #take(
    { set, registration }: Granted,
    scope: readonly string[],
    discovery: Discovery,
    identity?: string,
  ): Promise<void> {
    const { owner, target, audit, onTokens } = this.#options;
    const requested = [...new Set([...scope, ...set.scope])];
    const { resourceMetadataUrl: metadataUrl } = discovery;
    const held = await owner.install({ url: target.url.href, set, requested, metadataUrl, registration, identity });
    this.#granted = held.generation;
    this.#ended = undefined;
    this.#pause.end();
    audit(tokenEvent('token.issued', target.name, set));
    onTokens();
  }

  #scopes(discovery: Discovery, had: Held | undefined, isLasting: boolean): string[] {
    const challenge = this.#discovery.challenge?.params['scope'];
    const configured = this.#options.target.auth?.scopes;
    const { as, scopesSupported: supported } = discovery;
    const scopes =
      had === undefined
        ? firstScopes({ configured, challenge, supported }, as)
        : stepUpScopes(had.grant.requested, challenge, as);
    // Without a person there is no refresh token to ask for.
    return isLasting ? scopes : scopes.filter((scope) => scope !== 'offline_access');
  }

  #find(held: Held | undefined): Promise<Discovery> {
    return this.#discovery.find(held?.grant);
  }
}

/** Tokens are used and renewed only where they came from, for what they came for. (MCP Authorization, "Token Handling") */
function isPlaceOf({ issuer, resource }: TokenSet, discovery: Discovery): boolean {
  return issuer === discovery.issuer && resource === discovery.resource;
}
