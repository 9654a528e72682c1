// The audit log as the host sees it: append at once, read and prove on other threads, refuse when it cannot write.
// One writer per folder: the host holds the data folder's lock. It never stores what an event does not carry.
import type {
  AuditDetail,
  AuditFilter,
  AuditPage,
  AuditSummary,
  AuditVerdict,
} from '../../shared/model/audit-record.ts';
import type { AuditState } from '../../shared/model/system.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { Appender } from './appender.ts';
import type { AuditEvent, OpenIntent } from './audit-event.ts';
import type { ClientUse } from './client-use.ts';
import { type AuditLogOptions, DEFAULT_LIMITS, type Durability } from './audit-log-options.ts';
import { HeadKeeper, type Rollback } from './kept-head.ts';
import { parseFilter } from './parse-filter.ts';
import { ReaderClient } from './reader-client.ts';

export type { AuditEvent } from './audit-event.ts';
export { digest } from './digest.ts';

export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #clock: Clock;
  readonly #appender: Appender;
  readonly #reader: ReaderClient;
  readonly #keeper: HeadKeeper | undefined;
  readonly #subscribers = new Set<(records: AuditSummary[]) => void>();
  #lastVerdict: AuditVerdict | undefined;

  private constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#reader = new ReaderClient({ dir: options.dir, cacheDir: options.cacheDir });
    this.#appender = new Appender({
      dir: options.dir,
      logger: options.logger,
      durability: options.durability ?? 'default',
      clock: this.#clock,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      wantsRecords: () => this.#subscribers.size > 0 || (options.wantsRecords?.() ?? true),
      onRecords: (records) => this.#announce(records),
      onHead: (head) => this.#keeper?.note(head),
      onChange: () => this.#options.onState?.(this.state()),
    });
    this.#keeper =
      options.headStore &&
      new HeadKeeper({
        store: options.headStore,
        clock: this.#clock,
        logger: options.logger,
        run: this.#appender.run,
        hashOf: (seq) =>
          this.get(String(seq)).then(
            ({ hash }) => hash,
            () => undefined,
          ),
        onRollback: (rollback) => this.#noteRollback(rollback),
      });
  }

  /**
   * Opens the log and recovers what an earlier process left. Trouble with the disk does not make it throw: the log is then
   * not writable, says so in `state()`, refuses to append and keeps trying.
   */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const log = new AuditLog(options);
    await log.#appender.start();
    return log;
  }

  /**
   * Writes one event down; when it returns, the event survives the death of every process.
   * @throws PortolanError AUDIT_NOT_WRITABLE: nothing was recorded, and what was to be done must not be done.
   */
  append(event: AuditEvent): { id: string } {
    return this.#appender.append(event);
  }

  /**
   * Runs `work` and writes the outcomes that it appends by one write, before this returns: their ids are given before that.
   * Every other event takes them along at once, so that nothing is forwarded on a promise. When the write fails, the log says so
   * in `state()` and refuses what comes next.
   */
  together(work: () => void): void {
    this.#appender.together(work);
  }

  /**
   * Resolves when every append so far is chained, in a segment and synced to the disk.
   * @throws PortolanError AUDIT_NOT_WRITABLE when that failed; the events are kept and taken in once the disk works again.
   */
  flushed(): Promise<void> {
    return this.#appender.flushed();
  }

  /** `strict`: the writer starts on every event at once. Callers that must not go on before await `flushed()`. */
  setDurability(durability: Durability): void {
    this.#appender.setDurability(durability);
  }

  state(): AuditState {
    const { problem, records } = this.#appender;
    return {
      records,
      writable: problem === undefined,
      ...(problem === undefined ? {} : { reason: { code: problem.code, message: problem.message } }),
      ...(this.#lastVerdict === undefined ? {} : { lastVerdict: this.#lastVerdict }),
    };
  }

  /** Newest first; everything appended before the call is in it. */
  async list(filter: AuditFilter, page: { beforeSeq?: number; limit: number }): Promise<AuditPage> {
    const parsed = parseFilter(filter, new Date(this.#clock.now()));
    await this.#settled();
    const query = { filter: parsed, beforeSeq: page.beforeSeq, limit: page.limit };
    return (await this.#reader.ask({ kind: 'list', query })) as AuditPage;
  }

  /** One record with its proof, by event id or by number. @throws PortolanError NOT_FOUND, AUDIT_BROKEN. */
  async get(idOrSeq: string): Promise<AuditDetail> {
    await this.#settled();
    return (await this.#reader.ask({ kind: 'get', idOrSeq })) as AuditDetail;
  }

  /** Intents without an outcome, oldest first: of one session, or all. */
  async openIntents(session?: string): Promise<OpenIntent[]> {
    await this.#settled();
    return (await this.#reader.ask({ kind: 'openIntents', session })) as OpenIntent[];
  }

  /** Each client's calls of each server: the latest, and how many since `since` (RFC 3339, UTC). */
  async clientUse(since: string): Promise<ClientUse[]> {
    await this.#settled();
    return (await this.#reader.ask({ kind: 'clientUse', since })) as ClientUse[];
  }

  /** Proves the whole log and its index, and records that it was done. */
  async verify(onProgress?: (verified: number, total: number) => void, signal?: AbortSignal): Promise<AuditVerdict> {
    await this.#settled();
    const keptHead = await this.#keeper?.answer();
    const request = { kind: 'verify', keptHead } as const;
    const proven = (await this.#reader.ask(request, { onProgress, signal })) as AuditVerdict;
    const isUnasked = this.#keeper !== undefined && keptHead === undefined;
    const verdict: AuditVerdict = isUnasked ? { ...proven, keptHead: 'unavailable' } : proven;
    this.#lastVerdict = verdict;
    this.#note(verdict);
    this.#options.onState?.(this.state());
    return verdict;
  }

  /** `fn` is called with every group of new records once they are durable. Returns how to stop that. */
  subscribe(fn: (records: AuditSummary[]) => void): () => void {
    this.#subscribers.add(fn);
    return () => void this.#subscribers.delete(fn);
  }

  /** Takes in and syncs everything, then ends the threads. Idempotent. */
  async close(): Promise<void> {
    await this.#appender.close();
    await this.#keeper?.close();
    await this.#reader.close();
  }

  #announce(records: AuditSummary[]): void {
    this.#reader.follow();
    this.#options.onRecords?.(records);
    if (records.length > 0) for (const fn of this.#subscribers) fn(records);
  }

  #note(verdict: AuditVerdict): void {
    const what = verdict.ok ? 'the log was verified' : (verdict.fault?.message ?? 'the log is damaged');
    const detail = { verified: String(verdict.verified), total: String(verdict.total) };
    try {
      this.append({ kind: 'log.verified', outcome: verdict.ok ? 'allowed' : 'error', what, detail });
    } catch {
      // A log that cannot be written can still be verified; state() says that it cannot be written.
    }
  }

  /** The finding becomes part of the log before the keychain forgets what it was made from. */
  async #noteRollback({ kept, found, fault }: Rollback): Promise<void> {
    const detail = {
      kept_size: String(kept.size),
      kept_hash: kept.hash ?? '',
      found_size: String(found.size),
      found_hash: found.hash ?? '',
    };
    this.append({ kind: 'integrity.rollback', outcome: 'error', what: fault.message, detail });
    await this.flushed();
    this.#lastVerdict = {
      ok: false,
      verified: fault.seq - 1,
      total: found.size,
      at: new Date(this.#clock.now()).toISOString(),
      tookMs: 0,
      headHash: found.hash ?? '',
      keptHead: 'differs',
      fault,
    };
    this.#options.onState?.(this.state());
  }

  /** Reading goes on when writing fails. */
  async #settled(): Promise<void> {
    await this.flushed().catch(() => undefined);
  }
}
