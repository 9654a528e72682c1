// The requests of one connection that wait for the server's answer, by the source text of their ids.

export const MAX_PENDING_REQUESTS = 256;

export class PendingRequests {
  readonly #ids = new Set<string>();

  get isFull(): boolean {
    return this.#ids.size >= MAX_PENDING_REQUESTS;
  }

  get size(): number {
    return this.#ids.size;
  }

  add(id: string): void {
    this.#ids.add(id);
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
