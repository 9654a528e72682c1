// The writing side of the log on the main thread: journal, writer thread, and what happens when one of them fails. It
// refuses to append rather than lose, and tries again by itself. It reads nothing.
import { PortolanError } from '../../shared/errors.ts';
import type { AuditSummary } from '../../shared/model/audit-record.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { AuditEvent } from './audit-event.ts';
import type { AuditLogLimits, Durability } from './audit-log-options.ts';
import type { Head } from './head.ts';
import { journalLine } from './journal-line.ts';
import { Journal } from './journal.ts';
import { localPrincipal } from './principal.ts';
import { MAX_PAYLOAD_UNITS } from './record-fields.ts';
import { Stamper } from './stamper.ts';
import { WriterClient } from './writer-client.ts';

export interface AppenderOptions {
  readonly dir: string;
  readonly logger: Logger;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly limits: AuditLogLimits;
  /** False while nobody looks at the records that `onRecords` gets. */
  wantsRecords(): boolean;
  /** New records are durable; these of them were summed up. */
  onRecords(records: AuditSummary[]): void;
  /** Where the log ends on the disk; told at the start and whenever it has grown. */
  onHead(head: Head): void;
  /** Writable or not has changed. */
  onChange(): void;
}

interface Waiter {
  readonly number: number;
  resolve(): void;
  reject(error: PortolanError): void;
}

/** One write holds no more outcomes than this. */
const MAX_HELD = 256;

const DETAIL_KEY = /^[A-Za-z0-9_.-]{1,64}$/;

export class Appender {
  readonly #options: AppenderOptions;
  readonly #clock: Clock;
  readonly #limits: AuditLogLimits;
  readonly #stamper: Stamper;
  readonly #waiters: Waiter[] = [];
  #durability: Durability;
  #journal: Journal | undefined;
  #writer: WriterClient | undefined;
  /** The last writer, until it is certain that it writes no more. */
  #stopping: Promise<void> = Promise.resolve();
  #problem: PortolanError | undefined;
  #refused = 0;
  /** Outcomes that the next write takes along; undefined when every event is written at once. */
  #held: string[] | undefined;
  #durable = 0;
  #head: Head | undefined;
  #groupTimer: { cancel(): void } | undefined;
  #retryTimer: { cancel(): void } | undefined;
  #closed = false;

  constructor(options: AppenderOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#durability = options.durability;
    this.#stamper = new Stamper(options.clock);
  }

  /** Records in the log that are durable. */
  get records(): number {
    return this.#head?.size ?? 0;
  }

  /** Names this run of the host in event ids. */
  get run(): string {
    return this.#stamper.run;
  }

  /** Why nothing can be written at the moment. */
  get problem(): PortolanError | undefined {
    return this.#problem;
  }

  /** Recovers what an earlier process left and gets ready; never rejects: see `problem`. */
  async start(): Promise<void> {
    try {
      await this.#stopping;
      if (this.#closed) return;
      this.#journal = new Journal(this.#options.dir);
      this.#writer = new WriterClient({
        onDurable: (number, records, summaries) => this.#onDurable(number, records, summaries),
        onIdle: () => this.#onIdle(),
        onFailed: (error) => this.#fail(error),
      });
      const { head, lastAt } = await this.#writer.start({
        dir: this.#options.dir,
        run: this.#stamper.run,
        journal: this.#journal.place.file,
        principal: localPrincipal(),
        now: this.#clock.now(),
        mono: this.#clock.monotonic(),
        limits: this.#limits.segment,
      });
      this.#noteHead(head);
      if (lastAt !== undefined) this.#stamper.notBefore(lastAt);
      if (this.#closed) return;
      this.#problem = undefined;
      if (this.#refused > 0) this.#noteRefused();
      this.#options.onChange();
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Writes one event down; when it returns, the event survives the death of every process.
   * @throws PortolanError AUDIT_NOT_WRITABLE: nothing was recorded, and what was to be done must not be done.
   */
  append(event: AuditEvent): { id: string } {
    for (const key of Object.keys(event.detail ?? {})) {
      if (!DETAIL_KEY.test(key))
        throw new PortolanError('INPUT_INVALID', 'A detail of an audit event has an unfit name.');
    }
    try {
      if (this.#problem !== undefined) throw this.#problem;
      return { id: this.#write(event) };
    } catch (error) {
      this.#refused++;
      throw error;
    }
  }

  /** See AuditLog. */
  together(work: () => void): void {
    if (this.#held !== undefined) {
      work();
      return;
    }
    this.#held = [];
    try {
      work();
    } finally {
      this.#writeHeld();
    }
  }

  /**
   * Resolves when every append so far is chained, in a segment and synced to the disk.
   * @throws PortolanError AUDIT_NOT_WRITABLE when that failed; the events are kept and taken in once the disk works again.
   */
  async flushed(): Promise<void> {
    if (this.#problem !== undefined) throw this.#problem;
    const { number } = this.#stamper;
    if (this.#durable >= number) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiters.push({ number, resolve, reject });
    this.#ingest();
    await promise;
  }

  setDurability(durability: Durability): void {
    this.#durability = durability;
  }

  /** Takes in and syncs everything, then ends the threads. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimers();
    if (this.#journal !== undefined) await this.#writer?.close(this.#journal.place);
    this.#stop(new PortolanError('AUDIT_NOT_WRITABLE', 'The audit log is closed.'));
    await this.#stopping;
  }

  /** The end of `together`. */
  #writeHeld(): void {
    const lines = this.#held ?? [];
    this.#held = undefined;
    if (lines.length === 0) return;
    try {
      if (this.#problem !== undefined) throw this.#problem;
      this.#writeLines(lines);
    } catch {
      // Their answers cannot be taken back: the open intents tell that the ends are not recorded, and the next call is refused.
      // Their numbers are not given again: some of the lines may be in the file.
      this.#refused += lines.length;
    }
  }

  /** Stamps an event and writes it, with what is held before it; an outcome may be held itself. */
  #write(event: AuditEvent): string {
    const { payload } = event;
    const fitted = payload === undefined ? event : { ...event, payload: payload.slice(0, MAX_PAYLOAD_UNITS + 1) };
    const stamped = this.#stamper.stamp(fitted);
    const line = journalLine(stamped);
    const held = this.#held ?? [];
    if (this.#held !== undefined && event.kind === 'call.outcome' && held.length < MAX_HELD) held.push(line);
    else {
      this.#writeLines([...held, line]);
      held.length = 0;
    }
    this.#stamper.taken(stamped);
    return stamped.id;
  }

  /** The journal write itself; makes the log unwritable when it fails. */
  #writeLines(lines: readonly string[]): void {
    const journal = this.#journal;
    if (journal === undefined) throw this.#fail(new Error('there is no journal'));
    try {
      journal.write(Buffer.from(lines.join('')));
    } catch (error) {
      throw this.#fail(error);
    }
    try {
      if (journal.place.size >= this.#limits.journalBytes) journal.rotate();
      this.#ingestSoon();
    } catch (error) {
      // The events themselves are written; only the ones after them will be refused.
      this.#fail(error);
    }
  }

  #ingestSoon(): void {
    if (this.#waiters.length > 0 || this.#durability === 'strict') this.#ingest();
    else this.#groupTimer ??= this.#clock.setTimeout(() => this.#ingest(), this.#limits.groupMs);
  }

  #ingest(): void {
    this.#groupTimer?.cancel();
    this.#groupTimer = undefined;
    if (this.#journal !== undefined) this.#writer?.ingest(this.#journal.place, this.#options.wantsRecords());
  }

  #onIdle(): void {
    if (this.#durable < this.#stamper.number) this.#ingestSoon();
  }

  #onDurable(number: number, head: Head, summaries: AuditSummary[]): void {
    this.#durable = Math.max(this.#durable, number);
    this.#noteHead(head);
    while (this.#waiters[0] !== undefined && this.#waiters[0].number <= this.#durable) this.#waiters.shift()?.resolve();
    this.#options.onRecords(summaries);
  }

  #noteHead(head: Head): void {
    this.#head = head;
    this.#options.onHead(head);
  }

  /** Refuses everything from now on and tries again later with a new journal file and a new writer. */
  #fail(cause: unknown): PortolanError {
    const why = cause instanceof Error ? cause.message : String(cause);
    const error = new PortolanError('AUDIT_NOT_WRITABLE', `The audit log cannot be written: ${why}.`, {
      hint: 'Free space on the disk or repair the audit folder; calls go on by themselves after that.',
      cause,
    });
    if (this.#closed) return error;
    if (this.#problem === undefined) this.#options.logger.error('audit log not writable', { cause: why });
    this.#stop(error);
    this.#options.onChange();
    this.#retryTimer ??= this.#clock.setTimeout(() => {
      this.#retryTimer = undefined;
      void this.start();
    }, this.#limits.retryMs);
    return error;
  }

  #stop(problem: PortolanError): void {
    this.#problem = problem;
    this.#cancelTimers();
    this.#journal?.close();
    this.#journal = undefined;
    const writer = this.#writer;
    this.#writer = undefined;
    if (writer !== undefined) this.#stopping = Promise.all([this.#stopping, writer.stop()]).then(() => undefined);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(problem);
  }

  #cancelTimers(): void {
    this.#groupTimer?.cancel();
    this.#retryTimer?.cancel();
    this.#groupTimer = undefined;
    this.#retryTimer = undefined;
  }

  #noteRefused(): void {
    const what = 'events were refused while the log could not be written';
    try {
      this.#write({ kind: 'log.damaged', outcome: 'error', what, detail: { refused: String(this.#refused) } });
      this.#refused = 0;
    } catch {
      // Still not writable; the count is kept and the next attempt is under way.
    }
  }
}
