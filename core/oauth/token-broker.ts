// Owns the tokens of all servers: one owner each, a few renewals at a time, and everything of a server gone when it leaves.
import type { Clock } from '../base/clock.ts';
import { TokenOwner, type TokenKeeper } from './token-owner.ts';
import { Turnstile } from './turnstile.ts';

/** So many authorization servers are asked for new tokens at the same time. */
const MOST_RENEWALS = 4;

/** The process that renews tokens, as others know it. */
export interface BrokerProcess {
  readonly name: string;
  /** False when the one of that name has certainly ended. */
  isAlive(name: string): boolean;
}

export interface BrokerOptions {
  readonly tokens: TokenKeeper;
  readonly clock: Clock;
  readonly process: BrokerProcess;
  readonly random?: () => number;
}

export class TokenBroker {
  readonly #options: BrokerOptions;
  readonly #renewals = new Turnstile(MOST_RENEWALS);
  readonly #owners = new Map<string, TokenOwner>();

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  /** The one owner of the tokens for a server at this address. */
  owner(server: string, url: string): TokenOwner {
    const key = `${prefixOf(server)}${TokenOwner.digestOf(url)}`;
    const known = this.#owners.get(key);
    if (known !== undefined) return known;
    const { tokens, clock, process, random = Math.random } = this.#options;
    const owner = new TokenOwner({
      tokens,
      clock,
      random,
      key,
      id: process.name,
      isAlive: (name) => process.isAlive(name),
      renewals: this.#renewals,
    });
    this.#owners.set(key, owner);
    return owner;
  }

  /** Removes all that is kept for a server, whatever address it had; `except` one of them. @throws PortolanError KEYCHAIN_* */
  async remove(server: string, except?: string): Promise<void> {
    const kept = except === undefined ? undefined : `${prefixOf(server)}${TokenOwner.digestOf(except)}`;
    const keys = new Set([
      ...this.#options.tokens.keys(prefixOf(server)),
      ...[...this.#owners.keys()].filter((key) => key.startsWith(prefixOf(server))),
    ]);
    for (const key of keys) {
      if (key === kept) continue;
      this.#owners.get(key)?.forget();
      this.#owners.delete(key);
      await this.#options.tokens.remove(key);
    }
  }

  /** The server is called something else now and is the same: its tokens go with it. @throws PortolanError KEYCHAIN_* */
  async move(from: string, to: string): Promise<void> {
    for (const key of this.#options.tokens.keys(prefixOf(from))) {
      const kept = await this.#options.tokens.read(key);
      const target = `${prefixOf(to)}${key.slice(prefixOf(from).length)}`;
      if (kept !== undefined) await this.#options.tokens.write(target, kept.text);
      this.#owners.get(target)?.forget();
      this.#owners.delete(target);
    }
    await this.remove(from);
  }

  /** Something is kept of a server at this address. Does not touch the keychain. */
  has(server: string, url: string): boolean {
    return this.#options.tokens.keys(`${prefixOf(server)}${TokenOwner.digestOf(url)}`).length > 0;
  }

  /** Names of the servers of which something is kept. Does not touch the keychain. */
  servers(): string[] {
    return [...new Set(this.#options.tokens.keys('token/').map((key) => key.split('/')[1] ?? ''))];
  }
}

function prefixOf(server: string): string {
  return `token/${server}/`;
}
