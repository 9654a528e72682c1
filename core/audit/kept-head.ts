// Where the log's head is kept outside its folder, so that a log which was put back to an earlier state, head.json and all,
// is found. It compares before it writes: a head that no longer fits must not be replaced unseen.
//
// A write every 30 seconds at most and one at the end, never on the way of a call. Only records that are synced to the disk
// are named, so that no power failure looks like a rollback. After a failure it asks again only when the keychain has
// answered somebody else, or when a person has the log verified: a locked keychain may ask for its password each time.
import type { AuditVerdict } from '../../shared/model/audit-record.ts';
import { toPortolanError } from '../../shared/errors.ts';
import type { Clock, Timer } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Head } from './head.ts';
import { endsBefore, isAnother } from './rollback-fault.ts';

/** One small text outside of the audit folder; the keychain in practice. */
export interface HeadStore {
  /** True when it has answered lately. */
  isOpen(): boolean;
  /** Undefined when nothing is there, or when a locked keychain does not tell. Rejects when it cannot be used. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

export interface Rollback {
  readonly kept: Head;
  readonly found: Head;
  readonly fault: NonNullable<AuditVerdict['fault']>;
}

export interface HeadKeeperOptions {
  readonly store: HeadStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The run of the host that keeps it. */
  readonly run: string;
  /** Hash of a record; undefined when it cannot be read. */
  hashOf(seq: number): Promise<string | undefined>;
  /** Records the finding durably; rejects when it cannot. Called once. */
  onRollback(rollback: Rollback): Promise<void>;
}

const KEEP_EVERY_MS = 30_000;
/** At the end a keychain that does not answer is not waited for longer. */
const CLOSE_MS = 2_000;

export class HeadKeeper {
  readonly #options: HeadKeeperOptions;
  /** The log's present head. */
  #head: Head | undefined;
  /** What the keychain holds, as far as this run knows. */
  #kept: Head | undefined;
  #rollback: Rollback | undefined;
  /** What was kept before has been compared, and the keychain has proven that it takes a new one. */
  #isCompared = false;
  #hasFailed = false;
  #timer: Timer | undefined;
  #turn: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: HeadKeeperOptions) {
    this.#options = options;
  }

  /** The log is open, or has grown: `head` is on the disk. The first call compares at once. */
  note(head: Head): void {
    const isFirst = this.#head === undefined;
    this.#head = head;
    if (this.#isClosed) return;
    if (isFirst) void this.#attempt();
    else this.#timer ??= this.#options.clock.setTimeout(() => this.#tick(), KEEP_EVERY_MS);
  }

  /**
   * The head that a verification compares with: what was kept before this run when that does not fit, else the last one
   * that was kept. Undefined when the keychain cannot be used; it is asked again when it could not be asked before.
   */
  async answer(): Promise<Head | undefined> {
    if (this.#turn !== undefined) await this.#turn;
    else if (!this.#isCompared) await this.#attempt();
    return this.#rollback?.kept ?? this.#kept;
  }

  /** Keeps the last head; call after the log is closed and before it cannot be read any more. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    if (this.#head === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = this.#options.clock.setTimeout(resolve, CLOSE_MS);
    const last = async () => {
      await this.#turn;
      if (!this.#hasFailed || this.#options.store.isOpen()) await this.#attempt();
    };
    await Promise.race([last(), promise]);
    limit.cancel();
  }

  #tick(): void {
    this.#timer = undefined;
    if (!this.#hasFailed || this.#options.store.isOpen()) void this.#attempt();
  }

  /** One turn at a time. Never rejects. */
  #attempt(): Promise<void> {
    this.#turn ??= this.#keep()
      .then(
        () => {
          this.#hasFailed = false;
        },
        (error: unknown) => {
          if (!this.#hasFailed) {
            const { code, message } = toPortolanError(error);
            this.#options.logger.warn('the head of the audit log could not be kept in the keychain', { code, message });
          }
          this.#hasFailed = true;
        },
      )
      .finally(() => {
        this.#turn = undefined;
      });
    return this.#turn;
  }

  async #keep(): Promise<void> {
    const { store, run } = this.#options;
    const head = this.#head;
    if (head === undefined || (this.#isCompared && sameHead(head, this.#kept))) return;
    if (!this.#isCompared && this.#rollback === undefined) {
      const kept = parseKept(await store.read());
      const rollback = kept === undefined ? undefined : await this.#compare(kept, head);
      if (rollback !== undefined) await this.#options.onRollback(rollback);
      this.#rollback = rollback;
    }
    const now = this.#head ?? head;
    await store.write(formatKept(now, run));
    this.#kept = now;
    this.#isCompared = true;
  }

  async #compare(kept: Head, found: Head): Promise<Rollback | undefined> {
    if (kept.size === 0) return undefined;
    if (kept.size > found.size) return { kept, found, fault: endsBefore(kept.size, found.size) };
    const hash = kept.size === found.size ? found.hash : await this.#options.hashOf(kept.size);
    return hash === kept.hash ? undefined : { kept, found, fault: isAnother(kept.size) };
  }
}

function sameHead(a: Head, b: Head | undefined): boolean {
  return a.size === b?.size && a.hash === b.hash;
}

function formatKept({ size, hash }: Head, run: string): string {
  return `audit-head 1 ${run} ${size} ${hash ?? '-'}`;
}

function parseKept(text: string | undefined): Head | undefined {
  const parts = /^audit-head 1 [0-9a-f]{16} (\d{1,15}) (-|[0-9a-f]{64})$/.exec(text ?? '');
  if (parts === null) return undefined;
  return { size: Number(parts[1]), hash: parts[2] === '-' ? null : (parts[2] ?? null) };
}
