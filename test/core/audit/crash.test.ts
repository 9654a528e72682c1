// What is acknowledged survives the death of the process, whenever it comes.
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifySegments } from '../../../core/audit/verify.ts';
import { until } from '../../support/until.ts';
import {
  auditHome,
  copyOf,
  type Home,
  intent,
  openLog,
  recordsOf,
  runChild,
  segmentLines,
  SMALL,
  writtenLog,
} from './support.ts';

const CYCLES = 100;
const LANES = 2;

describe('crash recovery', () => {
  test(`AUD-01 ${CYCLES} kills under load lose no acknowledged record and leave a log that verifies`, {
    timeout: 120_000,
  }, async () => {
    const lost = await Promise.all(Array.from({ length: LANES }, () => killCycles(CYCLES / LANES)));
    expect(lost).toEqual(Array.from({ length: LANES }, () => []));
  });

  test('AUD-13 an event is on the disk when append returns', async () => {
    for (let i = 0; i < 3; i++) {
      const home = auditHome();
      const child = runChild(home, 'once');
      expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
      const id = child.lines[0]?.slice('ack '.length) ?? '';
      const log = await openLog(home);
      expect((await log.get(id)).summary).toMatchObject({ id, kind: 'call.intent', what: 't1' });
    }
  });

  test('events that are already in a segment are not taken from the journal twice', async () => {
    const home = await writtenLog(20, SMALL);
    const crashed = copyOf(home);
    const log = await openLog(home, { limits: SMALL });
    for (let i = 21; i <= 40; i++) log.append(intent(i));
    const journal = readdirSync(join(home.dir, 'journal')).map((name) => readFileSync(join(home.dir, 'journal', name)));
    await log.close();
    // The journal of a process that died after its segments were written but before it could delete the journal.
    for (const leftover of [home, crashed]) {
      writeFileSync(join(leftover.dir, 'journal/00000007.jsonl'), Buffer.concat(journal));
      const again = await openLog(leftover, { limits: SMALL });
      await again.close();
      expect(recordsOf(leftover.dir).map((record) => record.tool_name)).toEqual(tools(40));
      expect((await verifySegments(leftover.dir)).ok).toBe(true);
    }
  });

  test('a torn journal line is dropped and noted', async () => {
    const home = await writtenLog(2);
    writeFileSync(join(home.dir, 'journal/00000005.jsonl'), '12345678 {"id":"half');
    await (await openLog(home)).close();
    expect(lastWhat(home)).toEqual(['log.damaged', 'an unfinished journal line was dropped']);
    expect(readdirSync(join(home.dir, 'journal'))).toEqual([]);
    expect(await verifySegments(home.dir)).toMatchObject({ ok: true, total: 3 });
  });

  test('a damaged journal line is kept aside and noted, and the events after it are taken in', async () => {
    const home = auditHome();
    const log = await openLog(home);
    const path = join(home.dir, 'journal/00000001.jsonl');
    for (let i = 1; i <= 3; i++) log.append(intent(i));
    const lines = readFileSync(path, 'utf8').split('\n');
    await log.close();
    const other = await writtenLog(1);
    writeFileSync(
      join(other.dir, 'journal/00000009.jsonl'),
      lines.with(1, (lines[1] ?? '').replace('tool_2', 'tool_x')).join('\n'),
    );
    await (await openLog(other)).close();
    const tools = recordsOf(other.dir).map((record) => record.tool_name);
    expect(tools).toEqual(['tool_1', 'tool_1', 'tool_3', null, null]);
    expect(readdirSync(join(other.dir, 'damaged'))).toHaveLength(1);
    expect(
      recordsOf(other.dir)
        .slice(3)
        .map((record) => record.extensions['portolan-audit']['what']),
    ).toEqual(expect.arrayContaining(['damaged journal lines were left out', 'events of the journal are missing']));
  });

  test('a torn last segment line is kept aside, cut and noted', async () => {
    const home = await writtenLog(2);
    appendFileSync(join(home.dir, 'segments/00000001.jsonl'), '{"event_hash":"torn');
    await (await openLog(home)).close();
    expect(lastWhat(home)).toEqual(['log.damaged', 'an unfinished last line was cut off']);
    const [copy = ''] = readdirSync(join(home.dir, 'damaged'));
    expect(readFileSync(join(home.dir, 'damaged', copy), 'utf8')).toBe('{"event_hash":"torn');
    expect((await verifySegments(home.dir)).ok).toBe(true);
  });

  test('AUD-06 opening a truncated log does not heal it: the hole stays named for ever', async () => {
    const home = await writtenLog(10);
    const lines = segmentLines(home.dir);
    writeFileSync(join(home.dir, 'segments/00000001.jsonl'), `${lines.slice(0, 7).join('\n')}\n`);
    const log = await openLog(home);
    log.append(intent(11));
    await log.close();
    expect(recordsOf(home.dir).at(-2)?.extensions['portolan-audit']).toMatchObject({
      seq: '11',
      what: 'the newest records are missing',
      'detail.first': '8',
      'detail.last': '10',
    });
    expect(await verifySegments(home.dir)).toMatchObject({
      ok: false,
      verified: 7,
      fault: { seq: 8, kind: 'deleted' },
    });
  });

  test('AUD-22 a damaged newest record is left as it is and the log goes on in a new segment', async () => {
    const home = await writtenLog(5);
    const path = join(home.dir, 'segments/00000001.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('tool_5', 'tool_x'));
    const damaged = readFileSync(path);
    const log = await openLog(home);
    const { id } = log.append(intent(6));
    expect((await log.get(id)).chainOk).toBe(true);
    await log.close();
    expect(readFileSync(path)).toEqual(damaged);
    expect(readdirSync(join(home.dir, 'segments'))).toHaveLength(2);
    expect(await verifySegments(home.dir)).toMatchObject({ ok: false, verified: 4, fault: { seq: 5, kind: 'edited' } });
  });
});

async function killCycles(cycles: number): Promise<string[]> {
  const home = auditHome();
  const acknowledged: string[] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const child = runChild(home, 'load');
    const wanted = 1 + Math.floor(Math.random() * 400);
    await until(() => child.lines.length >= wanted, `${wanted} acknowledged records`);
    child.kill();
    await child.exited;
    acknowledged.push(...child.lines.map((line) => line.slice('ack '.length)));
  }
  await (await openLog(home)).close();
  const verdict = await verifySegments(home.dir);
  const ids = recordsOf(home.dir).map((record) => record.event_id);
  const present = new Set(ids);
  expect(verdict.fault).toBeUndefined();
  expect(present.size).toBe(ids.length);
  expect(acknowledged.length).toBeGreaterThan(cycles);
  return acknowledged.filter((id) => !present.has(id));
}

function lastWhat(home: Home): (string | undefined)[] {
  const last = recordsOf(home.dir).at(-1);
  return [last?.event_type, last?.extensions['portolan-audit']['what']];
}

function tools(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `tool_${i + 1}`);
}
