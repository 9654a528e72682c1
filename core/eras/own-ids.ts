// Ids of the messages that a bridge makes itself. They are strings with a random prefix, so that none meets an id that a
// client or a server chose.
import { randomBytes } from 'node:crypto';

export class OwnIds {
  readonly #prefix: string;
  #last = 0;

  constructor(random = randomBytes(12).toString('base64url')) {
    this.#prefix = `portolan-${random}-`;
  }

  /** A new id, as source text. */
  next(): string {
    this.#last += 1;
    return `"${this.#prefix}${this.#last}"`;
  }

  /** True when this id (source text) is, or could become, one of ours. */
  owns(id: string): boolean {
    if (!id.startsWith('"')) return false;
    const value: unknown = JSON.parse(id);
    return typeof value === 'string' && value.startsWith(this.#prefix);
  }
}
