// Requests of the server to the client (sampling, elicitation, roots, ping) that the client has not answered yet.
import { doubleIdKey } from '../connections/request-id.ts';

/** The most that may wait; one more is answered with an error instead of being forwarded. */
const MAX_WAITING = 256;

/**
 * After a server's connection is lost, the client may still answer what the old process asked, and a new process may count its
 * ids from the start again. Such an id stays blocked until the client has answered it: an old answer never reaches a new question.
 */
export class ServerRequests {
  readonly #waiting = new Map<string, string>();
  readonly #orphaned = new Set<string>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Notes a request with this id (source text). False when it cannot be told apart from another one or too many wait. */
  ask(id: string): boolean {
    const key = doubleIdKey(id);
    if (this.#waiting.has(key) || this.#orphaned.has(key) || this.#waiting.size >= MAX_WAITING) return false;
    this.#waiting.set(key, id);
    return true;
  }

  /** Notes the client's answer; gives back the server's own spelling of the id, or undefined when nothing waits for it. */
  answer(id: string): string | undefined {
    const key = doubleIdKey(id);
    const asked = this.#waiting.get(key);
    if (asked === undefined) this.#orphaned.delete(key);
    else this.#waiting.delete(key);
    return asked;
  }

  /** The server took its request back. */
  cancel(key: string): void {
    if (this.#waiting.delete(key)) this.#orphaned.add(key);
  }

  /** The server is gone: nothing waits any more. Gives the ids (source text) that the client should stop working on. */
  orphanAll(): string[] {
    const ids = [...this.#waiting.values()];
    for (const key of this.#waiting.keys()) this.#orphaned.add(key);
    this.#waiting.clear();
    return ids;
  }
}
