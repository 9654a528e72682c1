// The rounds that wait for their retry: each can be taken once, within its time, with the state that was minted for it.
// A round that expires is given up. (MCP 2026-07-28, MRTR)
import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../../base/clock.ts';
import type { RequestStates } from './request-state.ts';

/** How long a round waits, milliseconds: a person may have to read, think and type. */
const ROUND_MS = 10 * 60_000;
const MAX_ROUNDS = 1_000;

interface Round<Content> {
  readonly content: Content;
  readonly timer: Timer;
}

export class Rounds<Content> {
  readonly #states: RequestStates;
  readonly #clock: Clock;
  readonly #onExpired: (content: Content) => void;
  readonly #rounds = new Map<string, Round<Content>>();

  constructor(states: RequestStates, clock: Clock, onExpired: (content: Content) => void) {
    this.#states = states;
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  get isFull(): boolean {
    return this.#rounds.size >= MAX_ROUNDS;
  }

  /** Begins a round for the request with this digest and gives its `requestState`. */
  open(content: Content, digest: string): string {
    const handle = randomUUID();
    const timer = this.#clock.setTimeout(() => {
      this.#rounds.delete(handle);
      this.#onExpired(content);
    }, ROUND_MS);
    this.#rounds.set(handle, { content, timer });
    return this.#states.seal({ handle, expires: this.#clock.now() + ROUND_MS }, digest);
  }

  /** Ends the round that this state was minted for; undefined when it is not valid, or no longer. */
  take(state: string, digest: string): Content | undefined {
    const opened = this.#states.open(state, digest);
    if (opened === undefined || opened.expires <= this.#clock.now()) return undefined;
    return this.#end(opened.handle);
  }

  /** Ends the rounds whose content is such, without an answer. */
  drop(isSuch: (content: Content) => boolean): void {
    for (const [handle, { content }] of this.#rounds) if (isSuch(content)) this.#end(handle);
  }

  stop(): void {
    for (const handle of this.#rounds.keys()) this.#end(handle);
  }

  #end(handle: string): Content | undefined {
    const round = this.#rounds.get(handle);
    round?.timer.cancel();
    this.#rounds.delete(handle);
    return round?.content;
  }
}
