// One stream of messages to a legacy client: the one it asked for with GET, or the answers to one POST. It outlives the HTTP
// connection that carries it: a client that lost that one asks for what it missed. Each message is in one stream only.
import type { HttpAnswer } from './http-answer.ts';
import { type EventLog, eventId } from './event-log.ts';

export class EventStream {
  readonly number: number;
  readonly #log: EventLog;
  #live: HttpAnswer | undefined;
  #seq = 0;
  /** Up to here some connection has carried it. */
  #carried = 0;

  constructor(number: number, log: EventLog) {
    this.number = number;
    this.#log = log;
  }

  get live(): HttpAnswer | undefined {
    return this.#live;
  }

  /** One message. False when the client's buffers are full. */
  push(bytes: Buffer): boolean {
    this.#seq += 1;
    this.#log.add({ stream: this.number, seq: this.#seq, bytes });
    if (this.#live === undefined) return true;
    // Its head first: what begins a stream comes before what is in it.
    this.#live.openStream();
    this.#carried = this.#seq;
    return this.#live.event(bytes, eventId(this.number, this.#seq));
  }

  /** Carried by this connection from now on, beginning behind `after`, or behind what any connection has carried. */
  attach(live: HttpAnswer, after?: number): void {
    const from = after ?? this.#carried;
    const before = this.#live;
    this.#live = live;
    before?.end();
    const missed = this.#log.after(this.number, from);
    for (const { bytes, seq } of missed) live.event(bytes, eventId(this.number, seq));
    this.#carried = this.#seq;
  }

  /** That connection has gone. */
  detach(live: HttpAnswer): void {
    if (this.#live === live) this.#live = undefined;
  }

  /** The event that only gives an id to come back with. `retry`: milliseconds to wait before that. */
  primer(): string {
    return `id: ${eventId(this.number, this.#carried)}\nretry: 1000\ndata: \n\n`;
  }

  end(): void {
    this.#live?.end();
    this.#live = undefined;
  }
}
