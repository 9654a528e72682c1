// A server in memory behind the gateway's own interface: it records every frame it gets, and the test answers by hand.
import { PortolanError } from '../../shared/errors.ts';
import { type Frame, parseFrame } from '../../core/connections/frame.ts';
import type { Era } from '../../core/connections/era.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import type { UpstreamSource } from '../../core/gateway/ports.ts';

export class RecordingUpstream implements Upstream {
  readonly transport = 'stdio';
  readonly pid = undefined;
  readonly events: UpstreamEvents;
  readonly frames: Frame[] = [];
  onSend: (frame: Frame) => void;
  closed = false;
  paused = false;

  constructor(events: UpstreamEvents, onSend: (frame: Frame, upstream: RecordingUpstream) => void) {
    this.events = events;
    this.onSend = (frame) => onSend(frame, this);
  }

  send(frame: Frame): void {
    this.onSend(frame);
    this.frames.push(frame);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** A message from the server, as exact text. */
  say(text: string, relatedTo?: string): void {
    this.events.onFrame(parseFrame(Buffer.from(text), 'server'), relatedTo);
  }

  /** Answers the request with this id (source text) with an empty result, or with `result` as exact text. */
  answer(id: string | undefined, result = '{}'): void {
    this.say(`{"jsonrpc":"2.0","id":${id},"result":${result}}`);
  }

  /** The connection breaks: what was sent may have been read. */
  lose(): void {
    this.events.onClosed(new PortolanError('SERVER_EXITED', 'The server’s process ended.'));
  }

  get methods(): (string | undefined)[] {
    return this.frames.map(({ method }) => method);
  }
}

const HANDSHAKE = '{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"recorder","version":"1"}}';

export class RecordingSource implements UpstreamSource {
  readonly opened: RecordingUpstream[] = [];
  readonly notes: string[] = [];
  failure: PortolanError | undefined;
  protocolVersion = '2025-11-25';
  /** Called before each frame is taken; by default `initialize` alone is answered. */
  onSend: (frame: Frame, upstream: RecordingUpstream) => void = () => undefined;
  ready: Promise<void> = Promise.resolve();

  /** The dialect asked for at each opening. */
  readonly eras: (Era | undefined)[] = [];

  async open(_name: string, _sessionId: string, events: UpstreamEvents, era?: Era): Promise<Upstream> {
    this.eras.push(era);
    await this.ready;
    if (this.failure !== undefined) throw this.failure;
    const upstream = new RecordingUpstream(events, (frame, self) => {
      this.onSend(frame, self);
      if (frame.method !== 'initialize') return;
      queueMicrotask(() => self.answer(frame.id, HANDSHAKE.replace('2025-11-25', this.protocolVersion)));
    });
    this.opened.push(upstream);
    return upstream;
  }

  noteHandshake(name: string): void {
    this.notes.push(`handshake ${name}`);
  }

  noteCall(name: string): void {
    this.notes.push(`call ${name}`);
  }

  noteTools(name: string, count: number): void {
    this.notes.push(`tools ${name} ${count}`);
  }

  noteFailure(name: string, error: PortolanError): void {
    this.notes.push(`failure ${name} ${error.code}`);
  }

  /** The connection in use. */
  get last(): RecordingUpstream {
    const upstream = this.opened.at(-1);
    if (upstream === undefined) throw new Error('no connection was opened');
    return upstream;
  }
}
