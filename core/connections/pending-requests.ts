// The requests of one connection that wait for the server's answer, by the source text of their ids.

export const MAX_PENDING_REQUESTS = 256;

export class PendingRequests {
  readonly #ids = new Set<string>();
  /** Those among them that only listen: they get no answer while all is well. */
  readonly #listens = new Set<string>();

  get isFull(): boolean {
    return this.#ids.size >= MAX_PENDING_REQUESTS;
  }

  add(id: string, isListen: boolean): void {
    this.#ids.add(id);
    if (isListen) this.#listens.add(id);
  }

  /** The one request that an answer without an id can belong to; undefined when there is none or more than one. */
  takeOnly(): string | undefined {
    const [only, another] = [...this.#ids].filter((id) => !this.#listens.has(id));
    if (only === undefined || another !== undefined) return undefined;
    this.#ids.delete(only);
    return only;
  }

  /** An answer came. Servers may write the id in another form than they got it (`1.0` for `1`). */
  settle(id: string): void {
    if (!this.#ids.delete(id)) this.#deleteValue(parse(id));
  }

  /** The request was cancelled: the server need not answer it any more (MCP, Cancellation). */
  cancel(requestId: unknown): void {
    this.#deleteValue(requestId);
  }

  /** All that wait, which then wait no more. */
  drain(): string[] {
    const ids = [...this.#ids];
    this.#ids.clear();
    this.#listens.clear();
    return ids;
  }

  #deleteValue(value: unknown): void {
    if (value === undefined) return;
    for (const id of this.#ids) {
      if (parse(id) !== value) continue;
      this.#ids.delete(id);
      return;
    }
  }
}

function parse(id: string): unknown {
  try {
    return JSON.parse(id);
  } catch {
    return undefined;
  }
}
