// Death at any system call of an export leaves the file with its old bytes or its new ones, and a backup of the old.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runStraced } from '../../support/run-strace.ts';
import { tempDir } from '../../support/temp-dir.ts';

const CALLS = ['openat', 'write', 'pwrite64', 'fsync', 'rename', 'link', 'unlink', 'fchmod', 'mkdir'];
const OLD = '{\n  "mcpServers": { "theirs": { "command": "x" } },\n  "other": 1\n}\n';

describe('an export', () => {
  it('CFG-02 may be killed at each of its system calls', { timeout: 300_000 }, () => {
    const first = prepare();
    const trace = runStraced([`--trace=${CALLS.join(',')}`], join(first.home, 'log'), 'export-once.ts', [
      first.sandbox,
    ]);
    expect(trace.output).toBe('done\n');
    const expected = readFileSync(first.path, 'utf8');
    const points = faultPoints(trace.trace, first.sandbox);
    expect(points.length).toBeGreaterThan(20);
    const seen = { old: 0, new: 0 };
    let killed = 0;
    for (const { call, number } of points) {
      const { home, sandbox, path, backups } = prepare();
      const options = [`--trace=${call}`, `--inject=${call}:signal=SIGKILL:when=${number}`];
      const { output } = runStraced(options, join(home, 'log'), 'export-once.ts', [sandbox]);
      const now = existsSync(path) ? readFileSync(path, 'utf8') : 'no file';
      expect([OLD, expected], `${call} ${number}`).toContain(now);
      seen[now === OLD ? 'old' : 'new'] += 1;
      killed += output === '' ? 1 : 0;
      if (now === OLD) continue;
      const copies = readdirSync(backups).filter((name) => name.endsWith('.bak'));
      expect(
        copies.map((name) => readFileSync(join(backups, name), 'utf8')),
        `${call} ${number}`,
      ).toContain(OLD);
      expect(JSON.parse(readFileSync(join(backups, 'index.json'), 'utf8'))).toHaveLength(1);
    }
    expect(killed).toBeGreaterThan(points.length / 2);
    expect(Math.min(seen.old, seen.new)).toBeGreaterThan(0);
  });
});

function prepare(): { home: string; sandbox: string; path: string; backups: string } {
  const home = tempDir();
  const sandbox = join(home, 'sandbox');
  const path = join(sandbox, '.cursor/mcp.json');
  mkdirSync(join(sandbox, '.cursor'), { recursive: true });
  writeFileSync(path, OLD);
  return { home, sandbox, path, backups: join(sandbox, 'portolan/backups') };
}

/** The system calls that concern the sandbox, each with its number among the same calls of its thread. */
function faultPoints(trace: readonly string[], sandbox: string): { call: string; number: number }[] {
  const counts = new Map<string, number>();
  const points = new Map<string, { call: string; number: number }>();
  for (const line of trace) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || call === undefined) continue;
    const number = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, number);
    if (line.includes(sandbox)) points.set(`${call} ${number}`, { call, number });
  }
  return [...points.values()];
}
