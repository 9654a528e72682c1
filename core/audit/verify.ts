// Proves an audit folder, live or a copy, from its files alone: every line of every segment, the head, and the form of what
// is left in the journal. It opens nothing for writing and imports nothing that could.
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PortolanError } from '../../shared/errors.ts';
import type { AuditVerdict } from '../../shared/model/audit-record.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { ChainCheck, type Fault } from './chain-check.ts';
import { type Head, type HeadFile, readHead } from './head.ts';
import type { LinePlace } from './index-row.ts';
import { decodeJournalLine } from './journal-line.ts';
import { type AuditLayout, layoutOf, listNumbered, numberedName } from './layout.ts';
import { lineChunks, linesOf } from './line-chunks.ts';
import { type AuditRecord, parseRecord, seqOf, splitLine } from './record.ts';
import { endsBefore, isAnother } from './rollback-fault.ts';

export interface VerifyOptions {
  /** A writer is at work: an unfinished last line is its business and no fault. */
  readonly live?: boolean;
  readonly onProgress?: (verified: number, total: number) => void;
  /** Called with each proven record until it gives a fault back, which counts only when the log itself has none. */
  readonly onRecord?: (record: AuditRecord, place: LinePlace) => Fault | undefined;
  /** The head as it is kept outside of the folder: the log must hold that record and may only be longer. */
  readonly keptHead?: Head | undefined;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/**
 * Verifies the audit folder `dir` and names the first bad record. Deterministic: the same files give the same verdict.
 * Implements SEP-3004 section 2.6 and, beyond it, numbers without gaps and the length that head.json claims.
 * @throws PortolanError NOT_FOUND when `dir` is no audit folder; the signal's reason when it is aborted.
 */
export async function verifySegments(dir: string, options: VerifyOptions = {}): Promise<AuditVerdict> {
  const clock = options.clock ?? systemClock;
  const started = clock.monotonic();
  const layout = layoutOf(dir);
  if (!existsSync(layout.segments)) {
    throw new PortolanError('NOT_FOUND', 'There is no audit log in this folder.', {
      hint: 'Give the folder that holds "segments" and "head.json".',
    });
  }
  // Read first: while a writer is at work the log may only be longer than this.
  const head = readHead(layout.head);
  const walk = new Walk(layout, head, options);
  const fault =
    (await walk.segments()) ?? walk.checkHead() ?? walk.checkKept() ?? (await walk.journal()) ?? walk.otherFault;
  return {
    ok: fault === undefined,
    verified: fault === undefined || fault === walk.otherFault ? walk.verified : Math.min(walk.verified, fault.seq - 1),
    total: walk.total,
    at: new Date(clock.now()).toISOString(),
    tookMs: Math.round((clock.monotonic() - started) * 10) / 10,
    headHash: walk.headHash,
    ...keptHeadOf(options.keptHead, fault, walk.otherFault),
    ...(fault === undefined ? {} : { fault }),
  };
}

/** `matches` only when the walk came as far as to tell. */
function keptHeadOf(kept: Head | undefined, fault: Fault | undefined, later: Fault | undefined) {
  if (kept === undefined) return {};
  if (fault?.kind === 'rolled-back') return { keptHead: 'differs' } as const;
  return fault === undefined || fault === later ? ({ keptHead: 'matches' } as const) : {};
}

class Walk {
  readonly #layout: AuditLayout;
  readonly #head: HeadFile;
  readonly #options: VerifyOptions;
  readonly #chain = new ChainCheck();
  readonly #bytesInAll: number;
  #bytesDone = 0;
  #total = 0;
  #fault: Fault | undefined;
  #lastFile = 1;
  #headFault: Fault | undefined;
  #otherFault: Fault | undefined;
  #keptFault: Fault | undefined;

  constructor(layout: AuditLayout, head: HeadFile, options: VerifyOptions) {
    this.#layout = layout;
    this.#head = head;
    this.#options = options;
    this.#bytesInAll = listNumbered(layout.segments)
      .map((file) => statSync(join(layout.segments, numberedName(file))).size)
      .reduce((sum, size) => sum + size, 0);
  }

  get verified(): number {
    return this.#chain.verified;
  }

  get total(): number {
    return this.#total;
  }

  /** What `onRecord` found. */
  get otherFault(): Fault | undefined {
    return this.#otherFault;
  }

  get headHash(): string {
    return this.#chain.hash ?? '';
  }

  /** Every line of every segment. After the first fault it goes on only to count and to tell a move from a deletion. */
  async segments(): Promise<Fault | undefined> {
    const files = listNumbered(this.#layout.segments);
    for (const file of files) {
      this.#lastFile = file;
      const torn = await this.#segment(file);
      const open = this.#options.live === true && file === files.at(-1);
      if (torn > 0 && !open) {
        const seq = this.#chain.verified + 1;
        const message = `The file ends in the middle of record ${seq}.`;
        this.#fault ??= { seq, file: segmentName(file), kind: 'truncated', message };
      }
    }
    return this.#fault ?? this.#headFault;
  }

  /** The newest records must still be there. */
  checkHead(): Fault | undefined {
    const seq = this.#chain.verified + 1;
    if (this.#head.state !== 'ok') {
      const message = `head.json is ${this.#head.state}: whether the newest records are all there cannot be told.`;
      return { seq, file: 'head.json', kind: 'unreadable', message };
    }
    const { size } = this.#head.head;
    if (size < seq) return undefined;
    const message = `Records ${seq} to ${size} are missing from the end.`;
    return { seq, file: segmentName(this.#lastFile), kind: 'truncated', message };
  }

  /** What the head outside remembers must be there, as it was. */
  checkKept(): Fault | undefined {
    const { keptHead } = this.#options;
    if (keptHead === undefined || keptHead.size <= this.#chain.verified) return this.#keptFault;
    return endsBefore(keptHead.size, this.#chain.verified);
  }

  /** Journal files hold what was not yet chained; only their form can be checked. */
  async journal(): Promise<Fault | undefined> {
    for (const number of listNumbered(this.#layout.journal)) {
      const path = join(this.#layout.journal, numberedName(number));
      if (!existsSync(path)) continue;
      for (const { bytes } of lineChunks(path)) {
        await this.#breathe();
        for (const { line } of linesOf(bytes)) {
          if (decodeJournalLine(line) !== undefined) continue;
          const message = 'A line of the journal is damaged: an event that was not yet chained is lost.';
          return { seq: this.#chain.verified + 1, file: `journal/${basename(path)}`, kind: 'unreadable', message };
        }
      }
    }
    return undefined;
  }

  async #segment(file: number): Promise<number> {
    const chunks = lineChunks(join(this.#layout.segments, numberedName(file)));
    for (let next = chunks.next(); ; next = chunks.next()) {
      if (next.done === true) return next.value.tornBytes;
      await this.#breathe();
      const { bytes, offset } = next.value;
      for (const { line, at } of linesOf(bytes)) {
        this.#total++;
        if (this.#fault === undefined) this.#check(line, { file, offset: offset + at, length: line.length });
        else if (this.#fault.kind === 'deleted') this.#lookForMoved(line, this.#fault);
      }
      this.#bytesDone += bytes.length + 1;
    }
  }

  #check(line: Buffer, place: LinePlace): void {
    const result = this.#chain.next(line);
    if (result.state === 'bad') {
      const { seq, id, kind, message } = result;
      this.#fault = { seq, ...(id === undefined ? {} : { id }), file: segmentName(place.file), kind, message };
      return;
    }
    this.#otherFault ??= this.#options.onRecord?.(result.record, place);
    const { keptHead } = this.#options;
    if (keptHead?.size === this.#chain.verified && keptHead.hash !== this.#chain.hash) {
      this.#keptFault = { ...isAnother(this.#chain.verified, segmentName(place.file)), id: result.record.event_id };
    }
    if (this.#head.state !== 'ok' || this.#head.head.size !== this.#chain.verified) return;
    if (this.#head.head.hash === this.#chain.hash) return;
    this.#headFault = {
      seq: this.#chain.verified,
      id: result.record.event_id,
      file: segmentName(place.file),
      kind: 'edited',
      message: `Record ${this.#chain.verified} is not the one that head.json names: the log was written anew.`,
    };
  }

  /** A record that is missing at its place but turns up later was moved, not deleted. */
  #lookForMoved(line: Buffer, fault: Fault): void {
    const split = splitLine(line);
    const record = split === undefined ? undefined : parseRecord(split.preimage);
    if (record === undefined || seqOf(record) !== fault.seq || record.previous_hash !== this.#chain.hash) return;
    const message = `Record ${fault.seq} stands after a later one: the order was changed.`;
    this.#fault = { ...fault, kind: 'reordered', message };
  }

  /** Lets other work of this thread run, tells how far it is, and notices an abort. */
  async #breathe(): Promise<void> {
    await setImmediate();
    this.#options.signal?.throwIfAborted();
    const { verified } = this.#chain;
    const guess = this.#bytesDone === 0 ? 0 : Math.round((this.#total * this.#bytesInAll) / this.#bytesDone);
    const total =
      this.#head.state === 'ok' ? Math.max(this.#head.head.size, this.#total) : Math.max(guess, this.#total);
    this.#options.onProgress?.(verified, total);
  }
}

function segmentName(file: number): string {
  return `segments/${numberedName(file)}`;
}
