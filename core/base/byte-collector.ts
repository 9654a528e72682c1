// Gathers pieces of a byte stream until they are taken as one buffer. Large pieces are kept as they are, and so is the first,
// which is the whole in most cases; small ones are copied into blocks, so that a peer who sends single bytes cannot make us hold
// a buffer object for each of them.

const BLOCK_BYTES = 64 * 1024;
const SMALL_PIECE_BYTES = 4 * 1024;

/** A growing run of bytes. `length` counts what is held. */
export class ByteCollector {
  #parts: Buffer[] = [];
  #block: Buffer | undefined;
  /** The part of the block that is filled but not yet among the parts. */
  #from = 0;
  #to = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a piece. It may be kept by reference: the caller must not change it afterwards. */
  add(piece: Buffer): void {
    if (piece.length === 0) return;
    const isFirst = this.#length === 0;
    this.#length += piece.length;
    if (isFirst || piece.length >= SMALL_PIECE_BYTES) {
      this.#sealBlock();
      this.#parts.push(piece);
      return;
    }
    if (this.#block === undefined || this.#to + piece.length > this.#block.length) {
      this.#sealBlock();
      this.#block = Buffer.allocUnsafeSlow(this.#length <= SMALL_PIECE_BYTES ? SMALL_PIECE_BYTES : BLOCK_BYTES);
      this.#from = 0;
      this.#to = 0;
    }
    piece.copy(this.#block, this.#to);
    this.#to += piece.length;
  }

  /** Everything held, followed by `last`, as one buffer; holds nothing afterwards. Copies only when there are several pieces. */
  take(last?: Buffer): Buffer {
    this.#sealBlock();
    const parts = this.#parts;
    const length = this.#length;
    this.clear();
    if (last !== undefined && last.length > 0) {
      if (parts.length === 0) return last;
      parts.push(last);
      return Buffer.concat(parts, length + last.length);
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, length);
  }

  clear(): void {
    this.#parts = [];
    this.#block = undefined;
    this.#from = 0;
    this.#to = 0;
    this.#length = 0;
  }

  /** What was copied becomes a part; the rest of the block stays in use. */
  #sealBlock(): void {
    if (this.#block === undefined || this.#to === this.#from) return;
    this.#parts.push(this.#block.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }
}
