// Servers that an identity provider refused, until a person asks again. Kept beside the tokens, so that a restart does not ask anew.
import { objectOf } from '../base/json-object.ts';
import type { TokenStore } from '../vault/token-store.ts';

const PREFIX = 'identity-refusals/';

export class Refusals {
  readonly #tokens: TokenStore;
  /** Identity → server → reason, cleaned. */
  readonly #known = new Map<string, Map<string, string>>();

  constructor(tokens: TokenStore) {
    this.#tokens = tokens;
  }

  /** Throws KEYCHAIN_*. */
  async load(): Promise<void> {
    for (const key of this.#tokens.keys(PREFIX)) {
      const stored = await this.#tokens.read(key);
      const servers = objectOf(stored && JSON.parse(stored.text));
      if (servers === undefined) continue;
      const entries = Object.entries(servers).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      );
      this.#known.set(key.slice(PREFIX.length), new Map(entries));
    }
  }

  of(identity: string): { server: string; reason: string }[] {
    return [...(this.#known.get(identity) ?? [])].map(([server, reason]) => ({ server, reason }));
  }

  reason(identity: string, server: string): string | undefined {
    return this.#known.get(identity)?.get(server);
  }

  /** Throws KEYCHAIN_*; it is known in memory all the same. */
  async note(identity: string, server: string, reason: string): Promise<void> {
    const servers = this.#known.get(identity) ?? new Map<string, string>();
    this.#known.set(identity, servers.set(server, reason));
    await this.#save(identity);
  }

  /** Of one server, or of all. Throws KEYCHAIN_*. */
  async forget(identity: string, server?: string): Promise<void> {
    const servers = this.#known.get(identity);
    if (servers === undefined) return;
    if (server === undefined) servers.clear();
    else servers.delete(server);
    await this.#save(identity);
  }

  async #save(identity: string): Promise<void> {
    const servers = this.#known.get(identity);
    const key = PREFIX + identity;
    if (servers === undefined || servers.size === 0) await this.#tokens.remove(key);
    else await this.#tokens.write(key, JSON.stringify(Object.fromEntries(servers)));
  }
}
