// Lets only whole lines through: what a peer that dies leaves unfinished never reaches the other side.
const NEWLINE = 0x0a;
/** Longer lines than any message may be pass in pieces: the host refuses them, and memory stays bounded. */
const MAX_HELD_BYTES = 66 * 1024 * 1024;

export class WholeLines {
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** The pieces that complete lines up to the last line end in `chunk`; what follows it is held. */
  push(chunk: Buffer): Buffer[] {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    const rest = end < chunk.length ? chunk.subarray(end) : undefined;
    const whole = end > 0 ? [...this.take(), chunk.subarray(0, end)] : [];
    if (rest) {
      this.#held.push(rest);
      this.#heldBytes += rest.length;
    }
    return this.#heldBytes > MAX_HELD_BYTES ? [...whole, ...this.take()] : whole;
  }

  /** The unfinished line, which is no longer held afterwards. */
  take(): Buffer[] {
    this.#heldBytes = 0;
    return this.#held.splice(0);
  }
}
