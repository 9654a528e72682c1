// Death at any system call of an export leaves every file with its old bytes or its new ones and a backup of the old, and the
// next start makes a set whole again: all old or all new. So does any error of the file system, at once.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runStraced } from '../../support/run-strace.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { testClients } from '../../support/test-clients.ts';

const CALLS = ['openat', 'write', 'pwrite64', 'fsync', 'rename', 'link', 'unlink', 'fchmod', 'mkdir'];
const OLD = '{\n  "mcpServers": { "theirs": { "command": "x" } },\n  "other": 1\n}\n';
const CURSOR = '.cursor/mcp.json';
const SET = [CURSOR, '.config/Code/User/mcp.json', '.claude.json'];
const SUPPORT = join(import.meta.dirname, '../../support');

describe('an export', () => {
  it('CFG-02 may be killed at each of its system calls', { timeout: 300_000 }, async () => {
    const { expected, points } = trial([CURSOR], []);
    expect(points.length).toBeGreaterThan(20);
    const seen = { old: 0, new: 0 };
    let killed = 0;
    await eachKilled(points, [CURSOR], [], async ({ sandbox, output, at }) => {
      const now = contentOf(join(sandbox, CURSOR));
      expect([OLD, ...expected], at).toContain(now);
      seen[now === OLD ? 'old' : 'new'] += 1;
      killed += output === '' ? 1 : 0;
      if (now === OLD) return;
      const backups = join(sandbox, 'portolan/backups');
      const copies = readdirSync(backups).filter((name) => name.endsWith('.bak'));
      expect(
        copies.map((name) => readFileSync(join(backups, name), 'utf8')),
        at,
      ).toContain(OLD);
      expect(JSON.parse(readFileSync(join(backups, 'index.json'), 'utf8'))).toMatchObject({ sets: [{ files: [{}] }] });
    });
    expect(killed).toBeGreaterThan(points.length / 2);
    expect(Math.min(seen.old, seen.new)).toBeGreaterThan(0);
  });

  it('CFG-02 of three files may be killed at each of its changing system calls', { timeout: 300_000 }, async () => {
    const { expected, points } = trial(SET, ['set']);
    expect(points.length).toBeGreaterThan(40);
    const seen = { old: 0, mixed: 0, new: 0, finished: 0 };
    await eachKilled(points, SET, ['set'], async ({ sandbox, at }) => {
      const read = () => SET.map((place) => contentOf(join(sandbox, place)));
      const found = read();
      for (const [index, now] of found.entries()) expect([OLD, expected[index]], at).toContain(now);
      const wasOld = found.every((now) => now === OLD);
      const wasNew = found.every((now, index) => now === expected[index]);
      seen[wasOld ? 'old' : wasNew ? 'new' : 'mixed'] += 1;
      // The next start of the host, when a lock that was left is stale.
      for (const place of SET) expire(`${join(sandbox, place)}.lock`);
      const { clients, backupsDir } = testClients(sandbox);
      await clients.sync.recover();
      const after = read();
      const isWhole = after.every((now, index) => now === expected[index]);
      expect(isWhole || after.every((now) => now === OLD), at).toBe(true);
      seen.finished += isWhole ? 1 : 0;
      const history = await clients.sync.history();
      expect(
        history.map(({ state }) => state),
        at,
      ).toEqual(isWhole ? ['written'] : []);
      const left = SET.flatMap((place) => readdirSync(dirname(join(sandbox, place))));
      expect(
        left.filter((name) => name.endsWith('.portolan-tmp')),
        at,
      ).toEqual([]);
      if (!isWhole) return;
      expect(readdirSync(backupsDir).filter((name) => name.endsWith('.bak'))).toHaveLength(SET.length);
      await clients.sync.undo({});
      expect(read(), at).toEqual(SET.map(() => OLD));
    });
    expect(Math.min(seen.old, seen.mixed, seen.new, seen.finished)).toBeGreaterThan(0);
  });

  it('of three files, or its undo, leaves all or none when any call fails as on a full disk', () => {
    const preload = [
      '--no-warnings',
      '--import',
      join(SUPPORT, 'failing-fs.mjs'),
      join(SUPPORT, 'failing-set-driver.ts'),
    ];
    const env = { ...process.env, FAIL_CODE: 'ENOSPC' };
    const lines = execFileSync(process.execPath, [...preload, tempDir()], { encoding: 'utf8', env }).trim();
    const rounds = lines.split('\n').map((line) => JSON.parse(line) as Round);
    expect(rounds.filter(({ end }) => end !== 'done').length).toBeGreaterThan(40);
    for (const { undoing, end, files, state, ...rest } of rounds) {
      // An undo whose last note could not be written has happened all the same, and is known as that at the next start.
      const isNew = undoing ? state === 'written' : end === 'done';
      const expected = isNew ? 'written' : undoing ? 'undone' : 'none';
      expect([files, state], JSON.stringify({ undoing, end, ...rest })).toEqual([
        SET.map(() => (isNew ? 'new' : 'old')),
        expected,
      ]);
      if (end === 'done') expect(isNew).toBe(!undoing);
    }
  });
});

interface Round {
  readonly undoing: boolean;
  readonly end: string;
  readonly files: string[];
  readonly state: string;
}

interface FaultPoint {
  readonly call: string;
  readonly number: number;
}

function prepare(places: readonly string[]): { home: string; sandbox: string } {
  const home = tempDir();
  const sandbox = join(home, 'sandbox');
  for (const place of places) {
    mkdirSync(dirname(join(sandbox, place)), { recursive: true });
    writeFileSync(join(sandbox, place), OLD);
  }
  return { home, sandbox };
}

/** One whole run: what the files become, and the system calls at which another run may be killed. */
function trial(places: readonly string[], args: string[]): { expected: string[]; points: FaultPoint[] } {
  const { home, sandbox } = prepare(places);
  const options = [`--trace=${CALLS.join(',')}`];
  const { output, trace } = runStraced(options, join(home, 'log'), 'export-once.ts', [sandbox, ...args]);
  expect(output).toBe('done\n');
  const points = faultPoints(trace, sandbox, args.length > 0);
  return { expected: places.map((place) => contentOf(join(sandbox, place))), points };
}

/** Runs the export once for each point and kills it there. */
async function eachKilled(
  points: readonly FaultPoint[],
  places: readonly string[],
  args: string[],
  check: (run: { sandbox: string; output: string; at: string }) => Promise<void>,
): Promise<void> {
  for (const { call, number } of points) {
    const { home, sandbox } = prepare(places);
    const options = [`--trace=${call}`, `--inject=${call}:signal=SIGKILL:when=${number}`];
    const { output } = runStraced(options, join(home, 'log'), 'export-once.ts', [sandbox, ...args]);
    await check({ sandbox, output, at: `${call} ${number}` });
  }
}

/** The system calls that concern the sandbox, each with its number among the same calls of its thread. */
function faultPoints(trace: readonly string[], sandbox: string, changingOnly: boolean): FaultPoint[] {
  const counts = new Map<string, number>();
  const points = new Map<string, FaultPoint>();
  for (const line of trace) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || call === undefined) continue;
    const number = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, number);
    // Nothing on disk is different after opening for reading.
    if (changingOnly && call === 'openat' && !line.includes('O_CREAT')) continue;
    if (line.includes(sandbox)) points.set(`${call} ${number}`, { call, number });
  }
  return [...points.values()];
}

function expire(path: string): void {
  if (existsSync(path)) utimesSync(path, 0, 0);
}

function contentOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : 'no file';
}
