// The main job on real servers: added by a person, reached by real clients through `portolan connect`, written down.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';
import type { AuditPage, AuditVerdict } from '../../shared/model/audit-record.ts';
import { Portolan, ROOT } from '../support/portolan.ts';
import { EVERYTHING, everythingOverHttp, filesystem, MEMORY } from '../support/real-servers.ts';

const CLIENT_INFO = { name: 'test client', version: '1.0.0' };

interface Called {
  readonly isError: boolean;
  readonly result: { content: { type: string; text?: string }[] };
  readonly record: string;
}

test('the example servers work from the command line, and every call is in the log', async () => {
  const portolan = new Portolan();
  const folder = join(portolan.home, 'shared-folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'note.txt'), 'written by hand');
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await portolan.json('add', 'files', '--', ...filesystem(folder));
  await portolan.json('add', 'memory', '--', ...MEMORY);

  const names = async (server: string) =>
    (await portolan.json<{ tools: { name: string }[] }>('tools', server)).tools.map((tool) => tool.name);
  expect(await names('everything')).toContain('echo');
  expect(await names('files')).toContain('read_text_file');
  expect(await names('memory')).toContain('create_entities');

  const text = async (...args: string[]) => (await portolan.json<Called>('call', ...args)).result.content[0]?.text;
  expect(await text('everything', 'echo', '{"message":"hello"}')).toBe('Echo: hello');
  expect(await text('files', 'read_text_file', JSON.stringify({ path: join(folder, 'note.txt') }))).toBe(
    'written by hand',
  );
  await portolan.json(
    'call',
    'memory',
    'create_entities',
    '{"entities":[{"name":"Portolan","entityType":"app","observations":["a chart"]}]}',
  );
  expect(await text('memory', 'search_nodes', '{"query":"Portolan"}')).toContain('a chart');

  const { records } = await portolan.json<AuditPage>('audit', 'list', '--limit', '1000');
  const outcomes = records
    .filter((record) => record.kind === 'call.outcome')
    .map((record) => `${record.server} ${record.what} ${record.outcome}`);
  expect(outcomes.sort()).toEqual([
    'everything echo allowed',
    'files read_text_file allowed',
    'memory create_entities allowed',
    'memory search_nodes allowed',
  ]);
  expect(records.filter((record) => record.kind === 'call.intent')).toHaveLength(4);
  expect(await portolan.json<AuditVerdict>('audit', 'verify')).toMatchObject({ ok: true, verified: records.length });
});

test.each(['stdio', 'streamable-http'] as const)(
  'a v1 client, a v2 client and the Inspector list and call tools through the shim (server over %s)',
  async (kind) => {
    const portolan = new Portolan();
    if (kind === 'stdio') await portolan.json('add', 'everything', '--', ...EVERYTHING);
    else await portolan.json('add', 'everything', '--url', await everythingOverHttp(), '--type', 'streamable-http');

    const v1 = new ClientV1(CLIENT_INFO);
    await v1.connect(new StdioV1(portolan.connect('everything')));
    expect((await v1.listTools()).tools.map((tool) => tool.name)).toContain('echo');
    expect((await v1.callTool({ name: 'echo', arguments: { message: 'one' } })).content).toEqual([
      { type: 'text', text: 'Echo: one' },
    ]);
    await v1.close();

    const v2 = new ClientV2(CLIENT_INFO);
    await v2.connect(new StdioV2(portolan.connect('everything')));
    expect((await v2.listTools()).tools.map((tool) => tool.name)).toContain('echo');
    expect((await v2.callTool({ name: 'echo', arguments: { message: 'two' } })).content).toEqual([
      { type: 'text', text: 'Echo: two' },
    ]);
    await v2.close();

    expect((await inspector(portolan, '--method', 'tools/list')).tools?.map((tool) => tool.name)).toContain('echo');
    expect(
      (await inspector(portolan, '--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'message=three'))
        .content,
    ).toEqual([{ type: 'text', text: 'Echo: three' }]);

    const page = await portolan.json<AuditPage>('audit', 'list', '--filter', 'kind:call.outcome tool:echo');
    expect(page.records.map((record) => record.outcome)).toEqual(['allowed', 'allowed', 'allowed']);
  },
);

test('one flipped byte in the store makes verify end with 6 and name the record', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await portolan.json('call', 'everything', 'echo', '{"message":"hello"}');
  expect((await portolan.run(['audit', 'verify'])).code).toBe(0);
  await portolan.stop();

  const folder = join(portolan.home, 'audit', 'segments');
  const file = join(folder, readdirSync(folder)[0] ?? '');
  const bytes = readFileSync(file);
  const lines = bytes.toString('latin1').split('\n').length - 1;
  const at = bytes.indexOf('echo');
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
  const seq = bytes.subarray(0, at).toString('latin1').split('\n').length;

  for (const args of [
    ['audit', 'verify'],
    ['audit', 'verify', join(portolan.home, 'audit')],
  ]) {
    const { code, stdout } = await portolan.run([...args, '--json']);
    expect(code).toBe(6);
    expect(JSON.parse(stdout) as AuditVerdict).toMatchObject({ ok: false, fault: { seq, kind: 'edited' } });
  }
  expect(seq).toBeLessThanOrEqual(lines);
});

/** The Inspector's command line against `portolan connect everything`. */
function inspector(portolan: Portolan, ...args: string[]): Promise<{ tools?: { name: string }[]; content?: unknown }> {
  const launcher = join(
    ROOT,
    'node_modules',
    '@modelcontextprotocol',
    'inspector',
    'clients',
    'launcher',
    'build',
    'index.js',
  );
  const { command, args: connect, env } = portolan.connect('everything');
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        launcher,
        '--cli',
        ...args,
        '--format',
        'json',
        '-q',
        '-e',
        `PORTOLAN_HOME=${portolan.home}`,
        '--',
        command,
        ...connect,
      ],
      { env: { ...env, HOME: portolan.home } },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0)
        resolve((JSON.parse(stdout) as { result: { tools?: { name: string }[]; content?: unknown } }).result);
      else reject(new Error(`the Inspector ended with ${code}: ${stderr}`));
    });
    child.stdin.end();
  });
}
