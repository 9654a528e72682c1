// Disks that fail: every file operation of the log made to fail once (with strace, after the method of Tessera's file tests),
// an fsync that fails for good, and a full disk.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifySegments } from '../../../core/audit/verify.ts';
import { until } from '../../support/until.ts';
import { auditHome, type Home, intent, openLog, recordsOf, runChild, SMALL } from './support.ts';

const ERRORS: Readonly<Record<string, string>> = {
  openat: 'ENOSPC',
  write: 'ENOSPC',
  fsync: 'EIO',
  fdatasync: 'EIO',
  rename: 'EIO',
  unlink: 'EIO',
};

describe('disk faults', () => {
  test('AUD-02 every file operation may fail once: nothing acknowledged is lost and the log verifies', {
    timeout: 120_000,
  }, async () => {
    const points = await faultPoints();
    // All kinds must be there, or the sweep proves less than it says.
    expect(new Set(points.map((point) => point.call))).toEqual(new Set(Object.keys(ERRORS)));
    const waiting = [...points];
    const lane = async (): Promise<void> => {
      for (let point = waiting.shift(); point !== undefined; point = waiting.shift())
        await failOnce(point.call, point.nth);
    };
    await Promise.all([lane(), lane()]);
    expect(points.length).toBeGreaterThan(20);
  });

  test('AUD-03 after a failed fsync nothing is acknowledged and that descriptor is not synced again', async () => {
    const home = auditHome();
    const trace = join(home.home, 'trace');
    const inject = ['-e', 'trace=fdatasync,close', '-e', 'inject=fdatasync:error=EIO:when=2+'];
    const child = runChild(home, 'few', strace(home, trace, inject));
    await child.exited;
    // One event was synced before the fault; no later one was ever acknowledged as durable.
    expect(child.lines.filter((line) => line.startsWith('durable'))).toHaveLength(1);
    expect(child.lines).toContain('refused AUDIT_NOT_WRITABLE');
    const calls = [...readFileSync(trace, 'utf8').matchAll(/^(\d+) +(fdatasync|close)\((\d+)\).*?(EIO|= 0)/gm)];
    const failed = calls.flatMap((call, i) => (call[4] === 'EIO' ? [i] : []));
    expect(failed.length).toBeGreaterThan(0);
    for (const i of failed) {
      const [, thread, , fd] = calls[i] ?? [];
      expect(calls.slice(i + 1).find((call) => call[1] === thread && call[3] === fd)?.[2]).toBe('close');
    }
    await expectSound(home, acknowledged(child.lines));
  });

  test('AUD-04 a full disk refuses, counts what it refused, and the log goes on when there is room', {
    timeout: 60_000,
  }, async () => {
    const home = auditHome();
    const disk = join(home.home, 'disk');
    const out = join(home.home, 'out');
    mkdirSync(disk);
    mkdirSync(out);
    const inside = auditHome(disk);
    const script = `mount -t tmpfs -o size=1m,mode=700 none '${disk}' && "$@" && cp -r '${inside.dir}' '${out}'`;
    const namespace = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-rm'];
    const child = runChild(inside, 'fill', [...namespace, 'sh', '-c', script, 'sh']);
    await child.exited;
    const refused = Number(child.lines.at(-1)?.slice('refused '.length));
    const copy = { ...inside, dir: join(out, 'audit') };
    await expectSound(copy, acknowledged(child.lines));
    const noted = recordsOf(copy.dir).map((record) =>
      Number(record.extensions['portolan-audit']['detail.refused'] ?? 0),
    );
    expect(refused).toBeGreaterThanOrEqual(3);
    expect(noted.reduce((sum, count) => sum + count, 0)).toBe(refused);
  });

  test('a writer thread that cannot go on rejects who waits, refuses, and recovers by itself', async () => {
    const home = auditHome();
    const states: boolean[] = [];
    const log = await openLog(home, { limits: SMALL, onState: (state) => states.push(state.writable) });
    log.append(intent(1));
    await log.flushed();
    // The journal vanishes under the writer: it cannot tell what was in it.
    rmSync(join(home.dir, 'journal/00000001.jsonl'));
    log.append(intent(2));
    await expect(log.flushed()).rejects.toMatchObject({ code: 'AUDIT_NOT_WRITABLE' });
    expect(log.state()).toMatchObject({ writable: false, reason: { code: 'AUDIT_NOT_WRITABLE' } });
    expect(() => log.append(intent(3))).toThrow(expect.objectContaining({ code: 'AUDIT_NOT_WRITABLE' }));
    await until(() => log.state().writable, 'the log to be writable again');
    log.append(intent(4));
    await log.flushed();
    expect(states).toEqual(expect.arrayContaining([true, false]));
    await log.close();
    expect((await verifySegments(home.dir)).ok).toBe(true);
    expect(recordsOf(home.dir).map((record) => record.extensions['portolan-audit']['detail.refused'])).toContain('1');
  });

  test('an audit folder that cannot be made leaves a log that says so instead of failing to open', async () => {
    const home = auditHome();
    writeFileSync(home.dir, 'a file where the folder should be');
    const log = await openLog(home, { limits: SMALL });
    expect(log.state()).toMatchObject({ writable: false, reason: { code: 'AUDIT_NOT_WRITABLE' } });
    expect(() => log.append(intent(1))).toThrow(expect.objectContaining({ code: 'AUDIT_NOT_WRITABLE' }));
    rmSync(home.dir);
    await until(() => log.state().writable, 'the log to be writable');
  });
});

async function failOnce(call: string, nth: number): Promise<void> {
  const home = auditHome();
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:error=${ERRORS[call]}:when=${nth}`];
  const child = runChild(home, 'few', strace(home, '/dev/null', inject));
  await child.exited;
  expect(child.lines.at(-1)).toBe('done');
  for (const line of child.lines.filter((said) => said.startsWith('refused')))
    expect(line).toBe('refused AUDIT_NOT_WRITABLE');
  await expectSound(home, acknowledged(child.lines));
}

/** Counts, without any fault, how often each call happens in the thread that makes it most often. */
async function faultPoints(): Promise<{ call: string; nth: number }[]> {
  const home = auditHome();
  const trace = join(home.home, 'trace');
  const child = runChild(home, 'few', strace(home, trace, ['-e', `trace=${Object.keys(ERRORS).join(',')}`]));
  await child.exited;
  const perThread = new Map<string, number>();
  for (const [, thread, call] of readFileSync(trace, 'utf8').matchAll(/^(\d+) +(\w+)\(/gm)) {
    const key = `${thread} ${call}`;
    perThread.set(key, (perThread.get(key) ?? 0) + 1);
  }
  const most = new Map<string, number>();
  for (const [key, count] of perThread) {
    const call = key.split(' ')[1] ?? '';
    most.set(call, Math.max(most.get(call) ?? 0, count));
  }
  return [...most].flatMap(([call, count]) => Array.from({ length: count }, (_, i) => ({ call, nth: i + 1 })));
}

/** strace on the files of one audit folder only, so that a fault hits nothing else. */
function strace(home: Home, output: string, options: readonly string[]): string[] {
  if (!['/usr/bin/strace', '/usr/local/bin/strace', '/bin/strace'].some((path) => existsSync(path))) {
    throw new Error('this test needs strace: install the package "strace"');
  }
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `0000000${number}.jsonl`);
  const paths = [
    ...numbers.flatMap((name) => [join(home.dir, 'segments', name), join(home.dir, 'journal', name)]),
    join(home.dir, 'segments'),
    join(home.dir, 'head.json'),
    join(home.dir, 'head.json.new'),
  ];
  return ['strace', '-f', '-qq', '--seccomp-bpf', '-o', output, ...paths.flatMap((path) => ['-P', path]), ...options];
}

function acknowledged(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('ack ')).map((line) => line.slice('ack '.length));
}

/** After a start without faults: every acknowledged event is there once, and the log verifies. */
async function expectSound(home: Home, ids: readonly string[]): Promise<void> {
  const log = await openLog(home);
  await log.close();
  const { fault } = await verifySegments(home.dir);
  const present = recordsOf(home.dir).map((record) => record.event_id);
  expect({
    fault,
    lost: ids.filter((id) => !present.includes(id)),
    twice: present.length - new Set(present).size,
  }).toEqual({
    fault: undefined,
    lost: [],
    twice: 0,
  });
}
