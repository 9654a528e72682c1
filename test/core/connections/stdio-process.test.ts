// Starting and ending real processes: what the child gets, what a failed start says, what is alive afterwards.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { lives } from '../../support/processes.ts';
import { EVIL_STDIO, evilEntry, openServer, request } from '../../support/stdio-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

describe('what a child gets', () => {
  test('SUP-01: hostile commands and arguments reach the program byte for byte and run nothing else', async () => {
    const dir = tempDir();
    const canary = join(dir, 'canary');
    const pieces = [
      ';',
      '&&',
      '||',
      '|',
      '&',
      '\n',
      '\r\n',
      '`',
      '$(',
      '"',
      "'",
      '\\',
      '%PATH%',
      '^',
      '!',
      '>',
      '#',
      '${IFS}',
      '*',
      '~',
    ];
    const touch = `touch ${canary}`;
    const args = pieces.flatMap((piece) => [
      `${piece}${touch}`,
      `a${piece} ${touch}${piece === '$(' ? ')' : piece}`,
      `${piece}\\`,
    ]);
    expect(args).toHaveLength(60);
    const { upstream, events } = await openServer(evilEntry('hostile', ['--', ...args, '', ' ', 'ü€😀']));
    upstream.send(request(1, 'test/argv'));
    expect(await events.result(1)).toEqual({ argv: [...args, '', ' ', 'ü€😀'] });
    const codes = await Promise.all(
      args.map(async (command) => (await rejected(openServer(evilEntry('hostile', [], { command, args: [] })))).code),
    );
    expect(new Set(codes)).toEqual(new Set(['SPAWN_NOT_FOUND']));
    expect(existsSync(canary)).toBe(false);
  });

  test('SUP-03: of the host’s environment only the short list arrives, then what the entry declares', async () => {
    const secrets = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`API_TOKEN_${i}`, `value-${i}`]));
    const loaders = {
      NODE_OPTIONS: '--no-warnings',
      LD_PRELOAD: '',
      DYLD_INSERT_LIBRARIES: 'x',
      PYTHONSTARTUP: '/x',
      BASH_ENV: '/x',
    };
    const shared = { PATH: '/usr/bin:/bin', HOME: '/tmp', LANG: 'C', LC_ALL: 'C', TERM: 'xterm', USER: 'someone' };
    const hostEnv = { ...secrets, ...loaders, ...shared, LC_EVIL: '() { :; }; touch /tmp/x' };
    const { upstream, events } = await openServer(evilEntry('env', [], { env: { OWN: 'x', LANG: 'de' } }), { hostEnv });
    upstream.send(request(1, 'test/env'));
    const { env } = (await events.result(1)) as { env: Record<string, string> };
    const { PORTOLAN_CHILD, ...rest } = env;
    expect(rest).toEqual({ ...shared, LANG: 'de', OWN: 'x' });
    expect(PORTOLAN_CHILD).toMatch(/^[0-9a-f]{32}$/);
  });

  test('the working directory is the entry’s', async () => {
    const cwd = tempDir();
    const { upstream, events } = await openServer(evilEntry('cwd', [], { cwd }));
    upstream.send(request(1, 'test/env'));
    expect(await events.result(1)).toMatchObject({ cwd });
  });
});

describe('what ends', () => {
  test('SUP-04, STD-07: a child that ignores SIGTERM and the end of its input is killed three seconds after', async () => {
    const clock = new ManualClock();
    const { upstream, events } = await openServer(evilEntry('stubborn', ['ignore-term', 'stay']), { clock });
    upstream.send(request(1, 'ping'));
    await events.result(1);
    let ended = false;
    const closing = upstream.close().then(() => (ended = true));
    clock.advance(2_900);
    await new Promise((resolve) => setImmediate(resolve));
    expect([ended, lives(upstream.pid ?? 0)]).toEqual([false, true]);
    await until(() => {
      clock.advance(50);
      return ended;
    }, 'the process is killed');
    await closing;
    expect(lives(upstream.pid ?? 0)).toBe(false);
    expect(events.closed[0]?.data).toMatchObject({ signal: 'SIGKILL' });
  });

  test('STD-07: a child that ends with its input gets no signal; one that does not is asked to end', async () => {
    /** What ended the child, and how long the end took in steps of 10 ms of the clock. */
    const endOf = async (modes: string[]) => {
      const clock = new ManualClock();
      const { upstream, events } = await openServer(evilEntry('child', modes), { clock });
      upstream.send(request(1, 'ping'));
      await events.result(1);
      let ended = false;
      const closing = upstream.close().then(() => (ended = true));
      let passed = 0;
      await until(() => {
        // Not before the host has taken note of the end: until then the child is a zombie.
        if (!existsSync(`/proc/${upstream.pid}`)) clock.advance(10_000);
        else if (modes.length > 0 || passed < 990) {
          passed += 10;
          clock.advance(10);
        }
        return ended;
      }, 'the process is ended');
      await closing;
      return { signal: events.closed[0]?.data['signal'], passed };
    };
    expect(await endOf([])).toMatchObject({ signal: null });
    const { signal, passed } = await endOf(['stay']);
    expect(signal).toBe('SIGTERM');
    expect(passed).toBeGreaterThanOrEqual(1000);
  });

  test('SUP-05: a tree of three leaves no survivor, 50 times of 50', async () => {
    const round = async () => {
      const { upstream, events } = await openServer(evilEntry('tree', ['tree=2']));
      upstream.send(request(1, 'test/env'));
      const { env } = (await events.result(1)) as { env: { PORTOLAN_CHILD: string } };
      const members = await until(() => {
        const found = carriers(env.PORTOLAN_CHILD);
        return found.length >= 3 ? found : undefined;
      }, 'the whole tree runs');
      await upstream.close();
      return members.filter(lives);
    };
    const left = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const survivors: number[] = [];
        for (let i = 0; i < 5; i += 1) survivors.push(...(await round()));
        return survivors;
      }),
    );
    expect(left.flat()).toEqual([]);
  }, 120_000);

  test.each(['setsid', 'setsid-blank'])('SUP-06: a grandchild in its own session is ended (%s)', async (mode) => {
    const pidFile = join(tempDir(), 'pid');
    const { upstream } = await openServer(evilEntry('leaver', [`${mode}=${pidFile}`]));
    const pid = Number(await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8'), 'the grandchild runs'));
    expect(lives(pid)).toBe(true);
    await upstream.close();
    expect(lives(pid)).toBe(false);
  });

  test('what a crashed server leaves running is ended too, and its record goes', async () => {
    const pidFile = join(tempDir(), 'pid');
    const { upstream, events, runDir } = await openServer(evilEntry('crasher', [`setsid=${pidFile}`]));
    const pid = Number(await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8'), 'the grandchild runs'));
    upstream.send(request(1, 'test/exit', { code: 1 }));
    await until(() => events.closed.length > 0, 'the exit is told');
    await until(() => !lives(pid), 'the grandchild is ended');
    await upstream.close();
    expect(readdirSync(join(runDir, 'children'))).toEqual([]);
  });

  test('SUP-19: cycles of start and stop leave no file descriptor and no process behind', async () => {
    const cycles = process.env['PORTOLAN_SOAK'] === '1' ? 1_000 : 30;
    const cycle = async () => {
      const { upstream, events } = await openServer(evilEntry('cycle', []));
      upstream.send(request(1, 'ping'));
      await events.result(1);
      await upstream.close();
    };
    await cycle();
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = { descriptors: descriptors(), handles: process.getActiveResourcesInfo().length };
    for (let i = 0; i < cycles; i += 1) await cycle();
    expect(descriptors() - before.descriptors).toBeLessThanOrEqual(5);
    expect(process.getActiveResourcesInfo().length - before.handles).toBeLessThanOrEqual(5);
  }, 300_000);
});

describe('what a failed start says', () => {
  const failure = async (endpoint: object) => rejected(openServer(evilEntry('broken', [], { args: [], ...endpoint })));
  const file = (name: string, content: string, mode: number) => {
    const path = join(tempDir(), name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };

  test('SUP-16: each cause has a code of its own (the fifth, no resources, is SUP-20)', async () => {
    const dir = tempDir();
    const errors = [
      await failure({ command: 'no-such-program-here', env: { PATH: `${dir}:/bin` } }),
      await failure({ command: file('plain', '#!/bin/sh\n', 0o644) }),
      await failure({ command: file('garbage', '\x00\x01\x02garbage\n', 0o755) }),
      await failure({ command: process.execPath, cwd: join(dir, 'missing') }),
    ];
    expect(errors.map(({ code }) => code)).toEqual([
      'SPAWN_NOT_FOUND',
      'SPAWN_NOT_EXECUTABLE',
      'SPAWN_WRONG_FORMAT',
      'SPAWN_BAD_CWD',
    ]);
    expect(errors.every(({ hint }) => hint !== undefined)).toBe(true);
    expect(errors[0]?.hint).toContain(`${dir}, /bin`);
  });

  test('a script whose interpreter is missing says which', async () => {
    const error = await failure({ command: file('script', '#!/no/such/interpreter\n', 0o755) });
    expect([error.code, error.message]).toEqual(['SPAWN_NOT_FOUND', expect.stringContaining('/no/such/interpreter')]);
  });

  test('a working directory must be absolute and a folder', async () => {
    expect((await failure({ command: process.execPath, cwd: 'relative' })).code).toBe('SPAWN_BAD_CWD');
    expect((await failure({ command: process.execPath, cwd: process.execPath })).code).toBe('SPAWN_BAD_CWD');
  });

  test('a zero character in an argument is refused', async () => {
    expect((await failure({ command: process.execPath, args: ['a\0b'] })).code).toBe('INPUT_INVALID');
  });

  test('a failed start leaves no record', async () => {
    const runDir = join(tempDir(), 'run');
    const command = file('script', '#!/no/such/interpreter\n', 0o755);
    await rejected(openServer(evilEntry('broken', [], { command, args: [] }), { runDir }));
    expect(readdirSync(join(runDir, 'children'))).toEqual([]);
  });

  test.each([
    ['--nofile', 0],
    ['--nofile', 4],
    ['--nproc', undefined],
  ])(
    'SUP-20: at the limit (%s, %s files to spare) a start is refused and works again once lifted',
    async (limit, spare) => {
      const host = limitedHost();
      expect(await host.start()).toBe('started');
      host.limit(limit, spare === undefined ? 1 : readdirSync(`/proc/${host.pid}/fd`).length + spare);
      expect(await host.start()).toBe('SPAWN_NO_RESOURCES');
      host.limit(limit, 4_096);
      expect(await host.start()).toBe('started');
    },
  );
});

/** test/support/limited-host.ts, under a user of its own where possible: limits of processes do not bind root. */
function limitedHost(): { pid: number; start(): Promise<string>; limit(kind: string, value: number): void } {
  const home = tempDir();
  const runDir = join(home, 'run');
  mkdirSync(runDir);
  for (const dir of [home, runDir]) chmodSync(dir, 0o777);
  const script = fileURLToPath(new URL('../../support/limited-host.ts', import.meta.url));
  const asOther = process.getuid?.() === 0 ? ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups'] : [];
  const [program, ...args] = [...asOther, process.execPath, script, runDir, EVIL_STDIO];
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: home },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    start: async () => {
      child.stdin.write('start\n');
      const { value } = await answers.next();
      return String(value);
    },
    limit: (kind, value) => run([...asOther, 'prlimit', '--pid', String(child.pid), `${kind}=${value}:`]),
  };
}

function run([program = '', ...args]: string[]): void {
  execFileSync(program, args);
}

/** Living processes that carry the marker. */
function carriers(marker: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(marker) && lives(Number(name))
        ? [Number(name)]
        : [];
    } catch {
      return [];
    }
  });
}
