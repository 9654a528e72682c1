// The stdio shim against real hosts: many at once, hosts that are killed, clients that vanish.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive, Portolan, ROOT } from '../support/portolan.ts';
import { EVERYTHING } from '../support/real-servers.ts';
import { until } from '../support/until.ts';

const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'shim test', version: '1' } };
const ROUNDS = process.env['PORTOLAN_SOAK'] === '1' ? 100 : 10;

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { code: number; message: string };
}

/** A raw client on the stdin and stdout of `portolan connect`. */
class RawClient {
  readonly child: ChildProcessWithoutNullStreams;
  readonly answers: Answer[] = [];
  #rest = '';
  #id = 0;

  constructor(portolan: Portolan, server: string) {
    const { command, args, env } = portolan.connect(server);
    this.child = spawn(command, args, { env });
    onTestFinished(() => {
      this.child.kill('SIGKILL');
    });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) if (line) this.answers.push(JSON.parse(line) as Answer);
    });
    this.child.stderr.resume();
  }

  notify(method: string): void {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
  }

  request(method: string, params: object = {}): Promise<Answer> {
    this.#id += 1;
    const id = this.#id;
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return until(() => this.answers.find((answer) => answer.id === id), `${method} ${id} is answered`, 60_000);
  }

  async initialize(): Promise<this> {
    const answer = await this.request('initialize', INITIALIZE);
    expect(answer.error).toBeUndefined();
    this.notify('notifications/initialized');
    return this;
  }
}

test('20 clients started at once with no host running get one host and 20 working sessions', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await portolan.stop();
  const clients = await Promise.all(
    Array.from({ length: 20 }, () => new RawClient(portolan, 'everything').initialize()),
  );
  const answers = await Promise.all(
    clients.map((client, number) =>
      client.request('tools/call', { name: 'echo', arguments: { message: `from ${number}` } }),
    ),
  );
  expect(answers.map((answer) => answer.result?.['content'])).toEqual(
    clients.map((_, number) => [{ type: 'text', text: `Echo: from ${number}` }]),
  );
  expect(hostsOf(portolan)).toEqual([portolan.hostPid()]);
  expect((await portolan.json<{ sessions: number }>('host', 'status')).sessions).toBe(20);
});

test('SUP-08 a shim whose client is killed ends, and its server process with it', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  for (let round = 0; round < ROUNDS; round += 1) {
    const { command, args, env } = portolan.connect('everything');
    const line = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: INITIALIZE });
    const script = `const c = require('child_process').spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, { stdio: ['pipe', 'pipe', 'inherit'] });
      c.stdout.on('data', (d) => process.stdout.write(c.pid + ' ' + d)); c.stdin.write(${JSON.stringify(`${line}\n`)});`;
    const client = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    client.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await until(() => output.includes('\n'), 'the session is open');
    const shim = Number(output.split(' ')[0]);
    const children = (await portolan.json<{ servers: { status?: { pids: number[] } }[] }>('list')).servers.flatMap(
      (server) => server.status?.pids ?? [],
    );
    expect(children).toHaveLength(1);
    client.kill('SIGKILL');
    await until(() => !isAlive(shim), 'the shim is gone');
    await until(() => children.every((pid) => !isAlive(pid)), 'the server process is gone');
  }
});

test('after the host is killed a session goes on by itself, and what was in flight is reported as unknown', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  const client = await new RawClient(portolan, 'everything').initialize();
  const slow = client.request('tools/call', {
    name: 'trigger-long-running-operation',
    arguments: { duration: 60, steps: 60 },
  });
  const inFlight = async () => (await portolan.json<{ inFlight: number }>('host', 'status')).inFlight === 1;
  await until(inFlight, 'the call is in flight');
  const before = portolan.hostPid();
  process.kill(before ?? 0, 'SIGKILL');
  expect((await slow).error?.message).toContain('OUTCOME_UNKNOWN');
  const answer = await client.request('tools/call', { name: 'echo', arguments: { message: 'again' } });
  expect(answer.result?.['content']).toEqual([{ type: 'text', text: 'Echo: again' }]);
  expect(portolan.hostPid()).not.toBe(before);
  expect((await portolan.run(['audit', 'verify'])).code).toBe(0);
  const page = await portolan.json<{ records: { outcome: string; what: string }[] }>(
    'audit',
    'list',
    '--filter',
    'kind:call.outcome outcome:unknown',
  );
  expect(page.records.map((record) => record.what)).toEqual(['trigger-long-running-operation']);
});

test('a server that is not in the catalog is refused in words that the client can show', async () => {
  const portolan = new Portolan();
  const { command, args, env } = portolan.connect('nowhere');
  const child = spawn(command, args, { env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 'first', method: 'initialize', params: INITIALIZE })}\n`);
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(1);
  expect(stderr).toContain('SERVER_NOT_FOUND');
  expect(JSON.parse(stdout)).toMatchObject({
    id: 'first',
    error: { message: expect.stringContaining('SERVER_NOT_FOUND') as string },
  });
});

/** Process ids of all hosts of this data directory, by their environment. */
function hostsOf(portolan: Portolan): number[] {
  const main = join(ROOT, 'dist', 'host', 'main.js');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) =>
        readProc(pid, 'cmdline').includes(main) &&
        readProc(pid, 'environ').includes(`PORTOLAN_HOME=${portolan.home}`) &&
        isAlive(pid),
    );
}

function readProc(pid: number, name: string): string {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
