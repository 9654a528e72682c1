// One session's end of a shared connection. A session that does not read is buffered for, up to a limit: it never stops the others.
import { PortolanError } from '../../shared/errors.ts';
import type { JsonObject } from '../base/json-object.ts';
import type { Frame } from './frame.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';

const MAX_HELD_BYTES = 16 * 1024 * 1024;

/** What the shared connection does for its members. */
export interface SharedOwner {
  readonly transport: Upstream['transport'];
  readonly pid: number | undefined;
  send(member: SharedMember, frame: Frame): void;
  leave(member: SharedMember): void;
}

export class SharedMember implements Upstream {
  /** What the session's client declared in its handshake. */
  capabilities: JsonObject = {};
  /** The least severe log level that the session wants; everything when it never said. */
  logLevel: string | undefined;
  readonly #owner: SharedOwner;
  readonly #events: UpstreamEvents;
  #held: [Frame, string | undefined][] | undefined;
  #heldBytes = 0;
  #closed = false;

  constructor(owner: SharedOwner, events: UpstreamEvents) {
    this.#owner = owner;
    this.#events = events;
  }

  get transport(): Upstream['transport'] {
    return this.#owner.transport;
  }

  get pid(): number | undefined {
    return this.#owner.pid;
  }

  send(frame: Frame): void {
    if (!this.#closed) this.#owner.send(this, frame);
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    for (const [frame, relatedTo] of held) this.deliver(frame, relatedTo);
  }

  close(): Promise<void> {
    this.lose(
      new PortolanError('CONNECTION_LOST', 'The connection to the server was closed.', { data: { sent: true } }),
    );
    return Promise.resolve();
  }

  deliver(frame: Frame, relatedTo?: string): void {
    if (this.#closed) return;
    if (this.#held === undefined) {
      this.#events.onFrame(frame, relatedTo);
      return;
    }
    this.#held.push([frame, relatedTo]);
    this.#heldBytes += frame.bytes.length;
    if (this.#heldBytes > MAX_HELD_BYTES) {
      this.lose(
        new PortolanError('SERVER_BUSY', 'The client does not read what the server sends.', { data: { sent: true } }),
      );
    }
  }

  fail(id: string, error: PortolanError): void {
    if (!this.#closed) this.#events.onRequestFailed(id, error);
  }

  drain(): void {
    if (!this.#closed) this.#events.onDrain?.();
  }

  /** Also after its end: each question is told twice. */
  personAsked(isAsked: boolean): void {
    this.#events.onPersonAsked?.('', isAsked);
  }

  log(source: Parameters<UpstreamEvents['onLog']>[0], text: string): void {
    if (!this.#closed) this.#events.onLog(source, text);
  }

  /** The end of this member: nothing follows. */
  lose(error: PortolanError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owner.leave(this);
    this.#events.onClosed(error);
  }
}
