// Answers questions about the log from the segments and their index. Runs on the reader's thread, so that neither a long
// list nor a verification holds up calls. It never writes a segment.
import { join } from 'node:path';
import { assertNever } from '../../shared/assert-never.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { AuditDetail, AuditVerdict } from '../../shared/model/audit-record.ts';
import { sha256Hex } from './digest.ts';
import type { Head } from './head.ts';
import { IndexCompare, indexFault } from './index-compare.ts';
import type { AuditIndex } from './index-db.ts';
import { IndexFollower } from './index-follower.ts';
import type { IndexRow } from './index-row.ts';
import { type AuditLayout, layoutOf } from './layout.ts';
import { type AuditRecord, flatFields, parseRecord, summaryOf } from './record.ts';
import { readLine } from './segment-line.ts';
import { verifySegments } from './verify.ts';
import type { ReaderAnswer, ReaderRequest } from './worker-messages.ts';

export interface ReaderOptions {
  readonly dir: string;
  readonly cacheDir: string;
}

export class AuditReader {
  readonly #dir: string;
  readonly #layout: AuditLayout;
  readonly #follower: IndexFollower;

  constructor({ dir, cacheDir }: ReaderOptions) {
    this.#dir = dir;
    this.#layout = layoutOf(dir);
    this.#follower = new IndexFollower(join(cacheDir, 'audit-index.db'), this.#layout);
  }

  /** Takes in what was written since the last time. */
  follow(): void {
    this.#withIndex(() => undefined);
  }

  async answer(
    request: ReaderRequest,
    onProgress: (verified: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<ReaderAnswer> {
    switch (request.kind) {
      case 'list':
        return this.#withIndex((index) => index.list(request.query));
      case 'get':
        return this.#withIndex((index) => this.#get(index, request.idOrSeq));
      case 'openIntents':
        return this.#withIndex((index) => index.openIntents(request.session));
      case 'clientUse':
        return this.#withIndex((index) => index.clientUse(request.since));
      case 'verify':
        return await this.#verify(request.keptHead, onProgress, signal);
      default:
        return assertNever(request);
    }
  }

  close(): void {
    this.#follower.index.close();
  }

  /** The index is a cache: whatever is wrong with it, building it anew is the answer, once. */
  #withIndex<T>(use: (index: AuditIndex) => T): T {
    try {
      this.#follower.catchUp();
      return use(this.#follower.index);
    } catch (error) {
      if (error instanceof PortolanError) throw error;
      this.#follower.rebuild();
      this.#follower.catchUp();
      return use(this.#follower.index);
    }
  }

  #get(index: AuditIndex, idOrSeq: string): AuditDetail {
    const row = index.find(idOrSeq);
    if (row === undefined) {
      throw new PortolanError('NOT_FOUND', 'There is no such record in the audit log.', {
        hint: 'List the log to see which records it has.',
      });
    }
    const found = this.#read(row);
    const before = row.seq === 1 ? undefined : index.find(String(row.seq - 1));
    const hashBefore = before === undefined ? undefined : readLine(this.#layout.segments, before)?.hash;
    const related = index.related(row);
    const summary = summaryOf(found.record);
    const other = related[0]?.id;
    return {
      summary: summary.related === undefined && other !== undefined ? { ...summary, related: other } : summary,
      fields: flatFields(found.record),
      canonical: found.canonical,
      hash: found.hash,
      previousHash: found.record.previous_hash ?? '',
      hashOk: sha256Hex(found.canonical) === found.hash,
      chainOk: row.seq === 1 ? found.record.previous_hash === null : found.record.previous_hash === hashBefore,
      related,
    };
  }

  #read(row: IndexRow): { record: AuditRecord; canonical: string; hash: string } {
    const split = readLine(this.#layout.segments, row);
    const record = split === undefined ? undefined : parseRecord(split.preimage);
    if (split !== undefined && record !== undefined)
      return { record, canonical: split.preimage.toString(), hash: split.hash };
    throw new PortolanError('AUDIT_BROKEN', `Record ${row.seq} cannot be read from the audit log any more.`, {
      hint: 'Verify the log to see what happened to it.',
      data: { seq: row.seq },
    });
  }

  async #verify(
    keptHead: Head | undefined,
    onProgress: (verified: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<AuditVerdict> {
    this.follow();
    const compare = new IndexCompare(() => this.#follower.index);
    let verdict = await verifySegments(this.#dir, {
      live: true,
      keptHead,
      onProgress,
      signal,
      onRecord: (record, place) => {
        try {
          return compare.check(record, place);
        } catch {
          return indexFault(summaryOf(record).seq, record.event_id, 'The index cannot be read.');
        }
      },
    });
    const extra = verdict.ok ? compare.end() : undefined;
    if (extra !== undefined) verdict = { ...verdict, ok: false, fault: extra };
    if (verdict.fault?.kind === 'index') this.#follower.rebuild();
    return verdict;
  }
}
