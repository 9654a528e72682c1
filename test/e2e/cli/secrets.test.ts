// A secret from stdin to the server that needs it, and nowhere else. Needs a keychain: run with test/support/with-keyring.sh.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, onTestFinished, test } from 'vitest';
import { HttpMcpServer, respond } from '../../support/http-mcp-server.ts';
import { type Finished, Portolan, ROOT } from '../../support/portolan.ts';
import {
  expectNoSecret,
  filesBelow,
  guardedServer,
  type Process,
  processesOf,
  SECRET,
} from '../../support/secret-canary.ts';

const ECHO_SERVER = join(ROOT, 'test', 'fixtures', 'echo-server.mjs');

interface Secrets {
  readonly secrets: readonly { name: string; usedBy: string[] }[];
}

test('a secret is stored from stdin and listed by name and use, never by value', async () => {
  const portolan = new Portolan();
  const stored = await storeSecret(portolan);
  await addRemote(portolan, 'http://127.0.0.1:9/mcp');
  const listed = await portolan.run(['secret', 'list', '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({ secrets: [{ name: 'tok', usedBy: ['remote'] }] });
  for (const text of [stored, listed, await portolan.run(['secret', 'list'])].map(textOf)) expectNoSecret(text);
});

test('an empty secret is refused and nothing is stored', async () => {
  const portolan = new Portolan();
  const { code, stderr } = await portolan.run(['secret', 'set', 'tok'], '\n');
  expect([code, stderr]).toEqual([2, expect.stringContaining('next: Type it when asked')]);
  expect((await portolan.json<Secrets>('secret', 'list')).secrets).toEqual([]);
});

test('a header that names a secret carries its value to the remote server', async () => {
  const portolan = new Portolan();
  await storeSecret(portolan);
  await addRemote(portolan, (await guardedServer()).url);
  expect(await portolan.json('tools', 'remote')).toMatchObject({ tools: [{ name: 'greet' }] });
  expect(await portolan.json('call', 'remote', 'greet')).toMatchObject({ isError: false });
});

test.each([
  ['a header', ['--url', 'https://api.example.com/mcp', '--header', 'Authorization=Bearer ghp_EXAMPLE0abcdefghijkl']],
  ['an environment variable', ['--env', 'API_KEY=sk-live-EXAMPLE0abcdefghijkl', '--', 'node']],
])('a literal secret in %s is refused with the way to store it', async (_where, args) => {
  const portolan = new Portolan();
  const refused = await portolan.run(['add', 'x', ...args]);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(/next: .*portolan secret set NAME.*\$\{secret:NAME\}/);
  expect(refused.stderr).not.toContain('EXAMPLE0');
  expect(await portolan.json('list')).toMatchObject({ servers: [] });
  expect(filesBelow(portolan.home)).not.toContain('EXAMPLE0');
});

test('a removed secret fails the next call, even of an open connection, with the way to store it again', async () => {
  const portolan = new Portolan();
  await storeSecret(portolan);
  await addRemote(portolan, (await guardedServer()).url);
  await portolan.json('call', 'remote', 'greet');
  expect((await portolan.run(['secret', 'remove', 'tok'])).stdout).toBe('Removed tok.\n');
  expect((await portolan.json<Secrets>('secret', 'list')).secrets.map(({ name }) => name)).not.toContain('tok');
  const { code, stderr } = await portolan.run(['call', 'remote', 'greet']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/\(SECRET_NOT_FOUND\)\n {2}next: .*portolan secret set tok/);
});

test('a server that runs with a secret is called with its new value once that is stored', async () => {
  const portolan = new Portolan();
  await storeSecret(portolan);
  const server = await guardedServer();
  await addRemote(portolan, server.url);
  await portolan.json('call', 'remote', 'greet');
  await portolan.run(['secret', 'set', 'tok'], 'another');
  await portolan.run(['call', 'remote', 'greet']);
  expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer another');
});

test('STD-12: a stdio server gets the secret its entry declares, in its own environment alone', async () => {
  const portolan = new Portolan();
  await storeSecret(portolan);
  await portolan.json('add', 'local', '--env', 'TOKEN=${secret:tok}', '--', process.execPath, ECHO_SERVER);
  const client = await connect(portolan, 'local');
  await client.callTool({ name: 'echo', arguments: { text: 'hello' } });
  const { status } = await portolan.json<{ status: { pids: number[] } }>('show', 'local');
  expect(status.pids.map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8')).join('')).toContain(`TOKEN=${SECRET}`);
  const ours = processesOf(portolan).filter(({ pid }) => !status.pids.includes(pid));
  expect(ours.map(({ pid }) => pid)).toContain(portolan.hostPid());
  for (const { shown } of ours) expectNoSecret(shown);
});

test('GW-18 shows no secret in the command line or environment of host, shim and command line', async () => {
  const portolan = new Portolan();
  await storeSecret(portolan);
  let seen: readonly Process[] = [];
  const server = await guardedServer((request) => {
    if (request.method === 'tools/call') seen = processesOf(portolan);
  });
  await addRemote(portolan, server.url);
  const client = await connect(portolan, 'remote');
  await portolan.json('call', 'remote', 'greet');
  await client.listTools();
  const commands = seen.map(({ shown }) => shown.split('\n', 1)[0]);
  expect(commands).toEqual(
    expect.arrayContaining([expect.stringMatching(/connect remote/), expect.stringMatching(/call remote greet/)]),
  );
  expect(seen.map(({ pid }) => pid)).toContain(portolan.hostPid());
  for (const { shown } of seen) expectNoSecret(shown);
});

test('SEC-07 leaves no byte of a secret in files, records, logs or output, whatever the server does with it', async () => {
  const portolan = new Portolan();
  const printed = [await storeSecret(portolan)];
  const run = async (...args: string[]) => printed.push(await portolan.run(args));
  const tell = `const { TOKEN } = process.env; console.error('to' + 'ld', TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN), btoa('Bearer ' + TOKEN)); await import(${JSON.stringify(ECHO_SERVER)})`;
  await run('add', 'local', '--env', 'TOKEN=${secret:tok}', '--', process.execPath, '--input-type=module', '-e', tell);
  await addRemote(portolan, (await guardedServer()).url);
  const failing = await HttpMcpServer.start();
  failing.on('POST', (request, response) => {
    respond(response, 500, { jsonrpc: '2.0', id: null, error: { code: -1, message: request.headers.authorization } });
  });
  await portolan.json('add', 'failing', '--url', failing.url, '--header', 'Authorization=Bearer ${secret:tok}');

  for (const args of [
    ['call', 'local', 'echo', '{"text":"hello"}'],
    ['call', 'remote', 'greet'],
    ['tools', 'remote'],
    ['call', 'failing', 'greet'],
    ['call', 'failing', 'greet', '--json'],
    ['list', '--json'],
    ['show', 'local'],
    ['show', 'failing', '--json'],
    ['logs', 'local'],
    ['logs', 'failing'],
    ['secret', 'list', '--json'],
    ['audit', 'list', '--json', '--limit', '1000'],
    ['doctor', '--json'],
    ['export', '--to', join(portolan.home, 'plain.json'), '--mode', 'direct', '--yes', '--json'],
  ])
    await run(...args);
  expect(printed.map(textOf).join('\n')).toContain('told');
  for (const text of printed.map(textOf)) expectNoSecret(text);
  expect(filesBelow(portolan.home)).toContain('${secret:tok}');
  expectNoSecret(filesBelow(portolan.home));
  await portolan.stop();
  expectNoSecret(filesBelow(portolan.home));
});

function storeSecret(portolan: Portolan): Promise<Finished> {
  return portolan.run(['secret', 'set', 'tok'], `${SECRET}\n`);
}

async function addRemote(portolan: Portolan, url: string): Promise<void> {
  const header = 'Authorization=Bearer ${secret:tok}';
  await portolan.json('add', 'remote', '--url', url, '--type', 'streamable-http', '--header', header);
}

async function connect(portolan: Portolan, server: string): Promise<Client> {
  const client = new Client({ name: 'test client', version: '1.0.0' });
  await client.connect(new StdioClientTransport(portolan.connect(server)));
  onTestFinished(() => client.close());
  return client;
}

function textOf({ stdout, stderr }: Finished): string {
  return stdout + stderr;
}
