// The answer to one HTTP request: a JSON document, or a stream of server-sent events that begins when the first message before
// the answer comes, or when nothing came for fifteen seconds. It must not know what a message means.
// (MCP, Streamable HTTP; WHATWG HTML, Server-sent events)
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../base/clock.ts';

const KEEP_ALIVE_MS = 15_000;
const KEEP_ALIVE = ': keep-alive\n\n';
const EVENT_END = Buffer.from('\n\n');

/** Up to this size an event is copied into one write. */
const COPY_BYTES = 16 * 1024;

export interface AnswerEvents {
  /** The stream has begun: what is written now comes first. */
  opened?(): void;
  /** The client's buffers have room again. */
  drained(): void;
  /** The client has gone before the answer was complete. Called once. */
  gone(): void;
}

export class HttpAnswer {
  readonly #res: ServerResponse;
  readonly #clock: Clock;
  readonly #events: AnswerEvents;
  #timer: Timer | undefined;
  #isStream = false;
  #isOver = false;

  constructor(res: ServerResponse, clock: Clock, events: AnswerEvents) {
    this.#res = res;
    this.#clock = clock;
    this.#events = events;
    res.on('drain', () => events.drained());
    res.on('close', () => {
      if (this.#isOver) return;
      this.#over();
      events.gone();
    });
    this.#keepAlive();
  }

  /** Nothing can be written any more: it is complete, or the client has gone. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get isStream(): boolean {
    return this.#isStream;
  }

  /** Begins the stream of events, if it has not begun. */
  openStream(): void {
    if (this.#isStream || this.#isOver) return;
    this.#isStream = true;
    this.#res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    this.#res.flushHeaders();
    this.#events.opened?.();
  }

  /** One event; `data` holds no line break. False when the client's buffers are full, and `drained` follows. */
  event(data: Buffer, id?: string): boolean {
    this.openStream();
    if (this.#isOver) return true;
    const head = Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}data: `);
    if (data.length <= COPY_BYTES) return this.#res.write(Buffer.concat([head, data, EVENT_END]));
    this.#res.cork();
    this.#res.write(head);
    this.#res.write(data);
    const more = this.#res.write(EVENT_END);
    this.#res.uncork();
    return more;
  }

  /** Raw lines of the stream, such as a primer: an event with an id and no data. */
  lines(text: string): void {
    if (!this.#isOver) this.#res.write(text);
  }

  /** The whole answer as one document. Only when no stream has begun. */
  json(status: number, body: Buffer): void {
    if (this.#isOver) return;
    this.#over();
    sendJson(this.#res, status, body);
  }

  /** Ends the stream. */
  end(): void {
    if (this.#isOver) return;
    this.#over();
    this.#res.end();
  }

  #keepAlive(): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.openStream();
      this.lines(KEEP_ALIVE);
      this.#keepAlive();
    }, KEEP_ALIVE_MS);
  }

  #over(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }
}

/** A JSON document as the whole answer. */
export function sendJson(res: ServerResponse, status: number, body: Buffer): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  res.end(body);
}

/** An answer without a body. */
export function sendEmpty(res: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  res.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'Content-Length': '0' }) });
  res.end();
}
