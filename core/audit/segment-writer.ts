// Appends sealed records to the newest segment file and makes them durable in groups. The writer's thread owns it; nothing
// else writes segments. A failed write or fsync makes it unusable: a kernel may mark the lost pages clean, so trying again
// on the same descriptor would report success for data that is gone.
import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAll } from './head.ts';
import { numberedName } from './layout.ts';
import { type SealedRecord, type StampedEvent, sealRecord } from './record.ts';

export interface SegmentLimits {
  readonly bytes: number;
  readonly records: number;
}

/** Where the log ends. */
export interface LogEnd {
  /** Number of the last record; 0 while the log is empty. */
  readonly seq: number;
  readonly hash: string | null;
  /** Number of the segment file that the next record goes to, what is in it already, and how many records. */
  readonly file: number;
  readonly bytes: number;
  readonly records: number;
}

export class SegmentWriter {
  readonly #dir: string;
  readonly #principal: string;
  readonly #limits: SegmentLimits;
  #end: LogEnd;
  #durable: LogEnd;
  #fd: number | undefined;
  #waiting: string[] = [];

  constructor(dir: string, end: LogEnd, principal: string, limits: SegmentLimits) {
    this.#dir = dir;
    this.#end = end;
    this.#durable = end;
    this.#principal = principal;
    this.#limits = limits;
  }

  /** The last record that is on the disk. */
  get durable(): LogEnd {
    return this.#durable;
  }

  /** Chains one event. It is in memory until `commit`. */
  add(stamped: StampedEvent): SealedRecord {
    const { seq, hash } = this.#end;
    const sealed = sealRecord(stamped, { seq: seq + 1, previousHash: hash, principal: this.#principal });
    const bytes = Buffer.byteLength(sealed.line);
    if (
      this.#end.records > 0 &&
      (this.#end.records >= this.#limits.records || this.#end.bytes + bytes > this.#limits.bytes)
    ) {
      this.#roll();
    }
    this.#waiting.push(sealed.line);
    const { file, bytes: before, records } = this.#end;
    this.#end = { seq: seq + 1, hash: sealed.hash, file, bytes: before + bytes, records: records + 1 };
    return sealed;
  }

  /** Writes and syncs everything added so far. Throws the system's error; after that only `abandon` may be called. */
  commit(): void {
    if (this.#waiting.length > 0) {
      const bytes = Buffer.from(this.#waiting.join(''));
      this.#waiting = [];
      this.#fd ??= this.#openFile();
      writeAll(this.#fd, bytes);
      fdatasyncSync(this.#fd);
    }
    this.#durable = this.#end;
  }

  /** After a failure: cuts what was not synced, as well as the disk allows, and gives the file up. */
  abandon(): void {
    if (this.#fd === undefined) return;
    try {
      ftruncateSync(this.#fd, this.#durable.bytes);
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #roll(): void {
    this.commit();
    this.close();
    this.#end = { ...this.#end, file: this.#end.file + 1, bytes: 0, records: 0 };
    this.#durable = this.#end;
  }

  #openFile(): number {
    const path = join(this.#dir, numberedName(this.#end.file));
    const fd = openSync(path, 'a', 0o600);
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } catch (error) {
      closeSync(fd);
      throw error;
    } finally {
      closeSync(folder);
    }
    return fd;
  }
}
