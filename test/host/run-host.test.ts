// One host process: election, leftovers, leaving, handing over. Real processes over the little parts.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClient, ensureHost, healthOf } from '../../host/control-client.ts';
import { requestControl } from '../../host/control-request.ts';
import { readDescriptor } from '../../host/descriptor.ts';
import {
  exitOf,
  hostEnv,
  hostLog,
  killHostAfterTest,
  LITTLE_HOST,
  socketOf,
  spawnHost,
} from '../support/host-process.ts';
import { rejected } from '../support/thrown.ts';
import { connectShim, newSessionId } from '../support/shim-client.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

describe('runHost', () => {
  it('CON-01 makes one host of ten starts at once; the others leave quietly', async () => {
    const home = tempDir();
    const children = Array.from({ length: 10 }, () => spawnHost(home, LITTLE_HOST));
    const socket = await socketOf(home);
    const winner = (await healthOf(socket))?.pid;
    const losers = children.filter((child) => child.pid !== winner);
    expect(losers).toHaveLength(9);
    expect(await Promise.all(losers.map(exitOf))).toEqual(Array(9).fill(0));
    expect((await healthOf(socket))?.pid).toBe(winner);
  });

  it('GW-15 takes over what a killed host left, and never a live host’s place', async () => {
    const home = tempDir();
    const first = spawnHost(home, LITTLE_HOST);
    const socket = await socketOf(home);
    expect(await exitOf(spawnHost(home, LITTLE_HOST))).toBe(0);
    expect((await healthOf(socket))?.pid).toBe(first.pid);
    first.kill('SIGKILL');
    await exitOf(first);
    expect(existsSync(socket)).toBe(true);
    const second = spawnHost(home, LITTLE_HOST);
    await until(async () => (await healthOf(socket))?.pid === second.pid, 'the second host answers');
  });

  it('GW-19 SEC-17 writes a descriptor without a token, and everything is the owner’s alone whatever the umask', async () => {
    const home = tempDir();
    const child = spawnHost(home, LITTLE_HOST);
    const socket = await socketOf(home);
    const path = join(home, 'run', 'host.json');
    await until(() => readDescriptor(path), 'the descriptor is written');
    expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object).sort()).toEqual([
      'pid',
      'socket',
      'startedAt',
      'version',
    ]);
    expect(readDescriptor(path)).toMatchObject({ pid: child.pid, socket });
    for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      expect([entry.name, mode]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
    }
  });

  it('GW-14 refuses another user at the directory, and a data directory that is a link', async () => {
    const home = tempDir();
    spawnHost(home, LITTLE_HOST);
    const socket = await socketOf(home);
    const probe = `require('net').connect(${JSON.stringify(socket)}).on('connect',()=>console.log('IN')).on('error',e=>console.log(e.code))`;
    const other = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '-e', probe];
    expect(spawnSync('setpriv', other, { encoding: 'utf8', cwd: '/' }).stdout).toBe('EACCES\n');
    const link = join(tempDir(), 'link');
    symlinkSync(home, link);
    expect(await rejected(ensureHost(hostEnv(link), { entry: LITTLE_HOST }))).toMatchObject({
      code: 'DATA_DIR_UNSAFE',
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('leaves in order on %s: code 0, no socket, no descriptor', async (signal) => {
    const home = tempDir();
    const child = spawnHost(home, LITTLE_HOST);
    await socketOf(home);
    await until(() => hostLog(home).includes('"ready"'), 'the host is ready');
    child.kill(signal);
    expect(await exitOf(child)).toBe(0);
    expect(readdirSync(join(home, 'run'))).toEqual(['host.lock']);
  });

  it('leaves when nobody has needed it for the idle time, and stays while an event stream is open', async () => {
    const home = tempDir();
    const child = spawnHost(home, LITTLE_HOST, { LITTLE_IDLE_MINUTES: '0.01' });
    const client = createClient(await socketOf(home));
    const abort = new AbortController();
    const events = await client.system.events(undefined, { signal: abort.signal });
    const next = events.next();
    // Three times the idle time of 600 ms, by the host's own clock.
    const { startedAt } = await client.system.status();
    const elapsed = () => Date.now() - Date.parse(startedAt);
    await until(() => elapsed() > 1_800, 'the idle time has passed three times');
    expect(child.exitCode).toBeNull();
    abort.abort();
    await next.catch(() => undefined);
    expect(await exitOf(child)).toBe(0);
    expect(hostLog(home)).toContain('"reason":"idle"');
  });

  it('tells why it could not be made to whoever waits, and leaves with code 1', async () => {
    const home = tempDir();
    const child = spawnHost(home, LITTLE_HOST, { LITTLE_FAIL: '1' });
    const client = createClient(await socketOf(home));
    await expect(client.system.status()).rejects.toMatchObject({
      code: 'STATE_NEWER',
      message: 'made by a newer Portolan',
    });
    expect(await exitOf(child)).toBe(1);
  });

  it('CON-02 writes nothing more once it lost its place', async () => {
    const home = tempDir();
    const child = spawnHost(home, LITTLE_HOST);
    const socket = await socketOf(home);
    const client = createClient(socket);
    await client.system.status();
    rmSync(join(home, 'run', 'host.lock'));
    await expect(client.catalog.setEnabled({ name: 'echo', enabled: false })).rejects.toBeDefined();
    expect(await exitOf(child)).toBe(1);
  });

  it('says what stands in the way of its socket', async () => {
    const home = tempDir();
    mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, 'run', 'host.sock'), 'not a socket');
    const child = spawnHost(home, LITTLE_HOST);
    expect(await exitOf(child)).not.toBe(0);
    expect(readFileSync(join(home, 'run', 'host.sock'), 'utf8')).toBe('not a socket');
  });
});

describe('ensureHost', () => {
  it('CON-01 gives twenty clients at once one host that works for all', async () => {
    const home = tempDir();
    killHostAfterTest(home);
    const found = await Promise.all(
      Array.from({ length: 20 }, () => ensureHost(hostEnv(home), { entry: LITTLE_HOST })),
    );
    const pids = await Promise.all(found.map(async ({ socket }) => (await createClient(socket).system.status()).pid));
    expect(new Set(pids).size).toBe(1);
  });

  it('starts a new one at once when the socket is a dead host’s', async () => {
    const home = tempDir();
    killHostAfterTest(home);
    mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
    const left = createServer().listen(join(home, 'run', 'host.sock'));
    await until(() => left.listening, 'the socket is there');
    // A killed process leaves its socket's file: closing in order would remove it.
    spawnSync('mv', [join(home, 'run', 'host.sock'), join(home, 'run', 'kept')]);
    left.close();
    spawnSync('mv', [join(home, 'run', 'kept'), join(home, 'run', 'host.sock')]);
    const { socket } = await ensureHost(hostEnv(home), { entry: LITTLE_HOST });
    expect(await healthOf(socket)).toMatchObject({ draining: false });
  });

  it('says where the log is when the host does not start', async () => {
    const home = tempDir();
    const error = await rejected(ensureHost(hostEnv(home), { entry: join(home, 'missing.js') }));
    expect(error).toMatchObject({ code: 'HOST_UNREACHABLE', data: { log: join(home, 'logs', 'host.log') } });
  });
});

describe('hand-over', () => {
  it('finishes the call in flight, then the newer client’s host has the sessions’ waiting bytes', async () => {
    const home = tempDir();
    killHostAfterTest(home);
    const old = spawnHost(home, LITTLE_HOST);
    const socket = await socketOf(home);
    const call = await createClient(socket).calls.call({ server: 'slow', tool: 't', arguments: { n: 1 } });
    expect((await call.next()).value).toMatchObject({ kind: 'progress' });
    const sessionId = newSessionId();
    const shim = await connectShim(socket, { server: 'echo', sessionId });
    expect(shim.status).toBe(101);

    const newer = ensureHost(hostEnv(home), { entry: LITTLE_HOST, version: '99.0.0' });
    await until(async () => (await healthOf(socket))?.draining, 'the old host drains');
    expect((await connectShim(socket, { server: 'echo' })).status).toBe(503);
    old.kill('SIGUSR2');
    expect((await call.next()).value).toMatchObject({ kind: 'done', result: { tool: 't', args: { n: 1 } } });

    await newer;
    const again = await connectShim(socket, { server: 'echo', sessionId, resume: '{"id":1}' });
    await until(() => again.received().includes('kept over\n'), 'the waiting bytes arrive');
    expect(await exitOf(old)).toBe(0);
    expect((await healthOf(socket))?.pid).not.toBe(old.pid);
  });

  it('is refused for a client that is not newer', async () => {
    const home = tempDir();
    spawnHost(home, LITTLE_HOST);
    const socket = await socketOf(home);
    const answer = await requestControl(socket, 'POST', '/hand-over', '{"version":"0.0.1"}');
    expect(answer.status).toBe(403);
    expect((await healthOf(socket))?.draining).toBe(false);
  });
});
