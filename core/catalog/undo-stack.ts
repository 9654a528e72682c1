// The file's bytes from before each of the last changes made here.

export interface Undoable {
  /** What was done, such as `add github`. */
  readonly what: string;
  /** Undefined when there was no file. */
  readonly before: Buffer | undefined;
}

const MAX_STEPS = 20;
const MAX_BYTES = 64 * 1024 * 1024;

/** Valid only as long as nobody else changes the file: then it is cleared, and remembers why it is empty. */
export class UndoStack {
  #steps: Undoable[] = [];
  #changedOutside = false;

  get top(): Undoable | undefined {
    return this.#steps.at(-1);
  }

  /** True when there was something to undo until the file was changed by someone else. */
  get changedOutside(): boolean {
    return this.#changedOutside;
  }

  push(step: Undoable): void {
    this.#changedOutside = false;
    this.#steps.push(step);
    while (this.#steps.length > MAX_STEPS || (this.#steps.length > 1 && this.#bytes() > MAX_BYTES)) this.#steps.shift();
  }

  pop(): void {
    this.#steps.pop();
  }

  clear(): void {
    if (this.#steps.length > 0) this.#changedOutside = true;
    this.#steps = [];
  }

  #bytes(): number {
    return this.#steps.reduce((sum, { before }) => sum + (before?.length ?? 0), 0);
  }
}
