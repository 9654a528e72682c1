// The built host as a process, with real servers behind it: one of it, nothing lost when it dies, leaves or hands over.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { createClient, ensureHost, healthOf, type HostClient } from '../../../host/control-client.ts';
import { BUILT_HOST, exitOf, hostEnv, killHostAfterTest, socketOf, spawnHost } from '../../support/host-process.ts';
import { connectShim, newSessionId } from '../../support/shim-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const EVERYTHING = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
const LONG = 'trigger-long-running-operation';
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function builtHost() {
  const home = tempDir();
  killHostAfterTest(home);
  const child = spawnHost(home, BUILT_HOST);
  const socket = await socketOf(home);
  const client = createClient(socket);
  const endpoint = { type: 'stdio' as const, command: process.execPath, args: [EVERYTHING, 'stdio'], env: {} };
  await client.catalog.add({ name: 'every', endpoint });
  return { home, child, socket, client };
}

async function call(client: HostClient, tool: string, args: Record<string, unknown>) {
  const events = [];
  for await (const event of await client.calls.call({ server: 'every', tool, arguments: args })) events.push(event);
  return events.at(-1);
}

/** Addresses on which the process listens, `/proc/net/tcp` form. */
function listeners(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined;
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/net/${family}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map((fields) => (fields[1] ?? '').split(':')[0] ?? ''),
  );
}

describe('the built host', () => {
  it('CON-01 is one for twenty clients at once', async () => {
    const home = tempDir();
    killHostAfterTest(home);
    const entry = { entry: BUILT_HOST };
    const found = await Promise.all(Array.from({ length: 20 }, () => ensureHost(hostEnv(home), entry)));
    const pids = await Promise.all(found.map(async ({ socket }) => (await createClient(socket).system.status()).pid));
    expect(new Set(pids).size).toBe(1);
  });

  it('GW-01 listens on no port until the web is opened, and then on 127.0.0.1 alone', async () => {
    const { child, client } = await builtHost();
    expect(listeners(child.pid ?? 0)).toEqual([]);
    await client.system.openWeb({});
    expect(listeners(child.pid ?? 0)).toEqual(['0100007F']);
  });

  it('GW-18 shows no secret in the command line or environment of any of its processes', async () => {
    const { child, client } = await builtHost();
    const { url, base } = await client.system.openWeb({});
    const code = url.split('#code=')[1] ?? '';
    const opened = await fetch(`${base}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    const { token } = (await opened.json()) as { token: string };
    await call(client, 'echo', { message: 'canary-argument' });
    const [status] = await client.servers.list();
    for (const pid of [child.pid ?? 0, ...(status?.pids ?? [])]) {
      const shown = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      for (const canary of [code, token, 'canary-argument']) expect(shown).not.toContain(canary);
    }
  });

  it('starts whole after kill -9: old children ended, the open call recorded as unknown', async () => {
    const { home, child, socket, client } = await builtHost();
    await client.servers.start({ name: 'every' });
    const pids = (await client.servers.list())[0]?.pids ?? [];
    expect(pids.length).toBeGreaterThan(0);
    const sessionId = newSessionId();
    const initialize =
      '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}';
    const shim = await connectShim(socket, { server: 'every', sessionId });
    shim.socket.write(`${initialize}\n`);
    await until(() => shim.received().includes('"id":0'), 'the handshake is answered');
    shim.socket.write(
      `{"jsonrpc":"2.0","method":"notifications/initialized"}\n{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"${LONG}","arguments":{"duration":60,"steps":2}}}\n`,
    );
    await until(async () => (await client.system.status()).inFlight === 1, 'the call is in flight');
    child.kill('SIGKILL');
    await exitOf(child);
    await ensureHost(hostEnv(home), { entry: BUILT_HOST });
    await until(() => !pids.some(isAlive), 'the children of the killed host have ended');
    const again = await connectShim(socket, { server: 'every', sessionId, resume: initialize });
    await until(() => again.received().includes('"id":7'), 'the lost call is answered');
    expect(again.received()).toContain('error');
    const { records } = await createClient(socket).audit.list({ filter: { kinds: ['call.outcome'] }, limit: 10 });
    expect(records.map(({ outcome }) => outcome)).toContain('unknown');
  });

  it('hands over with a call in flight: the answer still arrives, and the next call goes to the new host', async () => {
    const { home, child, socket } = await builtHost();
    const sessionId = newSessionId();
    const initialize =
      '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}';
    const shim = await connectShim(socket, { server: 'every', sessionId });
    shim.socket.on('end', () => shim.socket.end());
    shim.socket.write(`${initialize}\n`);
    await until(() => shim.received().includes('"id":0'), 'the handshake is answered');
    shim.socket.write(
      `{"jsonrpc":"2.0","method":"notifications/initialized"}\n{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${LONG}","arguments":{"duration":2,"steps":2}}}\n`,
    );
    await until(async () => (await createClient(socket).system.status()).inFlight === 1, 'the call is in flight');
    const newer = ensureHost(hostEnv(home), { entry: BUILT_HOST, version: '99.0.0', timeoutMs: 60_000 });
    await until(async () => (await healthOf(socket))?.draining, 'the old host drains');
    shim.socket.write(
      '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"message":"kept over"}}}\n',
    );
    await until(() => shim.received().includes('"id":1'), 'the call in flight is answered');
    await newer;
    const again = await connectShim(socket, { server: 'every', sessionId, resume: initialize });
    await until(() => again.received().includes('Echo: kept over'), 'the waiting call is answered by the new host');
    expect(await exitOf(child)).toBe(0);
  });

  it('CON-08 leaves with 100 calls in flight: every one has an outcome, no child is left', async () => {
    const { home, child, socket, client } = await builtHost();
    const calls = Array.from({ length: 100 }, () =>
      call(client, LONG, { duration: 60, steps: 2 }).catch(() => undefined),
    );
    await until(async () => (await client.system.status()).inFlight === 100, 'a hundred calls are in flight');
    const pids = (await client.servers.list()).flatMap((status) => status.pids);
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
    await Promise.all(calls);
    expect(pids.filter(isAlive)).toEqual([]);
    await ensureHost(hostEnv(home), { entry: BUILT_HOST });
    const { audit } = createClient(socket);
    const [intents, outcomes] = await Promise.all([
      audit.list({ filter: { kinds: ['call.intent'] } }),
      audit.list({ filter: { kinds: ['call.outcome'] } }),
    ]);
    expect([intents.matching, outcomes.matching]).toEqual([100, 100]);
  });
});
