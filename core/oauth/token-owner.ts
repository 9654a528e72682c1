// The one owner of a server's tokens: reads them when they are first needed, keeps them in memory, and renews them, once
// whoever asks. What came back is written before it is used, and only by whom the store still agrees with: a late loser changes
// nothing. A mark is written before a refresh token goes out, so that a killed host leaves no riddle. (RFC 9700 section 4.14)
import { createHash } from 'node:crypto';
import { type PortolanError, toPortolanError } from '../../shared/errors.ts';
import { type Clock, delay } from '../base/clock.ts';
import { formatGrant, parseGrant, type RenewalMark, type TokenGrant } from './token-grant.ts';
import type { TokenSet } from './token-set.ts';
import { type TokenTimes, timesOf } from './token-times.ts';
import { signedOutMeanwhile } from './sign-in-errors.ts';
import type { Turnstile } from './turnstile.ts';

/** The part of the token store that the owner uses. */
export interface TokenKeeper {
  read(key: string): Promise<{ readonly text: string; readonly version: string } | undefined>;
  write(key: string, text: string): Promise<{ readonly version: string }>;
  replace(key: string, text: string, version: string | undefined): Promise<{ readonly version: string } | undefined>;
  removeIf(key: string, version: string): Promise<boolean>;
  remove(key: string): Promise<void>;
  keys(prefix: string): string[];
}

/** A grant in memory. */
export interface Held {
  readonly grant: TokenGrant;
  readonly version: string;
  /** Grows with each other access token. */
  readonly generation: number;
  readonly times: TokenTimes;
  /** How it came here: `kept` was found in the store. */
  readonly from: 'kept' | 'renewed' | 'granted';
}

/** How a renewal went wrong for good: the tokens are gone. */
type EndOfTokens = 'refused' | 'interrupted';

export type Renewed = { readonly held: Held } | { readonly ended: EndOfTokens; readonly error: PortolanError };

/** Another owner that has not written for so long is gone: a token request takes half a minute at most. */
const MARK_MS = 30_000;
const LOOK_AGAIN_MS = 100;

export class TokenOwner {
  readonly #options: {
    readonly key: string;
    readonly id: string;
    readonly tokens: TokenKeeper;
    readonly clock: Clock;
    readonly random: () => number;
    readonly renewals: Turnstile;
    readonly isAlive: (broker: string) => boolean;
  };
  #held: Held | undefined;
  #isLoaded = false;
  #loading: Promise<Held | undefined> | undefined;
  #renewing: Promise<Renewed> | undefined;
  #generation = 0;
  /** What could not be written: nobody has it but us. */
  #unwritten: { readonly grant: TokenGrant; readonly over: string } | undefined;

  constructor(options: {
    key: string;
    id: string;
    tokens: TokenKeeper;
    clock: Clock;
    random: () => number;
    renewals: Turnstile;
    isAlive: (broker: string) => boolean;
  }) {
    this.#options = options;
  }

  static digestOf(text: string): string {
    return createHash('sha256').update(text).digest('hex').slice(0, 32);
  }

  /** What is in memory; undefined also before it was looked for. */
  get held(): Held | undefined {
    return this.#held;
  }

  /** True when `held` is all there is: nothing was kept, or it is in memory. */
  get isLoaded(): boolean {
    if (!this.#isLoaded && this.#options.tokens.keys(this.#options.key).length === 0) this.#isLoaded = true;
    return this.#isLoaded;
  }

  /** What is kept. @throws PortolanError KEYCHAIN_* */
  load(): Promise<Held | undefined> {
    if (this.isLoaded) return Promise.resolve(this.#held);
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Takes a newly given grant: written, then used. @throws PortolanError KEYCHAIN_*: then it is not used */
  async install(grant: TokenGrant): Promise<Held> {
    const { version } = await this.#options.tokens.write(this.#options.key, formatGrant(grant));
    this.#isLoaded = true;
    this.#unwritten = undefined;
    return this.#take(grant, version, 'granted');
  }

  /**
   * New tokens for those of this generation, got with `refresh`: single flight, here and among the owners of the same store. At
   * once when newer ones are there.
   * @throws PortolanError what `refresh` throws unless data.final is true, and KEYCHAIN_*; the tokens stay
   */
  renew(generation: number, refresh: (set: TokenSet) => Promise<TokenSet>): Promise<Renewed> {
    const held = this.#held;
    if (held !== undefined && held.generation > generation) return Promise.resolve({ held });
    this.#renewing ??= this.#options.renewals
      .pass(() => this.#renew(refresh))
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  /** Removes the tokens, unless others have been written meanwhile. @throws PortolanError KEYCHAIN_* */
  async clear(held: Held): Promise<void> {
    await this.#options.tokens.removeIf(this.#options.key, held.version);
    if (this.#held?.version === held.version) this.forget();
  }

  /** The store does not have them any more. */
  forget(): void {
    this.#held = undefined;
    this.#isLoaded = true;
    this.#unwritten = undefined;
  }

  async #read(): Promise<Held | undefined> {
    const kept = await this.#options.tokens.read(this.#options.key);
    const grant = kept === undefined ? undefined : parseGrant(kept.text);
    if (!this.#isLoaded) {
      this.#isLoaded = true;
      if (kept !== undefined && grant !== undefined) this.#take(grant, kept.version, 'kept');
    }
    return this.#held;
  }

  #take(grant: TokenGrant, version: string, from: Held['from']): Held {
    const isSame = this.#held?.grant.set.accessToken === grant.set.accessToken;
    if (!isSame || this.#held === undefined) this.#generation++;
    const times = timesOf(grant.set, this.#options.random());
    this.#held = { grant, version, generation: this.#generation, times, from };
    return this.#held;
  }

  async #renew(refresh: (set: TokenSet) => Promise<TokenSet>): Promise<Renewed> {
    const { key, id, tokens, clock } = this.#options;
    if (this.#unwritten !== undefined) return this.#settle(this.#unwritten.grant, this.#unwritten.over);
    const before = this.#held;
    for (;;) {
      const kept = await tokens.read(key);
      const grant = kept === undefined ? undefined : parseGrant(kept.text);
      if (kept === undefined || grant === undefined) return this.#lost();
      // Another owner was faster.
      if (grant.set.accessToken !== before?.grant.set.accessToken)
        return { held: this.#take(grant, kept.version, 'renewed') };
      const { renewal } = grant;
      if (renewal !== undefined && renewal.by !== id && this.#isUnderWay(renewal)) {
        await delay(clock, LOOK_AGAIN_MS);
        continue;
      }
      const marked: TokenGrant = { ...grant, renewal: { by: id, at: clock.now() } };
      const written = await tokens.replace(key, formatGrant(marked), kept.version);
      if (written === undefined) continue;
      this.#take(marked, written.version, before.from);
      return this.#exchange(marked, { version: written.version, wasInterrupted: renewal !== undefined }, refresh);
    }
  }

  async #exchange(
    grant: TokenGrant,
    mark: { readonly version: string; readonly wasInterrupted: boolean },
    refresh: (set: TokenSet) => Promise<TokenSet>,
  ): Promise<Renewed> {
    const { key, tokens } = this.#options;
    let set: TokenSet;
    try {
      set = await refresh(grant.set);
    } catch (error) {
      const problem = toPortolanError(error);
      if (problem.data['final'] !== true) {
        await this.#giveUp(grant, mark.version);
        throw problem;
      }
      const removed = await tokens.removeIf(key, mark.version);
      if (!removed) return await this.#lost();
      this.forget();
      return { ended: mark.wasInterrupted ? 'interrupted' : 'refused', error: problem };
    }
    const { renewal: _done, ...rest } = grant;
    return this.#settle({ ...rest, set }, mark.version);
  }

  /** The refresh token may have been used up unheard: that stays noted, and nobody need wait for us. */
  async #giveUp(grant: TokenGrant, over: string): Promise<void> {
    const { key, id, tokens } = this.#options;
    const given: TokenGrant = { ...grant, renewal: { by: id, at: 0 } };
    const written = await tokens.replace(key, formatGrant(given), over);
    if (written !== undefined && this.#held !== undefined) this.#take(given, written.version, this.#held.from);
  }

  #isUnderWay({ by, at }: RenewalMark): boolean {
    return Math.abs(this.#options.clock.now() - at) < MARK_MS && this.#options.isAlive(by);
  }

  /** Writes what came back, in the place of what it was got for. */
  async #settle(grant: TokenGrant, over: string): Promise<Renewed> {
    const { key, tokens } = this.#options;
    this.#unwritten = { grant, over };
    const written = await tokens.replace(key, formatGrant(grant), over);
    this.#unwritten = undefined;
    // Somebody signed in or out meanwhile: that counts.
    return written === undefined ? this.#lost() : { held: this.#take(grant, written.version, 'renewed') };
  }

  /** The store has something else than what we had. */
  async #lost(): Promise<Renewed> {
    this.forget();
    this.#isLoaded = false;
    const held = await this.load();
    return held === undefined ? { ended: 'refused', error: signedOutMeanwhile() } : { held };
  }
}
