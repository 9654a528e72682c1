// Streams a file of lines: whole lines in chunks, so that a log of any size is read in little memory.
import { closeSync, openSync, readSync } from 'node:fs';

export interface LineChunk {
  /** Whole lines; the last line feed is left out. */
  readonly bytes: Buffer;
  /** Where the chunk begins in the file. */
  readonly offset: number;
}

export interface LineEnd {
  /** After the last whole line. */
  readonly position: number;
  /** Bytes after the last line feed. */
  readonly tornBytes: number;
}

const CHUNK_BYTES = 1_048_576;

/** Whole lines of a file from byte `from` up to byte `to` or the end of the file. A chunk grows until a line fits in it. */
export function* lineChunks(path: string, from = 0, to = Number.POSITIVE_INFINITY): Generator<LineChunk, LineEnd> {
  const fd = openSync(path, 'r');
  try {
    let position = from;
    for (let want = CHUNK_BYTES; ; ) {
      if (position >= to) return { position, tornBytes: 0 };
      const buffer = Buffer.alloc(Math.min(want, to - position));
      const length = readSync(fd, buffer, 0, buffer.length, position);
      const end = length === 0 ? -1 : buffer.lastIndexOf(0x0a, length - 1);
      if (end >= 0) {
        yield { bytes: buffer.subarray(0, end), offset: position };
        position += end + 1;
        want = CHUNK_BYTES;
      } else if (length < want) {
        return { position, tornBytes: length };
      } else {
        want *= 4;
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** The lines of a chunk with their place in it. */
export function* linesOf(bytes: Buffer): Generator<{ line: Buffer; at: number }> {
  for (let at = 0; at <= bytes.length; ) {
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    yield { line: bytes.subarray(at, end), at };
    at = end + 1;
  }
}
