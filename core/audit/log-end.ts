// Finds where the log ends when a writer starts, and what a crash or a hand has done to that end. It cuts one thing only:
// a last line without line feed, after copying it to `damaged/`; nobody was ever told that such a line was written.
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { sha256Hex } from './digest.ts';
import { readHead } from './head.ts';
import { type AuditLayout, listNumbered, numberedName } from './layout.ts';
import { parseRecord, seqOf, splitLine } from './record.ts';
import type { LogEnd } from './segment-writer.ts';

/** Something to be written down as a `log.damaged` record. */
export interface Damage {
  readonly what: string;
  readonly detail: Readonly<Record<string, string>>;
}

interface LastRecord {
  readonly seq: number;
  readonly hash: string;
  /** Its wall-clock time, RFC 3339. */
  readonly at: string;
}

interface Tail {
  readonly last: LastRecord | undefined;
  /** Complete lines after the last good one. */
  readonly badLines: number;
  /** Bytes after the last line feed. */
  readonly torn: number;
  readonly size: number;
}

/**
 * The end of the log, ready for appending. Records that are known to be missing (the head names more than there are) keep
 * their numbers: the next record leaves a hole, so that verification goes on naming the loss.
 */
export function findLogEnd(layout: AuditLayout): { end: LogEnd; lastAt: string | undefined; damage: Damage[] } {
  const damage: Damage[] = [];
  const files = listNumbered(layout.segments);
  let last: Tail['last'];
  let badLines = 0;
  let current: { file: number; bytes: number } | undefined;
  for (const file of files.toReversed()) {
    const path = join(layout.segments, numberedName(file));
    const tail = readTail(path);
    if (tail.torn > 0) damage.push(cutTornTail(path, tail, layout.damaged));
    const bytes = tail.size - tail.torn;
    badLines += tail.badLines;
    if (current === undefined) {
      current = tail.badLines === 0 ? { file, bytes } : { file: file + 1, bytes: 0 };
    }
    last = tail.last;
    if (last !== undefined) break;
  }
  if (badLines > 0) {
    damage.push({ what: 'the newest records cannot be read', detail: { lines: String(badLines) } });
  }
  let seq = (last?.seq ?? 0) + badLines;
  let hash = last?.hash ?? null;
  current ??= { file: 1, bytes: 0 };
  const head = readHead(layout.head);
  if (head.state === 'ok' && head.head.size > seq && head.head.hash !== hash) {
    damage.push({
      what: 'the newest records are missing',
      detail: { first: String(seq + 1), last: String(head.head.size) },
    });
    ({ size: seq, hash } = head.head);
    if (current.bytes > 0) current = { file: current.file + 1, bytes: 0 };
  } else if (head.state === 'damaged' || (head.state === 'missing' && seq > 0)) {
    damage.push({ what: `head.json is ${head.state}`, detail: { records: String(seq) } });
  } else if (head.state === 'ok' && head.head.size >= seq && (head.head.size !== seq || head.head.hash !== hash)) {
    damage.push({
      what: 'head.json does not fit the log',
      detail: { records: String(seq), head: String(head.head.size) },
    });
  }
  const first = current.bytes === 0 ? undefined : firstSeq(join(layout.segments, numberedName(current.file)));
  const records = first === undefined ? 0 : Math.max(seq - first + 1, 1);
  return { end: { seq, hash, file: current.file, bytes: current.bytes, records }, lastAt: last?.at, damage };
}

/** Reads backwards until a good line is found; the whole file when there is none. */
function readTail(path: string): Tail {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    for (let want = 65_536; ; want *= 4) {
      const from = Math.max(0, size - want);
      const tail = tailOf(readRange(fd, from, size - from), from === 0);
      if (tail.last !== undefined || from === 0) return { ...tail, size };
    }
  } finally {
    closeSync(fd);
  }
}

function tailOf(bytes: Buffer, whole: boolean): Omit<Tail, 'size'> {
  let end = bytes.lastIndexOf(0x0a);
  const torn = bytes.length - end - 1;
  let badLines = 0;
  while (end >= 0) {
    const before = end === 0 ? -1 : bytes.lastIndexOf(0x0a, end - 1);
    if (before < 0 && !whole) break;
    const last = goodLine(bytes.subarray(before + 1, end));
    if (last !== undefined) return { last, badLines, torn };
    badLines++;
    end = before;
  }
  return { last: undefined, badLines, torn };
}

function goodLine(line: Buffer): LastRecord | undefined {
  const split = splitLine(line);
  if (split === undefined || sha256Hex(split.preimage) !== split.hash) return undefined;
  const record = parseRecord(split.preimage);
  return record === undefined ? undefined : { seq: seqOf(record), hash: split.hash, at: record.occurred_at };
}

function firstSeq(path: string): number | undefined {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    for (let want = 65_536; ; want *= 4) {
      const bytes = readRange(fd, 0, Math.min(want, size));
      const end = bytes.indexOf(0x0a);
      if (end >= 0) return goodLine(bytes.subarray(0, end))?.seq;
      if (want >= size) return undefined;
    }
  } finally {
    closeSync(fd);
  }
}

function cutTornTail(path: string, tail: Tail, damagedDir: string): Damage {
  const from = tail.size - tail.torn;
  const fd = openSync(path, 'r+');
  try {
    const copy = join(damagedDir, `segment-${basename(path, '.jsonl')}-at-${from}.part`);
    writeFileSync(copy, readRange(fd, from, tail.torn), { mode: 0o600, flush: true });
    ftruncateSync(fd, from);
    fsyncSync(fd);
    return {
      what: 'an unfinished last line was cut off',
      detail: { file: basename(path), at: String(from), bytes: String(tail.torn), copy: basename(copy) },
    };
  } finally {
    closeSync(fd);
  }
}

/** Keeps a damaged journal file for a person to look at; gives the name of the copy. */
export function keepDamaged(path: string, damagedDir: string): string {
  const copy = join(damagedDir, `journal-${basename(path, '.jsonl')}-${Math.trunc(statSync(path).mtimeMs)}.jsonl`);
  copyFileSync(path, copy);
  return basename(copy);
}

function readRange(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const count = readSync(fd, bytes, read, length - read, from + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}
