// The answers to one JSON-RPC batch, gathered into one array. Batches exist in MCP 2025-03-26 only. (JSON-RPC 2.0 section 6)
import type { Frame } from '../connections/frame.ts';

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/** Give it every message of the batch before `seal`; then `onDone` gets the array once, unless no request needed an answer. */
export class Batch {
  readonly #onDone: (bytes: Buffer) => void;
  readonly #answers: Buffer[] = [];
  #waiting = 0;
  #sealed = false;

  constructor(onDone: (bytes: Buffer) => void) {
    this.#onDone = onDone;
  }

  /** One more request of the batch waits. */
  expect(): void {
    this.#waiting++;
  }

  /** A request of the batch has ended; without an answer when it was cancelled. */
  settle(answer: Frame | undefined): void {
    this.#waiting--;
    if (answer !== undefined) this.add(answer);
    this.#finish();
  }

  /** An answer to a message that was refused before it became a request. */
  add(answer: Frame): void {
    this.#answers.push(answer.bytes);
  }

  /** Every message of the batch has been read. */
  seal(): void {
    this.#sealed = true;
    this.#finish();
  }

  #finish(): void {
    if (!this.#sealed || this.#waiting > 0 || this.#answers.length === 0) return;
    const parts = this.#answers.flatMap((answer, index) => [index === 0 ? OPEN : COMMA, answer]);
    this.#onDone(Buffer.concat([...parts, CLOSE]));
  }
}
