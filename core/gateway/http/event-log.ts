// The messages of one legacy session that went to its streams, for clients that come back for what they missed. Bounded: the
// oldest give way. (MCP 2025-11-25, Streamable HTTP, Resumability and Redelivery)

const MAX_EVENTS = 1_000;
const MAX_BYTES = 8 * 1024 * 1024;

export interface LoggedEvent {
  readonly stream: number;
  /** Position in its stream, from 1. */
  readonly seq: number;
  readonly bytes: Buffer;
}

export class EventLog {
  #events: LoggedEvent[] = [];
  #bytes = 0;

  add(event: LoggedEvent): void {
    this.#events.push(event);
    this.#bytes += event.bytes.length;
    let drop = Math.max(0, this.#events.length - MAX_EVENTS);
    for (const [at, { bytes }] of this.#events.entries()) {
      if (at >= drop && this.#bytes <= MAX_BYTES) break;
      this.#bytes -= bytes.length;
      drop = Math.max(drop, at + 1);
    }
    if (drop > 0) this.#events = this.#events.slice(drop);
  }

  /** The events of a stream behind this position, as far as they are still held. */
  after(stream: number, seq: number): LoggedEvent[] {
    return this.#events.filter((event) => event.stream === stream && event.seq > seq);
  }
}

/** The id of an event, unique in its session. */
export function eventId(stream: number, seq: number): string {
  return `${stream}-${seq}`;
}

/** Stream and position of an id that this session may have given; undefined for anything else. */
export function readEventId(text: string): { stream: number; seq: number } | undefined {
  const [, stream, seq] = /^(\d{1,9})-(\d{1,12})$/.exec(text) ?? [];
  return stream === undefined || seq === undefined ? undefined : { stream: Number(stream), seq: Number(seq) };
}
