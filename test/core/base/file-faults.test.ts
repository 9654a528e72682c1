// Faults under real system calls: whatever fails, a file of ours holds its old bytes or its new ones.
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AS_ORDINARY_USER, run, runMounted, WRITE_DRIVER } from '../../support/fault.ts';
import { tempDir } from '../../support/temp-dir.ts';

const KINDS = [
  ['catalog', '{\n  "mcpServers": { "kept": { "command": "k" } }\n}\n', 'CATALOG_NOT_WRITABLE'],
  ['settings', '{\n\t"firstRunDone": true\n}', 'FILE_NOT_WRITABLE'],
] as const;
const CALLS = 'openat,write,pwrite64,fchmod,chmod,fsync,rename,link,unlink';

function setUp(kind: string, text: string) {
  const dir = tempDir();
  const path = join(dir, `${kind}.json`);
  writeFileSync(path, text, { mode: 0o600 });
  return { dir, path, read: () => readFileSync(path, 'utf8') };
}

/** The calls of one undisturbed change that touch the directory, in their order, such as `rename("…", "…") = 0`. */
async function callsOf(kind: string, text: string): Promise<{ calls: string[]; names: string[]; after: string }> {
  const { dir, path, read } = setUp(kind, text);
  const log = join(tempDir(), 'log');
  expect(
    await run(['strace', '-f', '-y', '-o', log, '-e', `trace=${CALLS}`, ...WRITE_DRIVER, kind, path, 'fixed-names']),
  ).toBe('done');
  const calls = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(dir) && !line.includes(' resumed>'))
    .map((line) => line.replace(/^\d+ +/, ''));
  const names = [
    ...new Set(
      calls.flatMap((line) =>
        [...line.matchAll(new RegExp(`["<]${dir}/?([^">]*)[">]`, 'g'))].map((match) => match[1] ?? ''),
      ),
    ),
  ];
  return { calls, names, after: read() };
}

test.each(KINDS)(
  'STO-01 %s: every system call of a write may fail or be the last',
  async (kind, text) => {
    const { calls, names, after } = await callsOf(kind, text);
    const counts = new Map<string, number>();
    const faults = calls.flatMap((line) => {
      const call = line.slice(0, line.indexOf('('));
      const count = (counts.get(call) ?? 0) + 1;
      counts.set(call, count);
      const error = `${call}:error=EIO:when=${count}`;
      // Being killed while it only reads is the same as never having begun.
      return line.includes('O_RDONLY') ? [error] : [error, `${call}:signal=KILL:when=${count}`];
    });
    expect(faults.length).toBeGreaterThan(12);
    const outcomes = { whole: 0, failed: 0, killed: 0 };
    const inject = async (fault: string) => {
      const { dir, path, read } = setUp(kind, text);
      const paths = names.flatMap((name) => ['-P', name === '' ? dir : join(dir, name)]);
      const end = await run([
        'strace',
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        ...paths,
        '-e',
        `inject=${fault}`,
        ...WRITE_DRIVER,
        kind,
        path,
        'fixed-names',
      ]);
      expect([fault, [text, after].includes(read())]).toEqual([fault, true]);
      if (end === 'done') expect([fault, read()]).toEqual([fault, after]);
      outcomes[end === 'done' ? 'whole' : /^[A-Z_]+$/.test(end) ? 'failed' : 'killed'] += 1;
      if (!fault.includes('KILL')) expect([fault, end]).toEqual([fault, expect.stringMatching(/^(?:done|[A-Z_]+)$/)]);
      // The next start works with what is there.
      if (fault.includes('KILL'))
        expect([fault, await run([...WRITE_DRIVER, kind, path])]).toEqual([
          fault,
          expect.stringMatching(/^(?:done|DUPLICATE_NAME)$/),
        ]);
    };
    for (let index = 0; index < faults.length; index += 2)
      await Promise.all(faults.slice(index, index + 2).map(inject));
    expect(outcomes.failed).toBeGreaterThan(4);
    expect(outcomes.killed).toBe(faults.filter((fault) => fault.includes('KILL')).length);
  },
  120_000,
);

test.each(KINDS)('STO-08 %s: the file is synced before the rename and its directory after it', async (kind, text) => {
  const { calls } = await callsOf(kind, text);
  const order = calls
    .filter((line) => /^(?:fsync|rename)\(/.test(line))
    .map((line) => (line.startsWith('rename') ? 'rename' : /json/.test(line) ? 'sync file' : 'sync directory'));
  expect(order).toEqual(['sync file', 'rename', 'sync directory']);
});

test.each(KINDS)(
  'STO-11 %s: a busy rename is tried again, and given up with the data kept',
  async (kind, text, code) => {
    const { path, read, dir } = setUp(kind, text);
    const busy = (fault: string) =>
      run(['strace', '-f', '-qq', '-o', '/dev/null', '-e', `inject=rename:${fault}`, ...WRITE_DRIVER, kind, path]);
    expect([await busy('error=EBUSY'), read()]).toEqual([code, text]);
    expect(readdirSync(dir)).toEqual([`${kind}.json`]);
    expect(await busy('error=EBUSY:when=1..2')).toBe('done');
  },
);

test.each(KINDS)(
  'STO-02 %s: a disk without bytes or inodes left keeps the old file, and recovers',
  async (kind, text, code) => {
    const script = (fill: string, free: string) => `
    cp "$3/${kind}.json" "$3/../seed.json" && mount -t tmpfs -o size=64k,nr_inodes=16 none "$3" && cp "$3/../seed.json" "$3/${kind}.json" || exit 1
    cd "$3"; ${fill}
    "$1" "$2" ${kind} "$3/${kind}.json"; cmp "$3/${kind}.json" "$3/../seed.json" && echo same
    ${free}; "$1" "$2" ${kind} "$3/${kind}.json"`;
    const { dir } = setUp(kind, text);
    const inner = join(dir, 'mnt');
    mkdirSync(inner);
    writeFileSync(join(inner, `${kind}.json`), text);
    expect(await runMounted(script('cat /dev/zero >fill 2>/dev/null', 'rm fill'), inner)).toBe(`${code}\nsame\ndone`);
    const inodes = 'i=0; while : 2>/dev/null >n$i; do i=$((i+1)); [ $i -gt 40 ] && break; done 2>/dev/null';
    expect(await runMounted(script(`(${inodes})`, 'rm n*'), inner)).toBe(`${code}\nsame\ndone`);
  },
);

test.each(KINDS)(
  'STO-03 %s: a read-only file system and a forbidden directory are told, the file is served',
  async (kind, text, code) => {
    const { dir, path, read } = setUp(kind, text);
    const readOnly = `mount -t tmpfs none "$3" && echo '{}' >"$3/${kind}.json" && mount -o remount,ro "$3" && "$1" "$2" ${kind} "$3/${kind}.json"; "$1" "$2" data-dir "$3"`;
    expect(await runMounted(readOnly, dir)).toBe(`${code}\nDATA_DIR_UNUSABLE`);
    chmodSync(dir, 0o500);
    expect([await run([...AS_ORDINARY_USER, ...WRITE_DRIVER, kind, path]), read()]).toEqual([code, text]);
    chmodSync(dir, 0o700);
  },
);

test('STO-04 catalog: limits of file size and open files end in a code with the old file whole', async () => {
  const [kind, text, code] = KINDS[0];
  const { path, read } = setUp(kind, text);
  expect([await run(['prlimit', '--fsize=60', ...WRITE_DRIVER, kind, path]), read()]).toEqual([code, text]);
  for (const call of ['openat:error=EMFILE:when=2+', 'openat:error=EMFILE']) {
    const end = await run([
      'strace',
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-P',
      path,
      '-e',
      `inject=${call}`,
      ...WRITE_DRIVER,
      kind,
      path,
    ]);
    expect([call, end, read()]).toEqual([call, 'FILE_NOT_READABLE', text]);
  }
});
