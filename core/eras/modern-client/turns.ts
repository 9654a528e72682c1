// Tool calls that go to the server one at a time. Only Streamable HTTP tells in which call a server asks its client something; elsewhere
// there is no doubt as long as one call is under way, so the next one waits. Lists and reads run on. A call whose caller was asked does
// not keep the others waiting: a server that waits for an answer asks no more.
import type { Frame } from '../../connections/frame.ts';
import type { Caller } from './caller-request.ts';
import type { Calls } from './calls.ts';

export class Turns {
  readonly #calls: Calls;
  readonly #issue: (frame: Frame, caller: Caller) => void;
  #waiting: { readonly frame: Frame; readonly caller: Caller }[] = [];

  constructor(calls: Calls, issue: (frame: Frame, caller: Caller) => void) {
    this.#calls = calls;
    this.#issue = issue;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Issues the request at once, or when it is its turn. */
  take(frame: Frame, caller: Caller): void {
    if (frame.method === 'tools/call' && this.#isTaken()) this.#waiting.push({ frame, caller });
    else this.#issue(frame, caller);
  }

  /** To be called when a call has ended or was interrupted. */
  next(): void {
    while (this.#waiting.length > 0 && !this.#isTaken()) {
      const next = this.#waiting.shift();
      if (next !== undefined) this.#issue(next.frame, next.caller);
    }
  }

  /** Takes out those that wait and are such. */
  withdraw(isSuch: (frame: Frame) => boolean): Frame[] {
    const out = this.#waiting.filter(({ frame }) => isSuch(frame));
    this.#waiting = this.#waiting.filter(({ frame }) => !isSuch(frame));
    return out.map(({ frame }) => frame);
  }

  #isTaken(): boolean {
    return this.#calls.oneAtATime && this.#calls.active().some(({ method }) => method === 'tools/call');
  }
}
