// The log as its users see it: appending, waiting, reading back, proving.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { AuditSummary } from '../../../shared/model/audit-record.ts';
import { digest } from '../../../core/audit/audit-log.ts';
import { type Clock, systemClock } from '../../../core/base/clock.ts';
import { verifySegments } from '../../../core/audit/verify.ts';
import { until } from '../../support/until.ts';
import { auditHome, intent, openLog, recordsOf, SMALL, writtenLog } from './support.ts';

describe('AuditLog', () => {
  test('flushed means chained, in a segment and told to subscribers', async () => {
    const seen: AuditSummary[] = [];
    const home = auditHome();
    const log = await openLog(home, { durability: 'strict', onRecords: (records) => seen.push(...records) });
    const { id } = log.append(intent(1));
    await log.flushed();
    expect(seen).toMatchObject([
      { seq: 1, id, kind: 'call.intent', client: 'claude-desktop', server: 'github', what: 'tool_1' },
    ]);
    expect(recordsOf(home.dir).map((record) => record.event_id)).toEqual([id]);
    expect(log.state()).toEqual({ records: 1, writable: true });
  });

  test('records reach subscribers without anyone waiting, until they leave', async () => {
    const log = await openLog(auditHome(), { limits: SMALL });
    const seen: number[] = [];
    const stop = log.subscribe((records) => seen.push(...records.map((record) => record.seq)));
    log.append(intent(1));
    await until(() => seen.length === 1, 'the record');
    stop();
    log.append(intent(2));
    await log.flushed();
    expect(seen).toEqual([1]);
  });

  test('records are summed up while somebody looks, and the log says that it has grown in any case', async () => {
    const told: number[][] = [];
    let isWatched = false;
    const log = await openLog(auditHome(), {
      durability: 'strict',
      wantsRecords: () => isWatched,
      onRecords: (records) => told.push(records.map(({ seq }) => seq)),
    });
    log.append(intent(1));
    await log.flushed();
    expect([told.flat(), log.state().records]).toEqual([[], 1]);
    expect(told.length).toBeGreaterThan(0);
    isWatched = true;
    log.append(intent(2));
    await log.flushed();
    expect(told.flat()).toEqual([2]);
    isWatched = false;
    const followed: number[] = [];
    log.subscribe((records) => followed.push(...records.map(({ seq }) => seq)));
    log.append(intent(3));
    await log.flushed();
    expect(followed).toEqual([3]);
  });

  test('AUD-14 10,000 calls with random ends have one intent and one outcome each', async () => {
    const home = auditHome();
    let log = await openLog(home, { limits: { segment: { bytes: 1e7, records: 3000 } } });
    const open = new Set<string>();
    for (let i = 1; i <= 10_000; i++) {
      const { id } = log.append(intent(i, { session: `s${i % 3}` }));
      open.add(id);
      if (i % 97 !== 0) {
        log.append({
          kind: 'call.outcome',
          outcome: i % 5 === 0 ? 'error' : 'allowed',
          related: id,
          session: `s${i % 3}`,
        });
        open.delete(id);
      }
      if (i === 5000) {
        await log.close();
        log = await openLog(home);
      }
    }
    expect(new Set((await log.openIntents()).map((found) => found.id))).toEqual(open);
    expect((await log.openIntents('s1')).every((found) => found.session === 's1')).toBe(true);
    for (const found of await log.openIntents()) {
      log.append({ kind: 'call.outcome', outcome: 'unknown', related: found.id, session: found.session });
    }
    expect(await log.openIntents()).toEqual([]);
    const kinds = await Promise.all(
      ['call.intent', 'call.outcome'].map((kind) => log.list({ text: `kind:${kind}` }, { limit: 1 })),
    );
    expect(kinds.map((page) => page.matching)).toEqual([10_000, 10_000]);
    expect(await log.verify()).toMatchObject({ ok: true, total: 20_000 });
  });

  test('an open intent tells what a client must be told', async () => {
    const log = await openLog(auditHome());
    const { id } = log.append(intent(7));
    const { at } = (await log.get(id)).summary;
    expect(await log.openIntents('session-a')).toEqual([
      { id, session: 'session-a', requestId: '7', server: 'github', tool: 'tool_7', method: 'tools/call', at },
    ]);
    expect(await log.openIntents('other')).toEqual([]);
  });

  test('AUD-15 numbers and monotonic time rise though the wall clock jumps, and each jump is recorded', async () => {
    let wall = Date.UTC(2026, 10, 22, 12);
    let mono = 1000;
    const clock: Clock = { ...systemClock, now: () => wall, monotonic: () => mono };
    const home = auditHome();
    const log = await openLog(home, { clock });
    for (const jump of [0, 0, -3_600_000, 0, 10 * 365 * 86_400_000, 0]) {
      mono += 10;
      wall += 10 + jump;
      log.append(intent(1));
    }
    await log.close();
    wall = Date.UTC(2026, 0, 1);
    mono = 5;
    const again = await openLog(home, { clock });
    again.append(intent(2));
    await again.close();
    const fields = recordsOf(home.dir).map((record) => record.extensions['portolan-audit']);
    expect(fields.map((field) => field['seq'])).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    const times = fields.slice(0, 6).map((field) => Number(field['monotonic_ms']));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(fields.map((field) => field['clock_step_ms'] !== undefined)).toEqual([
      false,
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(fields[2]?.['clock_step_ms']).toBe('-3600000');
    expect((await verifySegments(home.dir)).ok).toBe(true);
  });

  test('a record is shown with its proof and its other half', async () => {
    const log = await openLog(auditHome());
    const { id } = log.append(intent(1));
    const outcome = log.append({ kind: 'call.outcome', outcome: 'cancelled', related: id, tookMs: 12.5 }).id;
    const detail = await log.get(id);
    expect(detail).toMatchObject({
      summary: { seq: 1, id, related: outcome },
      fields: { event_id: id, client_name: 'claude-desktop', tool_name: 'tool_1', arguments_bytes: '1', seq: '1' },
      previousHash: '',
      hashOk: true,
      chainOk: true,
      related: [{ id: outcome, outcome: 'cancelled', tookMs: 12.5 }],
    });
    expect(digest(detail.canonical)).toBe(`sha256:${detail.hash}`);
    expect((await log.get('2')).previousHash).toBe(detail.hash);
    await expect(log.get('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('lists are newest first, filtered and paged', async () => {
    const log = await openLog(auditHome(), { limits: SMALL });
    for (let i = 1; i <= 30; i++) log.append(intent(i, i % 3 === 0 ? { server: '100%_sure', outcome: 'denied' } : {}));
    const first = await log.list({}, { limit: 20 });
    expect([first.total, first.matching, first.records.length, first.nextBeforeSeq]).toEqual([30, 30, 20, 11]);
    const second = await log.list({}, { limit: 20, beforeSeq: first.nextBeforeSeq ?? 0 });
    expect([...first.records, ...second.records].map((record) => record.seq)).toEqual(
      Array.from({ length: 30 }, (_, i) => 30 - i),
    );
    expect(second.nextBeforeSeq).toBeUndefined();
    const matching = async (text: string): Promise<number> => (await log.list({ text }, { limit: 1 })).matching;
    expect(await matching('server:GITHUB')).toBe(20);
    expect(await matching('0%_s outcome:denied')).toBe(10);
    expect(await matching('0%%s')).toBe(0);
    expect(await matching('tool:tool_2*')).toBe(11);
    expect(await matching('kind:call since:1h')).toBe(30);
    expect(await matching('until:2020-01-01')).toBe(0);
    await expect(matching('since:never')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('a verification is itself recorded, tells its progress and can be stopped', async () => {
    const home = await writtenLog(5);
    const log = await openLog(home);
    const seen: number[] = [];
    const verdict = await log.verify((verified) => seen.push(verified));
    expect(log.state().lastVerdict).toEqual(verdict);
    expect(seen.length).toBeGreaterThan(0);
    expect((await log.list({}, { limit: 1 })).records).toMatchObject([{ kind: 'log.verified', outcome: 'allowed' }]);
    await expect(log.verify(undefined, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  test('AUD-22 an index that is missing, no database, of another version or for another log is built anew', async () => {
    const home = await writtenLog(20, SMALL);
    const other = await writtenLog(30, SMALL);
    const path = join(home.cacheDir, 'audit-index.db');
    const otherLog = await openLog(other);
    await otherLog.list({}, { limit: 1 });
    await otherLog.close();
    const spoil: (() => void)[] = [
      () => undefined,
      () => writeFileSync(path, 'not a database at all'),
      () => change(path, 'PRAGMA user_version = 99'),
      () => change(path, 'DROP TABLE records'),
      () => writeFileSync(path, readFileSync(join(other.cacheDir, 'audit-index.db'))),
      () => change(path, 'DELETE FROM records WHERE seq > 10'),
    ];
    for (const damage of spoil) {
      damage();
      const log = await openLog(home);
      expect((await log.list({ text: 'tool_1*' }, { limit: 50 })).matching).toBe(0);
      expect((await log.list({ text: 'tool:tool_1*' }, { limit: 50 })).matching).toBe(11);
      expect((await log.verify()).ok).toBe(true);
      await log.close();
    }
  });

  test.each([
    ['a changed row', "UPDATE records SET server = 'evil' WHERE seq = 7", 7],
    [
      'a row too many',
      "INSERT INTO records SELECT 999, 'x', at, kind, outcome, client, server, tool, session, method, request_id, what, took_ms, related, 1, 0, 1 FROM records WHERE seq = 7",
      999,
    ],
    ['a row too few', 'DELETE FROM records WHERE seq = 7', 7],
  ])('AUD-22 %s in the index is found by verification, and gone after it', async (_, sql, seq) => {
    const home = await writtenLog(20);
    const log = await openLog(home);
    await log.list({}, { limit: 1 });
    change(join(home.cacheDir, 'audit-index.db'), sql);
    expect(await log.verify()).toMatchObject({ ok: false, verified: 20, fault: { seq, kind: 'index' } });
    expect((await log.verify()).ok).toBe(true);
  });

  test('closing leaves an empty journal and a closed log refuses', async () => {
    const home = auditHome();
    const log = await openLog(home);
    log.append(intent(1));
    await log.close();
    await log.close();
    expect(readdirSync(join(home.dir, 'journal'))).toEqual([]);
    expect(() => log.append(intent(2))).toThrow(expect.objectContaining({ code: 'AUDIT_NOT_WRITABLE' }));
  });
});

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}
