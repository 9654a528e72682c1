// The head that is kept outside of the log's folder: what it finds, when it is written, and that nothing depends on it.
import { cpSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AuditLog } from '../../../core/audit/audit-log.ts';
import type { HeadStore } from '../../../core/audit/kept-head.ts';
import { verifySegments } from '../../../core/audit/verify.ts';
import { silentLogger } from '../../../core/base/logger.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';
import { auditHome, type Home, intent, openLog } from './support.ts';

/** A keychain of one item that can be out of order. */
class OneItem implements HeadStore {
  text: string | undefined;
  isDown = false;
  writes = 0;
  reads = 0;

  isOpen(): boolean {
    return !this.isDown;
  }

  async read(): Promise<string | undefined> {
    this.reads += 1;
    if (this.isDown) throw new PortolanError('KEYCHAIN_NO_BUS', 'no bus');
    return this.text;
  }

  async write(text: string): Promise<void> {
    if (this.isDown) throw new PortolanError('KEYCHAIN_NO_BUS', 'no bus');
    this.writes += 1;
    this.text = text;
  }
}

/** Opens the log, adds records and closes it. */
async function addTo(home: Home, headStore: HeadStore, count: number, first = 1): Promise<void> {
  const log = await AuditLog.open({ dir: home.dir, cacheDir: home.cacheDir, logger: silentLogger, headStore });
  for (let i = 0; i < count; i += 1) log.append(intent(first + i));
  await log.close();
}

/** A log of 5 records, put back to a copy that had 3; the index of the longer one is still there. */
async function rolledBack(): Promise<{ home: Home; headStore: OneItem }> {
  const home = auditHome();
  const headStore = new OneItem();
  await addTo(home, headStore, 3);
  const yesterday = auditHome().dir;
  cpSync(home.dir, yesterday, { recursive: true });
  await addTo(home, headStore, 2, 4);
  rmSync(home.dir, { recursive: true });
  cpSync(yesterday, home.dir, { recursive: true });
  return { home, headStore };
}

const rollbacks = async (log: AuditLog) => (await log.list({ kinds: ['integrity.rollback'] }, { limit: 10 })).records;

test('STO-12: yesterday’s log works, and that it was put back is recorded at the start with both numbers', async () => {
  const { home, headStore } = await rolledBack();
  expect((await verifySegments(home.dir)).ok).toBe(true);
  const log = await openLog(home, { headStore });
  const record = await until(async () => (await rollbacks(log))[0], 'the finding is recorded');
  expect(record).toMatchObject({ seq: 4, outcome: 'error' });
  expect((await log.get('4')).fields).toMatchObject({ 'detail.kept_size': '5', 'detail.found_size': '3' });
  await until(() => log.state().lastVerdict, 'the state tells it');
  expect(log.state()).toMatchObject({ writable: true, lastVerdict: { ok: false, keptHead: 'differs', total: 3 } });
  log.append(intent(9));
  log.append(intent(10));
  expect(await log.verify()).toMatchObject({
    ok: false,
    verified: 4,
    keptHead: 'differs',
    fault: { seq: 5, kind: 'rolled-back' },
  });
});

test('STO-12: the next run starts from the log that holds the finding', async () => {
  const { home, headStore } = await rolledBack();
  await addTo(home, headStore, 1);
  const log = await openLog(home, { headStore });
  expect(await log.verify()).toMatchObject({ ok: true, keptHead: 'matches' });
  expect((await rollbacks(log)).map(({ seq }) => seq)).toEqual([4]);
});

test('STO-12: a log that was put back and written on is found by the hash of the remembered record', async () => {
  const { home, headStore } = await rolledBack();
  // Written on without the keychain, so that it is longer than what is remembered.
  await addTo(home, new OneItem(), 7);
  const log = await openLog(home, { headStore });
  expect(await log.verify()).toMatchObject({
    ok: false,
    keptHead: 'differs',
    verified: 4,
    fault: { seq: 5, kind: 'rolled-back' },
  });
});

test('STO-12: a head is a plain argument of the verifier, which finds it missing or different', async () => {
  const home = auditHome();
  const headStore = new OneItem();
  await addTo(home, headStore, 4);
  const hash = (await verifySegments(home.dir)).headHash;
  const verdictFor = async (size: number, text = hash) => verifySegments(home.dir, { keptHead: { size, hash: text } });
  expect(await verdictFor(4)).toMatchObject({ ok: true, keptHead: 'matches' });
  expect(await verdictFor(3)).toMatchObject({ ok: false, keptHead: 'differs', fault: { seq: 3, kind: 'rolled-back' } });
  expect(await verdictFor(6)).toMatchObject({ ok: false, verified: 4, fault: { seq: 5, kind: 'rolled-back' } });
  expect(await verifySegments(home.dir)).not.toHaveProperty('keptHead');
});

test('STO-12: without a keychain the verdict says so and nothing fails', async () => {
  const home = auditHome();
  const headStore = new OneItem();
  headStore.isDown = true;
  const log = await openLog(home, { headStore });
  log.append(intent(1));
  expect(await log.verify()).toMatchObject({ ok: true, keptHead: 'unavailable' });
});

test('STO-12: a keychain that answers only later is compared with before it is written', async () => {
  const { home, headStore } = await rolledBack();
  const remembered = headStore.text;
  headStore.isDown = true;
  const log = await openLog(home, { headStore });
  log.append(intent(1));
  expect(await log.verify()).toMatchObject({ ok: true, keptHead: 'unavailable' });
  expect(headStore.text).toBe(remembered);
  headStore.isDown = false;
  expect(await log.verify()).toMatchObject({ ok: false, keptHead: 'differs' });
  expect(await rollbacks(log)).toHaveLength(1);
});

test('STO-12: the head is written at the start, at most every 30 seconds while the log grows, and at the end', async () => {
  const clock = new ManualClock();
  const headStore = new OneItem();
  const log = await openLog(auditHome(), { headStore, clock, durability: 'strict' });
  await until(() => headStore.writes === 1, 'the first head is kept');
  for (let i = 0; i < 50; i += 1) {
    log.append(intent(i));
    await log.flushed();
  }
  clock.advance(29_000);
  expect(headStore.writes).toBe(1);
  clock.advance(1_000);
  await until(() => headStore.writes === 2, 'it is kept after 30 s');
  expect(headStore.text).toMatch(/^audit-head 1 [0-9a-f]{16} 50 /);
  clock.advance(60_000);
  log.append(intent(51));
  await log.close();
  expect(headStore.writes).toBe(3);
  expect(headStore.text).toMatch(/ 51 [0-9a-f]{64}$/);
});
