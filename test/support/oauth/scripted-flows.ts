// Authorization servers as a script: rotating refresh tokens with reuse detection, grants without a person, and people who sign in
// when the test says so. It counts what it was asked.
import { PortolanError } from '../../../shared/errors.ts';
import type { Challenge } from '../../../core/oauth/challenge.ts';
import type { Discovery } from '../../../core/oauth/discovery.ts';
import type { AuthTarget, Granted, SignInFlows, Started, Wanted } from '../../../core/oauth/sign-in-flows.ts';
import type { Revoked } from '../../../core/oauth/revoke.ts';
import type { TokenSet } from '../../../core/oauth/token-set.ts';
import type { ManualClock } from '../manual-clock.ts';

export class ScriptedFlows implements SignInFlows {
  issuer = 'https://as.example';
  lifeMs: number | undefined = 3_600_000;
  /** Thrown by the next discovery, refresh or grant. */
  discoveryFailure: PortolanError | undefined;
  refreshFailure: PortolanError | undefined;
  grantFailure: PortolanError | undefined;
  identity: string | undefined;
  /** Runs before a refresh is answered. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  readonly asked = { discover: 0, refresh: 0, grant: 0, revoke: 0, ask: 0 };
  readonly wanted: Wanted[] = [];
  readonly revoked: string[] = [];
  readonly refreshedAt: string[] = [];
  /** The sign-ins that wait for a person. */
  readonly people: {
    finish: (more?: Partial<TokenSet>) => void;
    fail: (error: PortolanError) => void;
    wanted: Wanted;
  }[] = [];
  /** Refresh tokens that were never used, and those that were: a second use ends the family. */
  readonly #live = new Set<string>();
  readonly #used = new Set<string>();
  #last = 0;
  readonly #clock: ManualClock | { now(): number };

  constructor(clock: ManualClock | { now(): number }) {
    this.#clock = clock;
  }

  get families(): number {
    return this.#live.size;
  }

  async ask(): Promise<Challenge | undefined> {
    this.asked.ask++;
    return Promise.resolve({ scheme: 'bearer', params: {} });
  }

  async discover(target: AuthTarget): Promise<Discovery> {
    this.asked.discover++;
    await turn();
    if (this.discoveryFailure !== undefined) throw this.discoveryFailure;
    const as = {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
    };
    return {
      resource: target.url.href,
      issuer: this.issuer,
      as,
      scopesSupported: undefined,
      kind: 'rfc9728',
      resourceMetadataUrl: undefined,
      dpopBound: false,
    };
  }

  start(wanted: Wanted): Promise<Started<Granted>> {
    const { promise, resolve, reject } = Promise.withResolvers<Granted>();
    promise.catch(() => undefined);
    this.people.push({
      wanted,
      finish: (more = {}) => resolve({ set: { ...this.set(wanted, 'code'), ...more }, registration: 'dynamic' }),
      fail: reject,
    });
    const cancelled = new PortolanError('SIGN_IN_CANCELLED', 'cancelled');
    const expiresAt = this.#clock.now() + 300_000;
    return Promise.resolve({
      url: `${this.issuer}/authorize?n=${this.people.length}`,
      expiresAt,
      done: promise,
      cancel: () => reject(cancelled),
    });
  }

  async refresh(_target: AuthTarget, discovery: Discovery, set: TokenSet): Promise<TokenSet> {
    this.asked.refresh++;
    this.refreshedAt.push(discovery.issuer);
    await turn();
    if (this.refreshFailure !== undefined) throw this.refreshFailure;
    const token = set.refreshToken ?? '';
    if (!this.#live.has(token)) {
      // Used twice: whoever has the family is thrown out. (RFC 9700 section 4.14.2)
      if (this.#used.has(token)) this.#live.clear();
      throw new PortolanError('TOKEN_REFUSED', 'invalid_grant', { data: { final: true } });
    }
    this.#live.delete(token);
    this.#used.add(token);
    const next = this.set({ discovery, scope: set.scope, target: _target }, set.grant);
    await this.beforeAnswer();
    return next;
  }

  clientCredentials(wanted: Wanted): Promise<Granted> {
    return this.#grant(wanted, 'client-credentials');
  }

  workload(wanted: Wanted): Promise<Granted> {
    return this.#grant(wanted, 'workload');
  }

  enterprise(wanted: Wanted): Promise<Granted> {
    return this.#grant(wanted, 'enterprise');
  }

  revoke(_target: AuthTarget, _discovery: Discovery, set: TokenSet): Promise<Revoked> {
    this.asked.revoke++;
    this.revoked.push(set.refreshToken ?? set.accessToken);
    return Promise.resolve('yes');
  }

  identityFor(): string | undefined {
    return this.identity;
  }

  boundHeaders(set: TokenSet): Promise<Record<string, string>> {
    return Promise.resolve({ authorization: `DPoP ${set.accessToken}`, dpop: 'proof' });
  }

  noteNonce(): void {}

  /** Newly issued tokens. */
  set({ discovery, scope }: Wanted, grant: TokenSet['grant']): TokenSet {
    this.#last++;
    const isLasting = grant === 'code' || grant === 'device';
    const refreshToken = `refresh-${this.#last}`;
    if (isLasting) this.#live.add(refreshToken);
    const obtainedAt = this.#clock.now();
    return {
      accessToken: `access-${this.#last}`,
      tokenType: 'bearer',
      ...(isLasting && { refreshToken }),
      ...(this.lifeMs !== undefined && { expiresAt: obtainedAt + this.lifeMs }),
      scope: [...scope],
      issuer: discovery.issuer,
      clientId: 'client',
      resource: discovery.resource,
      obtainedAt,
      grant,
    };
  }

  async #grant(wanted: Wanted, grant: TokenSet['grant']): Promise<Granted> {
    this.asked.grant++;
    this.wanted.push(wanted);
    await turn();
    if (this.grantFailure !== undefined) throw this.grantFailure;
    return { set: this.set(wanted, grant), registration: 'pre-registered' };
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
