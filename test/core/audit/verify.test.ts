// Verification finds every change and names the first bad record.
import { appendFileSync, readFileSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AuditVerdict } from '../../../shared/model/audit-record.ts';
import { ChainCheck } from '../../../core/audit/chain-check.ts';
import { sealRecord } from '../../../core/audit/record.ts';
import { verifySegments } from '../../../core/audit/verify.ts';
import { copyOf, type Home, intent, recordsOf, segmentLines, writtenLog } from './support.ts';

const FIRST = 'segments/00000001.jsonl';

describe('verifySegments', () => {
  test('a sound log is proven to the last record, with progress', async () => {
    const home = await writtenLog(30, { segment: { bytes: 1e6, records: 7 } });
    const seen: number[] = [];
    const verdict = await verifySegments(home.dir, { onProgress: (verified) => seen.push(verified) });
    expect(verdict).toMatchObject({
      ok: true,
      verified: 30,
      total: 30,
      headHash: hashOf(segmentLines(home.dir).at(-1)),
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(await verifySegments(home.dir)).toEqual({ ...verdict, at: expect.any(String), tookMs: expect.any(Number) });
  });

  test('AUD-05 every flipped bit of a log is found and the record it is in is named', async () => {
    const home = await writtenLog(30);
    const lines = segmentLines(home.dir).map((line) => Buffer.from(`${line}\n`));
    const chain = new ChainCheck();
    const missed: object[] = [];
    for (const [i, line] of lines.entries()) {
      // A flipped line feed joins the line with the next one; a flip into a line feed cuts it in two.
      const text = Buffer.concat([line, lines[i + 1] ?? Buffer.alloc(0)]);
      for (let at = 0; at < line.length; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const damaged = flipped(text, at, bit);
          const end = damaged.indexOf(0x0a);
          // Without a line feed the last line is unfinished, which verifySegments names by itself.
          if (end < 0) continue;
          const check = chain.next(damaged.subarray(0, end));
          if (check.state !== 'bad' || check.seq !== i + 1) missed.push({ record: i + 1, at, bit, check });
        }
      }
      expect(chain.next(line.subarray(0, -1)).state).toBe('good');
    }
    expect(missed).toEqual([]);
  });

  test('AUD-05 a flipped bit is found by the whole procedure, in the segments and in head.json', async () => {
    const home = await writtenLog(30);
    for (const file of [FIRST, 'head.json']) {
      const path = join(home.dir, file);
      const bytes = readFileSync(path);
      for (let at = 0; at < bytes.length; at += file === FIRST ? 211 : 1) {
        writeFileSync(path, flipped(bytes, at, at % 8));
        const { ok, fault } = await verifySegments(home.dir);
        expect({ ok, at, fault: fault !== undefined }).toEqual({ ok: false, at, fault: true });
      }
      writeFileSync(path, bytes);
    }
    expect((await verifySegments(home.dir)).ok).toBe(true);
  });

  test.each<[string, (lines: string[]) => string[], Partial<NonNullable<AuditVerdict['fault']>>]>([
    ['deleting a record', (l) => l.toSpliced(4, 1), { seq: 5, kind: 'deleted' }],
    ['deleting the first record', (l) => l.slice(1), { seq: 1, kind: 'deleted' }],
    [
      'swapping two records',
      (l) => [...l.slice(0, 4), ...l.slice(4, 6).toReversed(), ...l.slice(6)],
      { seq: 5, kind: 'reordered' },
    ],
    ['moving a record to the end', (l) => [...l.toSpliced(4, 1), ...l.slice(4, 5)], { seq: 5, kind: 'reordered' }],
    ['repeating a record', (l) => l.toSpliced(5, 0, l[4] ?? ''), { seq: 6, kind: 'inserted' }],
    [
      'putting a well-formed record in',
      (l) => l.toSpliced(5, 0, forged(6, hashOf(l[4]))),
      { seq: 6, kind: 'inserted' },
    ],
    ['replacing a record and its hash', (l) => l.toSpliced(4, 1, forged(5, hashOf(l[3]))), { seq: 5, kind: 'edited' }],
    ['changing a text', (l) => l.with(4, (l[4] ?? '').replace('tool_5', 'tool_6')), { seq: 5, kind: 'edited' }],
    ['putting a line in that is no record', (l) => l.toSpliced(5, 0, '{"a":"b"}'), { seq: 6, kind: 'unreadable' }],
    ['cutting the newest records', (l) => l.slice(0, -2), { seq: 9, kind: 'truncated' }],
    ['replacing the last record and its hash', (l) => l.with(9, forged(10, hashOf(l[8]))), { seq: 10, kind: 'edited' }],
  ])('AUD-06 %s is found and named', async (_, change, fault) => {
    const home = await writtenLog(10);
    const lines = segmentLines(home.dir);
    const ids = recordsOf(home.dir).map((record) => record.event_id);
    writeFileSync(join(home.dir, FIRST), `${change(lines).join('\n')}\n`);
    const verdict = await verifySegments(home.dir);
    expect(verdict).toMatchObject({ ok: false, verified: (fault.seq ?? 0) - 1, fault: { ...fault, file: FIRST } });
    if (fault.kind === 'edited' && verdict.fault?.seq === 5 && change(lines)[4]?.includes('tool_6')) {
      expect(verdict.fault.id).toBe(ids[4]);
    }
  });

  test('AUD-06 cutting inside the last line, and losing or renaming whole files, is found', async () => {
    const limits = { segment: { bytes: 1e6, records: 4 } };
    const whole = await writtenLog(10, limits);
    const cases: [(home: Home) => void, object][] = [
      [(home) => truncateSync(join(home.dir, 'segments/00000003.jsonl'), 300), { seq: 9, kind: 'truncated' }],
      [(home) => unlinkSync(join(home.dir, 'segments/00000003.jsonl')), { seq: 9, kind: 'truncated' }],
      [(home) => unlinkSync(join(home.dir, 'segments/00000002.jsonl')), { seq: 5, kind: 'deleted' }],
      [(home) => unlinkSync(join(home.dir, FIRST)), { seq: 1, kind: 'deleted' }],
      [(home) => unlinkSync(join(home.dir, 'head.json')), { seq: 11, kind: 'unreadable', file: 'head.json' }],
      [(home) => rmSync(join(home.dir, 'segments'), { recursive: true }), {}],
      [swapFiles, { seq: 1, kind: 'reordered' }],
    ];
    for (const [change, fault] of cases) {
      const home = copyOf(whole);
      change(home);
      if (Object.keys(fault).length === 0) {
        await expect(verifySegments(home.dir)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      } else {
        expect(await verifySegments(home.dir)).toMatchObject({ ok: false, fault });
      }
    }
  });

  test('a live log may be growing: an unfinished last line is no fault then', async () => {
    const home = await writtenLog(3);
    appendFileSync(join(home.dir, FIRST), '{"event_hash":"');
    expect((await verifySegments(home.dir, { live: true })).ok).toBe(true);
    expect((await verifySegments(home.dir)).fault).toMatchObject({ seq: 4, kind: 'truncated' });
  });

  test('a damaged journal line is named; an unfinished one was never acknowledged', async () => {
    const home = await writtenLog(3);
    writeFileSync(join(home.dir, 'journal/00000009.jsonl'), 'unfinished');
    expect((await verifySegments(home.dir)).ok).toBe(true);
    writeFileSync(join(home.dir, 'journal/00000009.jsonl'), '00000000 {}\n');
    expect((await verifySegments(home.dir)).fault).toMatchObject({
      seq: 4,
      kind: 'unreadable',
      file: 'journal/00000009.jsonl',
    });
  });

  test('it stops when told to', async () => {
    const home = await writtenLog(3);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(verifySegments(home.dir, { signal })).rejects.toThrow('enough');
  });
});

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at);
  return copy;
}

function forged(seq: number, previousHash: string): string {
  const event = intent(99, { server: 'forged' });
  return sealRecord(
    { id: 'forger-1', at: 0, mono: 0, event },
    { seq, previousHash, principal: 'user:x' },
  ).line.trimEnd();
}

function hashOf(line: string | undefined): string {
  return (line ?? '').slice('{"event_hash":"'.length).slice(0, 64);
}

function swapFiles(home: Home): void {
  const at = (name: string): string => join(home.dir, 'segments', name);
  renameSync(at('00000001.jsonl'), at('x'));
  renameSync(at('00000002.jsonl'), at('00000001.jsonl'));
  renameSync(at('x'), at('00000002.jsonl'));
}
