// A disk that is full, broken or read-only at any one call of a change: a file of ours or of a client holds its old bytes or
// its new ones, the failure has a code, nothing is left over, and the next attempt works.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';

const SUPPORT = join(import.meta.dirname, '..', '..', 'support');
const ERRNOS = ['ENOSPC', 'EIO', 'EROFS'] as const;

interface Change {
  readonly name: string;
  readonly old: string;
  /** The codes that a failure may have. */
  readonly codes: RegExp;
  /** The file below a fresh folder, and the program that changes it. */
  readonly file: string;
  readonly command: (dir: string) => string[];
  /** Where the copy of the old bytes must be once the file is new. */
  readonly backups?: string;
}

const CHANGES: readonly Change[] = [
  {
    name: 'catalog',
    old: '{\n  "mcpServers": { "kept": { "command": "k" } }\n}\n',
    codes: /^CATALOG_NOT_WRITABLE$/,
    file: 'catalog.json',
    command: (dir) => ['write-driver.ts', 'catalog', join(dir, 'catalog.json')],
  },
  {
    name: 'settings',
    old: '{\n\t"firstRunDone": true\n}',
    codes: /^FILE_NOT_WRITABLE$/,
    file: 'settings.json',
    command: (dir) => ['write-driver.ts', 'settings', join(dir, 'settings.json')],
  },
  {
    name: 'file of a client',
    old: '{\n  "mcpServers": { "theirs": { "command": "x" } },\n  "other": 1\n}\n',
    codes: /^FILE_NOT_WRITABLE$/,
    file: '.cursor/mcp.json',
    command: (dir) => ['export-once.ts', dir],
    backups: 'portolan/backups',
  },
];

function prepare({ file, old }: Change): { dir: string; path: string; read: () => string } {
  const dir = tempDir();
  const path = join(dir, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, old, { mode: 0o600 });
  return { dir, path, read: () => readFileSync(path, 'utf8') };
}

/** What the program printed: `done` or a code. */
function run({ command }: Change, dir: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const [script = '', ...args] = command(dir);
  const preload = ['--no-warnings', '--import', join(SUPPORT, 'failing-fs.mjs')];
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } };
    execFile(process.execPath, [...preload, join(SUPPORT, script), ...args], options, (_error, stdout, stderr) => {
      resolve((stdout.trim() || stderr.trim()).trim());
    });
  });
}

test.each(CHANGES)(
  'CFG-02 $name: any changing call may fail for want of room, a broken or a read-only disk',
  async (change) => {
    const first = prepare(change);
    const log = join(tempDir(), 'calls.json');
    expect(await run(change, first.dir, { CALLS_LOG: log })).toBe('done');
    const calls = JSON.parse(readFileSync(log, 'utf8')) as string[];
    const expected = first.read();
    expect(expected).not.toBe(change.old);
    for (const kind of [/write/i, /sync/i, /rename/i]) expect(calls).toContainEqual(expect.stringMatching(kind));
    // Where the bytes are at stake all three, elsewhere one of them in turn.
    const faults = calls.flatMap((call, index) =>
      (/write|sync|rename/i.test(call) ? ERRNOS : [ERRNOS[index % ERRNOS.length] ?? 'EIO']).map((errno, at) => ({
        call,
        at: index + 1,
        errno,
        isRetried: at === 0,
      })),
    );
    const outcomes = { done: 0, failed: 0 };

    const inject = async ({ call, at, errno, isRetried }: (typeof faults)[number]) => {
      const fault = `${call} (call ${at}): ${errno}`;
      const { dir, path, read } = prepare(change);
      const end = await run(change, dir, { FAIL_AT: String(at), FAIL_CODE: errno });
      expect([fault, [change.old, expected].includes(read())]).toEqual([fault, true]);
      if (end === 'done') expect([fault, read()]).toEqual([fault, expected]);
      else expect([fault, end]).toEqual([fault, expect.stringMatching(change.codes)]);
      outcomes[end === 'done' ? 'done' : 'failed'] += 1;
      // A file that could not be removed is swept away later.
      const left = readdirSync(dirname(path)).filter((name) => name.endsWith('.portolan-tmp'));
      if (!call.startsWith('unlink')) expect([fault, left]).toEqual([fault, []]);
      if (change.backups !== undefined && read() === expected) {
        const copies = readdirSync(join(dir, change.backups)).filter((name) => name.endsWith('.bak'));
        const texts = copies.map((name) => readFileSync(join(dir, change.backups ?? '', name), 'utf8'));
        expect([fault, texts]).toEqual([fault, expect.arrayContaining([change.old])]);
      }
      if (isRetried && read() === change.old) {
        expect([fault, await run(change, dir), read()]).toEqual([fault, 'done', expected]);
        expect(existsSync(path)).toBe(true);
      }
    };
    for (let index = 0; index < faults.length; index += 3)
      await Promise.all(faults.slice(index, index + 3).map(inject));
    expect(outcomes.failed).toBeGreaterThan(faults.length / 3);
  },
  180_000,
);
