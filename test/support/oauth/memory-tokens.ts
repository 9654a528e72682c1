// A token store in memory that behaves as the real one: versions, compare-and-swap, an index that is read without waiting. Each use
// takes a turn of the event loop, and can be made to fail.
import type { TokenKeeper } from '../../../core/oauth/token-owner.ts';

export class MemoryTokens implements TokenKeeper {
  readonly kept = new Map<string, { readonly text: string; readonly version: string }>();
  /** Thrown instead of the next write. */
  failure: Error | undefined;
  writes = 0;
  #last = 0;

  async read(key: string): Promise<{ readonly text: string; readonly version: string } | undefined> {
    await turn();
    return this.kept.get(key);
  }

  async write(key: string, text: string): Promise<{ readonly version: string }> {
    await turn();
    return this.#put(key, text);
  }

  async replace(
    key: string,
    text: string,
    version: string | undefined,
  ): Promise<{ readonly version: string } | undefined> {
    await turn();
    return this.kept.get(key)?.version === version ? this.#put(key, text) : undefined;
  }

  async removeIf(key: string, version: string): Promise<boolean> {
    await turn();
    return this.kept.get(key)?.version === version && this.kept.delete(key);
  }

  async remove(key: string): Promise<void> {
    await turn();
    this.kept.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.kept.keys()].filter((key) => key.startsWith(prefix));
  }

  #put(key: string, text: string): { readonly version: string } {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    this.writes++;
    this.#last++;
    const version = String(this.#last);
    this.kept.set(key, { text, version });
    return { version };
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
