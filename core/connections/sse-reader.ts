// Reads a text/event-stream body as bytes. Linear, bounded, and blind to what the events mean.
// (WHATWG HTML, section 9.2.6 "Interpreting an event stream")
import { ByteCollector } from '../base/byte-collector.ts';
import { MAX_MESSAGE_BYTES } from './frame.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const NUL = 0;
const EMPTY = Buffer.alloc(0);

export interface SseEvent {
  /** The data lines joined by line feeds; one data line is not copied. */
  readonly data: Buffer;
  /** `message` unless the event names another type. */
  readonly event: string;
  /** The id field of this event; absent when the event has none. */
  readonly id?: string;
}

export interface SseReaderOptions {
  readonly maxEventBytes?: number;
  /** The server asks for this delay, in milliseconds, before a reconnect. */
  onRetry?(ms: number): void;
  /** An event or line went over `maxEventBytes`; the reader drops what it holds and ignores everything after it. */
  onTooLarge?(): void;
}

/**
 * Calls `onEvent` at each blank line that ends an event with data or an id. Unlike a browser it also reports events without
 * data that carry an id: MCP primes a stream with one (MCP 2025-11-25, Transports, "Sending Messages to the Server").
 */
export class SseReader {
  readonly #onEvent: (event: SseEvent) => void;
  readonly #options: SseReaderOptions;
  readonly #maxBytes: number;
  readonly #line = new ByteCollector();
  readonly #data = new ByteCollector();
  #hasData = false;
  #event = '';
  #id: string | undefined;
  #skipLineFeed = false;
  #atStart = true;
  #ended = false;

  constructor(onEvent: (event: SseEvent) => void, options: SseReaderOptions = {}) {
    this.#onEvent = onEvent;
    this.#options = options;
    this.#maxBytes = options.maxEventBytes ?? MAX_MESSAGE_BYTES;
  }

  push(chunk: Buffer): void {
    let start = 0;
    if (this.#skipLineFeed && chunk.length > 0) {
      this.#skipLineFeed = false;
      if (chunk[0] === LINE_FEED) start = 1;
    }
    let feed = chunk.indexOf(LINE_FEED, start);
    let carriage = chunk.indexOf(CARRIAGE_RETURN, start);
    while (!this.#ended && (feed !== -1 || carriage !== -1)) {
      const isReturn = carriage !== -1 && (feed === -1 || carriage < feed);
      const end = isReturn ? carriage : feed;
      this.#endLine(chunk.subarray(start, end));
      start = end + 1;
      if (isReturn && start === chunk.length) this.#skipLineFeed = true;
      if (isReturn && feed === start) start++;
      if (feed !== -1 && feed < start) feed = chunk.indexOf(LINE_FEED, start);
      if (carriage !== -1 && carriage < start) carriage = chunk.indexOf(CARRIAGE_RETURN, start);
    }
    if (this.#ended || start >= chunk.length) return;
    if (this.#fits(chunk.length - start)) this.#line.add(chunk.subarray(start));
  }

  /** The stream has ended. An event without its blank line is incomplete and dropped, as the standard says. */
  end(): void {
    this.#ended = true;
    this.#line.clear();
    this.#data.clear();
  }

  #endLine(last: Buffer): void {
    if (!this.#fits(last.length)) return;
    let line = this.#line.take(last);
    if (this.#atStart) {
      this.#atStart = false;
      if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
    }
    if (line.length === 0) this.#dispatch();
    else if (line[0] !== COLON) this.#field(line);
  }

  #field(line: Buffer): void {
    const colon = line.indexOf(COLON);
    const name = line.toString('latin1', 0, colon === -1 ? line.length : Math.min(colon, 8));
    const value = colon === -1 ? EMPTY : line.subarray(line[colon + 1] === SPACE ? colon + 2 : colon + 1);
    switch (name) {
      case 'data':
        if (this.#hasData) this.#data.add(Buffer.of(LINE_FEED));
        this.#hasData = true;
        this.#data.add(value);
        break;
      case 'event':
        this.#event = value.toString('utf8');
        break;
      case 'id':
        if (!value.includes(NUL)) this.#id = value.toString('utf8');
        break;
      case 'retry': {
        const text = value.toString('latin1');
        if (/^[0-9]{1,15}$/.test(text)) this.#options.onRetry?.(Number(text));
        break;
      }
      default:
    }
  }

  #dispatch(): void {
    const event = { data: this.#data.take(), event: this.#event === '' ? 'message' : this.#event };
    const id = this.#id;
    const hasContent = this.#hasData || id !== undefined;
    this.#hasData = false;
    this.#event = '';
    this.#id = undefined;
    if (hasContent) this.#onEvent(id === undefined ? event : { ...event, id });
  }

  #fits(more: number): boolean {
    if (this.#line.length + this.#data.length + more <= this.#maxBytes) return true;
    this.end();
    this.#options.onTooLarge?.();
    return false;
  }
}
