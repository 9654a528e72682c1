// One piece of work for each key at a time.

export class OnceEach {
  readonly #running = new Map<string, Promise<void>>();

  /** Does `work`, or waits for what is under way for this key. */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const begun = work().finally(() => this.#running.delete(key));
    this.#running.set(key, begun);
    return begun;
  }

  /** Does `work` after what is under way, so that it sees everything that was done before this call. */
  async after(key: string, work: () => Promise<void>): Promise<void> {
    await this.#running.get(key);
    await this.run(key, work);
  }
}
