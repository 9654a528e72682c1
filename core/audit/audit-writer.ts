// Turns the journal into the log: recovery at the start, then journal lines in order into chained, synced records. Runs on
// the writer's thread (audit-worker.ts); it answers no reader and knows no index.
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditSummary } from '../../shared/model/audit-record.ts';
import { type Head, writeHead } from './head.ts';
import { splitEventId } from './journal-line.ts';
import { readJournal } from './journal-reader.ts';
import { type AuditLayout, layoutOf, listNumbered, numberedName } from './layout.ts';
import { lastIngested } from './last-ingested.ts';
import { type Damage, findLogEnd, keepDamaged } from './log-end.ts';
import { type StampedEvent, summaryOf } from './record.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { JournalPlace, WriterOptions } from './worker-messages.ts';

/** Reports one synced group: the last number of this run in it, where the log ends now, and the new records if they are wanted. */
export type OnDurable = (number: number, head: Head, summaries: AuditSummary[]) => void;

export class AuditWriter {
  /** Wall-clock time of the newest record found at the start, RFC 3339. */
  readonly lastAt: string | undefined;
  readonly #options: WriterOptions;
  readonly #layout: AuditLayout;
  readonly #onDurable: OnDurable;
  readonly #ingested = new Map<string, number>();
  readonly #segments: SegmentWriter;
  readonly #damage: Damage[];
  #position: { file: number; offset: number };
  #headSize = -1;
  #wantsSummaries = true;

  /** Finds the end of the log and cuts a torn line off it. Throws the system's error when the folder cannot be used. */
  constructor(options: WriterOptions, onDurable: OnDurable) {
    this.#options = options;
    this.#onDurable = onDurable;
    this.#layout = layoutOf(options.dir);
    for (const dir of [this.#layout.segments, this.#layout.journal, this.#layout.damaged]) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
    }
    const { end, lastAt, damage } = findLogEnd(this.#layout);
    this.lastAt = lastAt;
    this.#damage = damage;
    this.#segments = new SegmentWriter(this.#layout.segments, end, options.principal, options.limits);
    this.#position = { file: options.journal, offset: 0 };
  }

  /** Ingests what earlier writers left, notes damage, and makes all of it durable before the leftovers are deleted. */
  recover(): void {
    const leftovers = listNumbered(this.#layout.journal).filter((number) => number < this.#options.journal);
    const bytes = leftovers.reduce((sum, number) => sum + statSync(this.#journalPath(number)).size, 0);
    const damaged = leftovers.filter((number) => {
      const before = this.#damage.length;
      this.#recoverFile(number, bytes);
      if (this.#damage.length > before) return true;
      // At once, so that a disk that is nearly full has room for the records of the next file.
      unlinkSync(this.#journalPath(number));
      return false;
    });
    const notes = this.#damage.map((damage) => this.#segments.add(this.#note(damage)));
    this.#commit(notes.map((note) => summaryOf(note.record)));
    this.saveHead();
    for (const number of damaged) unlinkSync(this.#journalPath(number));
  }

  /** Ingests everything up to `to`, group by group, and deletes journal files that are finished and durable. */
  ingest(to: JournalPlace, wantsSummaries: boolean): void {
    this.#wantsSummaries = wantsSummaries;
    for (const number of listNumbered(this.#layout.journal)) {
      if (number < this.#position.file || number > to.file) continue;
      if (number > this.#position.file) this.#position = { file: number, offset: 0 };
      this.#readFile(number, this.#position.offset, number === to.file ? to.size : undefined);
      if (number < to.file) unlinkSync(this.#journalPath(number));
    }
    if (this.#position.file !== to.file || this.#position.offset !== to.size) {
      throw new Error('a journal file was changed or removed while it was in use');
    }
  }

  /** Writes head.json when the log has grown since the last time. */
  saveHead(): void {
    const { head } = this;
    if (head.size === this.#headSize) return;
    writeHead(this.#layout.head, head);
    this.#headSize = head.size;
  }

  /** Where the log ends on the disk. */
  get head(): Head {
    const { seq, hash } = this.#segments.durable;
    return { size: seq, hash };
  }

  get headIsBehind(): boolean {
    return this.#segments.durable.seq !== this.#headSize;
  }

  /** After `ingest` of everything: the journal is empty and goes. */
  close(): void {
    this.saveHead();
    this.#segments.close();
    for (const number of listNumbered(this.#layout.journal)) unlinkSync(this.#journalPath(number));
  }

  /** After any error: nothing more is written; what was not synced is cut off so that nobody takes it for durable. */
  abandon(): void {
    this.#segments.abandon();
  }

  #readFile(number: number, from: number, to: number | undefined): void {
    const batches = readJournal(this.#layout.journal, number, from, to);
    for (let next = batches.next(); ; next = batches.next()) {
      if (next.done === true) {
        this.#position = { file: number, offset: next.value.position };
        return;
      }
      if (next.value.damagedLines > 0) this.#noteDamagedLines(number, next.value.damagedLines);
      this.#addAll(next.value.events);
    }
  }

  #recoverFile(number: number, leftoverBytes: number): void {
    const batches = readJournal(this.#layout.journal, number, 0);
    for (let next = batches.next(); ; next = batches.next()) {
      if (next.done === true) {
        if (next.value.tornBytes > 0) {
          this.#damage.push({
            what: 'an unfinished journal line was dropped',
            detail: { file: numberedName(number), bytes: String(next.value.tornBytes) },
          });
        }
        return;
      }
      if (next.value.damagedLines > 0) {
        const copy = keepDamaged(this.#journalPath(number), this.#layout.damaged);
        this.#damage.push({
          what: 'damaged journal lines were left out',
          detail: { file: numberedName(number), lines: String(next.value.damagedLines), copy },
        });
      }
      this.#addAll(next.value.events.filter((stamped) => this.#isNew(stamped, leftoverBytes)));
    }
  }

  #isNew(stamped: StampedEvent, leftoverBytes: number): boolean {
    const { run, number } = splitEventId(stamped.id);
    const before = this.#ingested.get(run) ?? lastIngested(this.#layout.segments, run, leftoverBytes);
    this.#ingested.set(run, Math.max(before, number));
    if (number > before + 1) {
      this.#damage.push({
        what: 'events of the journal are missing',
        detail: { run, first: String(before + 1), last: String(number - 1) },
      });
    }
    return number > before;
  }

  #addAll(events: readonly StampedEvent[]): void {
    const sealed = events.map((stamped) => this.#segments.add(stamped));
    for (const { id } of events) {
      const { run, number } = splitEventId(id);
      this.#ingested.set(run, number);
    }
    this.#commit(this.#wantsSummaries ? sealed.map(({ record }) => summaryOf(record)) : []);
  }

  #commit(summaries: AuditSummary[]): void {
    this.#segments.commit();
    this.#onDurable(this.#ingested.get(this.#options.run) ?? 0, this.head, summaries);
  }

  #noteDamagedLines(number: number, lines: number): void {
    const copy = keepDamaged(this.#journalPath(number), this.#layout.damaged);
    const note = this.#note({
      what: 'damaged journal lines were left out',
      detail: { file: numberedName(number), lines: String(lines), copy },
    });
    this.#commit([summaryOf(this.#segments.add(note).record)]);
  }

  #note({ what, detail }: Damage): StampedEvent {
    const { run, now, mono } = this.#options;
    // Not a number after the dash: these ids take no part in the run's count.
    const id = `${run}-n${randomBytes(6).toString('hex')}`;
    return { id, at: now, mono, event: { kind: 'log.damaged', outcome: 'error', what, detail } };
  }

  #journalPath(number: number): string {
    return join(this.#layout.journal, numberedName(number));
  }
}
