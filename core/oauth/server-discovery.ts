// Where one server says to sign in, asked once and kept until there is reason to doubt it.
import { toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Challenge } from './challenge.ts';
import type { Discovery } from './discovery.ts';
import { wantsHeader } from './sign-in-errors.ts';
import type { AuthTarget, SignInFlows } from './sign-in-flows.ts';
import type { TokenGrant } from './token-grant.ts';

/** For so long nobody asks again what was answered a moment ago. */
const DOUBT_MS = 30_000;

export class ServerDiscovery {
  readonly #target: AuthTarget;
  readonly #flows: Pick<SignInFlows, 'ask' | 'discover'>;
  readonly #clock: Clock;
  #challenge: Challenge | undefined;
  #found: Promise<Discovery> | undefined;
  #foundAt = 0;

  constructor(target: AuthTarget, flows: Pick<SignInFlows, 'ask' | 'discover'>, clock: Clock) {
    this.#target = target;
    this.#flows = flows;
    this.#clock = clock;
  }

  /** The server's latest one. */
  get challenge(): Challenge | undefined {
    return this.#challenge;
  }

  note(challenge: Challenge | undefined): void {
    this.#challenge = challenge ?? this.#challenge;
  }

  /** Asks the server for its challenge when it has not told one. @throws PortolanError what connecting to it throws */
  async ask(): Promise<void> {
    this.#challenge ??= await this.#flows.ask(this.#target);
  }

  /**
   * @param known where its metadata was found earlier, when no challenge is known; and who was asked last
   * @throws PortolanError NEEDS_SIGN_IN when it does not say, and what discovery throws
   */
  find(known: TokenGrant | undefined): Promise<Discovery> {
    if (this.#found === undefined) {
      this.#foundAt = this.#clock.monotonic();
      this.#found = this.#find(known).catch((error: unknown) => {
        this.#found = undefined;
        throw error;
      });
    }
    return this.#found;
  }

  /** What it said may hold no more: the next one who wants to know asks. */
  forget(): void {
    this.#found = undefined;
  }

  /** It may hold no more: surely worth asking again when `isLikely`, else when it was asked some time ago. */
  doubt(isLikely: boolean): void {
    if (isLikely || this.#clock.monotonic() - this.#foundAt > DOUBT_MS) this.forget();
  }

  /** As if the server had never been asked. */
  reset(): void {
    this.#challenge = undefined;
    this.#found = undefined;
  }

  async #find(known: TokenGrant | undefined): Promise<Discovery> {
    const metadataUrl = known?.metadataUrl;
    const kept =
      metadataUrl === undefined ? undefined : { scheme: 'bearer', params: { resource_metadata: metadataUrl } };
    try {
      return await this.#flows.discover(this.#target, this.#challenge ?? kept, known?.set.issuer);
    } catch (error) {
      if (toPortolanError(error).code !== 'METADATA_NOT_FOUND') throw error;
      throw wantsHeader(this.#target.name, error);
    }
  }
}
