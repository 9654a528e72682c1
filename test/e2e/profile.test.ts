// Profiles on real servers: made by a person, exported, reached by real clients through `portolan connect --profile`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CreateMessageRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import type { AuditPage } from '../../shared/model/audit-record.ts';
import type { Profile, ProfileStatus } from '../../shared/model/profile.ts';
import { isAlive, Portolan } from '../support/portolan.ts';
import { EVERYTHING, filesystem, MEMORY } from '../support/real-servers.ts';
import { ShimProcess } from '../support/shim-process.ts';
import { until } from '../support/until.ts';

const CLIENT_INFO = { name: 'test client', version: '1.0.0' };

async function threeServers(...more: string[]): Promise<{ portolan: Portolan; folder: string }> {
  const portolan = new Portolan();
  const folder = join(portolan.home, 'shared-folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'note.txt'), 'written by hand');
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await portolan.json('add', 'files', '--', ...filesystem(folder));
  await portolan.json('add', 'memory', '--', ...MEMORY);
  await portolan.json('profile', 'create', 'dev', '--servers', 'files,everything,memory', ...more);
  return { portolan, folder };
}

const connectTo = (portolan: Portolan, profile: string) => ({
  ...portolan.connect('--profile', profile),
  stderr: 'ignore' as const,
});
const textOf = (result: object) => (result as { content: { text?: string }[] }).content[0]?.text;

test('PRX-11: a v1 and a v2 client use three real servers as one; every call is recorded at its server', async () => {
  const { portolan, folder } = await threeServers();
  const v1 = new ClientV1(CLIENT_INFO, { capabilities: { sampling: {} } });
  v1.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'none',
    role: 'assistant',
    content: { type: 'text', text: 'sampled here' },
  }));
  await v1.connect(new StdioV1(connectTo(portolan, 'dev')));
  expect(v1.getServerVersion()).toMatchObject({ name: 'portolan', title: 'Portolan: dev' });
  // A server that is not up within a second is named as missing; the list is asked for again until all have come.
  const { tools, _meta } = await until(async () => {
    const list = await v1.listTools();
    return list._meta === undefined ? list : undefined;
  }, 'every server has listed');
  const names = tools.map((tool) => tool.name);
  expect(_meta).toBeUndefined();
  expect(names).toContain('files__read_text_file');
  expect(names).toContain('memory__create_entities');
  expect(names.indexOf('files__read_text_file')).toBeLessThan(names.indexOf('everything__echo'));
  expect(textOf(await v1.callTool({ name: 'everything__echo', arguments: { message: 'one' } }))).toBe('Echo: one');
  const path = join(folder, 'note.txt');
  expect(textOf(await v1.callTool({ name: 'files__read_text_file', arguments: { path } }))).toBe('written by hand');
  const sampled = await v1.callTool({ name: 'everything__trigger-sampling-request', arguments: { prompt: 'hi' } });
  expect(JSON.stringify(sampled)).toContain('sampled here');
  const progress: number[] = [];
  await v1.callTool(
    { name: 'everything__trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } },
    undefined,
    { onprogress: (told) => progress.push(told.progress) },
  );
  // The client forgets who waits as soon as the answer is there, which may be before it has told of the last step.
  expect(progress[0]).toBe(1);

  const { prompts } = await v1.listPrompts();
  expect(prompts.map((prompt) => prompt.name)).toContain('everything__simple-prompt');
  expect((await v1.getPrompt({ name: 'everything__simple-prompt' })).messages).toHaveLength(1);
  const { resources } = await v1.listResources();
  const [first] = resources;
  expect((await v1.readResource({ uri: first?.uri ?? '' })).contents).toHaveLength(1);
  const { resourceTemplates } = await v1.listResourceTemplates();
  expect(resourceTemplates.length).toBeGreaterThan(0);
  await v1.setLoggingLevel('debug');
  expect(await v1.ping()).toEqual({});
  await v1.close();

  const v2 = new ClientV2(CLIENT_INFO);
  await v2.connect(new StdioV2(connectTo(portolan, 'dev')));
  expect((await v2.listTools()).tools.map((tool) => tool.name)).toContain('everything__echo');
  expect(textOf(await v2.callTool({ name: 'everything__echo', arguments: { message: 'two' } }))).toBe('Echo: two');
  await v2.close();

  const { records } = await portolan.json<AuditPage>('audit', 'list', '--limit', '1000');
  const calls = records.filter((record) => record.kind === 'call.outcome').reverse();
  expect(calls.map(({ server, what, outcome, client }) => [server, what, outcome, client])).toEqual([
    ['everything', 'echo', 'allowed', 'test client'],
    ['files', 'read_text_file', 'allowed', 'test client'],
    ['everything', 'trigger-sampling-request', 'allowed', 'test client'],
    ['everything', 'trigger-long-running-operation', 'allowed', 'test client'],
    ['everything', 'prompts/get simple-prompt', 'allowed', 'test client'],
    ['everything', 'resources/read', 'allowed', 'test client'],
    ['everything', 'echo', 'allowed', 'test client'],
  ]);
  await until(async () => {
    const status = await portolan.json<ProfileStatus>('profile', 'show', 'dev');
    return status.sessions === 0 && status.members.every((member) => (member.tools ?? 0) > 0);
  }, 'what is known stays when the clients have left');
});

test('search mode: two tools find and call all others', async () => {
  const { portolan } = await threeServers('--mode', 'search');
  const client = new ClientV1(CLIENT_INFO);
  await client.connect(new StdioV1(connectTo(portolan, 'dev')));
  expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(['find_tools', 'call_tool']);
  const found = await client.callTool({ name: 'find_tools', arguments: { query: 'sum of two numbers' } });
  const [best] = (JSON.parse(textOf(found) ?? '') as { tools: { name: string; inputSchema: object }[] }).tools;
  expect(best?.name).toBe('everything__get-sum');
  const called = await client.callTool({
    name: 'call_tool',
    arguments: { name: best?.name, arguments: { a: 2, b: 3 } },
  });
  expect(textOf(called)).toContain('5');
  await client.close();
  const { records } = await portolan.json<AuditPage>('audit', 'list', '--limit', '100');
  expect(records.filter(({ kind }) => kind === 'call.outcome').map(({ server, what }) => [server, what])).toEqual([
    ['everything', 'get-sum'],
  ]);
});

test('a profile that is changed while a client uses it: the client is told, and lists what it holds now', async () => {
  const { portolan } = await threeServers();
  const client = new ClientV1(CLIENT_INFO);
  let told = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void told++);
  await client.connect(new StdioV1(connectTo(portolan, 'dev')));
  const servers = async () => new Set((await client.listTools()).tools.map(({ name }) => name.split('__')[0]));
  await until(async () => (await servers()).size === 3, 'every server has listed');
  expect(await servers()).toEqual(new Set(['files', 'everything', 'memory']));
  const before = told;
  await portolan.json('profile', 'edit', 'dev', '--servers', 'memory,files');
  await until(() => told > before, 'the client is told');
  await until(async () => !(await servers()).has('everything'), 'the server that left is gone');
  expect(await servers()).toEqual(new Set(['memory', 'files']));
  await portolan.json('remove', 'files');
  await until(async () => !(await servers()).has('files'), 'the removed server is gone');
  await portolan.json('profile', 'remove', 'dev');
  await expect(client.callTool({ name: 'memory__read_graph', arguments: {} })).rejects.toThrow();
});

test('a hanging and a dead server: the others are listed all the same, and both are named', async () => {
  const { portolan } = await threeServers();
  await portolan.json('add', 'hangs', '--', process.execPath, '-e', 'setInterval(() => 0, 1000)');
  await portolan.json('add', 'dead', '--', '/nowhere/to/be/found');
  await portolan.json('profile', 'edit', 'dev', '--servers', 'hangs,dead,everything');
  const client = new ClientV1(CLIENT_INFO);
  await client.connect(new StdioV1(connectTo(portolan, 'dev')));
  const { _meta } = await until(async () => {
    const listed = await client.listTools();
    return listed.tools.some(({ name }) => name === 'everything__echo') ? listed : undefined;
  }, 'the good server is listed');
  expect(_meta?.['io.portolan/missing']).toEqual([
    { server: 'hangs', code: 'REQUEST_TIMEOUT' },
    { server: 'dead', code: 'SPAWN_NOT_FOUND' },
  ]);
  await expect(client.callTool({ name: 'dead__x', arguments: {} })).rejects.toThrow('SPAWN_NOT_FOUND');
  expect(textOf(await client.callTool({ name: 'everything__echo', arguments: { message: 'x' } }))).toBe('Echo: x');
  await client.close();
});

test('PRX-20: the host is killed under a call through a profile: the call is answered once, and the session goes on', async () => {
  const { portolan } = await threeServers();
  const shim = await new ShimProcess(portolan, 'dev', { profile: true }).initialize();
  shim.send({ id: 1, method: 'tools/list' });
  await shim.answer(1);
  shim.call(2, 'everything__trigger-long-running-operation', { duration: 600, steps: 1 });
  const open = async () =>
    (await portolan.json<AuditPage>('audit', 'list')).records.some((r) => r.kind === 'call.intent');
  await until(open, 'the call is under way');
  const pid = portolan.hostPid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid), 'the host is dead');
  expect((await shim.answer(2)).error?.message).toContain('OUTCOME_UNKNOWN');
  shim.call(3, 'everything__echo', { message: 'again' });
  expect((await shim.answer(3)).result).toMatchObject({ content: [{ text: 'Echo: again' }] });
  expect(shim.answers.filter(({ id }) => id === 2)).toHaveLength(1);
  const { records } = await portolan.json<AuditPage>('audit', 'list', '--limit', '100');
  const outcomes = records.filter(({ kind }) => kind === 'call.outcome').reverse();
  expect(outcomes.map(({ server, what, outcome }) => [server, what, outcome])).toEqual([
    ['everything', 'trigger-long-running-operation', 'unknown'],
    ['everything', 'echo', 'allowed'],
  ]);
});

test('the commands: create, list, rename, remove, undo, export, and an unknown profile', async () => {
  const { portolan } = await threeServers();
  expect(await portolan.json<{ profiles: Profile[] }>('profile')).toEqual({
    profiles: [{ name: 'dev', servers: ['files', 'everything', 'memory'], mode: 'all', nameBudget: 64 }],
  });
  await portolan.json('profile', 'rename', 'dev', 'work');
  await portolan.json('profile', 'edit', 'work', '--title', 'Work', '--name-budget', '40');
  expect(await portolan.json('profile', 'show', 'work')).toMatchObject({
    profile: { name: 'work', title: 'Work', nameBudget: 40 },
    members: [{ server: 'files', state: 'pending' }, {}, {}],
  });
  const file = join(portolan.home, 'client.json');
  await portolan.json('export', '--to', file, '--profile', 'work', '--mode', 'connect', '--yes');
  const entry = (JSON.parse(readFileSync(file, 'utf8')) as { mcpServers: Record<string, { args: string[] }> })
    .mcpServers;
  expect(Object.keys(entry)).toEqual(['work']);
  expect(entry['work']?.args.slice(-3)).toEqual(['connect', '--profile', 'work']);
  expect((await portolan.run(['export', '--to', file, '--profile', 'work', '--mode', 'direct'])).code).toBe(2);
  expect(await portolan.json('import', '--file', file, '--yes')).toMatchObject({ added: [] });
  await portolan.json('profile', 'remove', 'work');
  await portolan.json('undo');
  expect(await portolan.json('profile', 'show', 'work')).toMatchObject({ profile: { title: 'Work' } });
  const { code, stdout } = await portolan.run(['profile', 'show', 'none', '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: 'PROFILE_NOT_FOUND' } }]);
  const shim = new ShimProcess(portolan, 'none', { profile: true });
  await shim.ended();
  expect([shim.exit, shim.stderr]).toEqual([1, expect.stringContaining('PROFILE_NOT_FOUND')]);
});
