// What a connection reports while it is being probed, kept for the one who takes the connection over.
import type { PortolanError } from '../../shared/errors.ts';
import type { Frame } from '../connections/frame.ts';
import type { UpstreamEvents } from '../connections/upstream.ts';

/** More than a server says before anybody has asked it something; what comes beyond is dropped. */
const MAX_KEPT = 256;

/** What the probe listens to. A function that gives true has used the report up. */
export interface ProbeListener {
  onAnswer(frame: Frame): boolean;
  onFailed(id: string, error: PortolanError): boolean;
  onClosed(error: PortolanError): void;
}

/** The events of a connection whose reader is not known yet. */
export class ProbeFeed implements UpstreamEvents {
  #kept: ((events: UpstreamEvents) => void)[] = [];
  #events: UpstreamEvents | undefined;
  #listener: ProbeListener | undefined;
  #closed: PortolanError | undefined;

  /** For one question at a time; repeated answers to it go nowhere else. A connection that is over already is told at once. */
  listen(listener: ProbeListener): void {
    this.#listener = listener;
    if (this.#closed !== undefined) listener.onClosed(this.#closed);
  }

  /** From now on everything goes there, and first what was kept. */
  redirect(events: UpstreamEvents): void {
    const kept = this.#kept;
    this.#kept = [];
    this.#events = events;
    for (const report of kept) report(events);
  }

  onFrame(frame: Frame, relatedTo?: string): void {
    if (frame.kind === 'response' && this.#listener?.onAnswer(frame) === true) return;
    this.#report((events) => events.onFrame(frame, relatedTo));
  }

  onRequestFailed(id: string, error: PortolanError): void {
    if (this.#listener?.onFailed(id, error) === true) return;
    this.#report((events) => events.onRequestFailed(id, error));
  }

  onClosed(error: PortolanError): void {
    this.#closed = error;
    this.#listener?.onClosed(error);
    this.#report((events) => events.onClosed(error), true);
  }

  /** Nobody was refused before he took the connection over. */
  onDrain(): void {
    this.#events?.onDrain?.();
  }

  onPersonAsked(id: string, isAsked: boolean): void {
    this.#report((events) => events.onPersonAsked?.(id, isAsked));
  }

  onLog(source: 'stderr' | 'stdout-noise' | 'portolan', text: string): void {
    this.#report((events) => events.onLog(source, text));
  }

  #report(report: (events: UpstreamEvents) => void, always = false): void {
    if (this.#events !== undefined) report(this.#events);
    else if (always || this.#kept.length < MAX_KEPT) this.#kept.push(report);
  }
}
