// The catalog from the command line and from an editor: every change, what it refuses, and that the file stays the person's own.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CatalogState } from '../../../shared/model/system.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { Portolan, ROOT } from '../../support/portolan.ts';
import { until } from '../../support/until.ts';

const ECHO = [process.execPath, join(ROOT, 'test', 'fixtures', 'echo-server.mjs')] as const;

interface Listed {
  readonly catalog: CatalogState;
  readonly servers: readonly ServerEntry[];
}

test('a server is added, listed, shown, renamed, disabled, enabled and removed', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'one', '--title', 'The first', '--env', 'LEVEL=debug', '--', ...ECHO);
  expect(await names(portolan)).toEqual(['one']);
  expect(await portolan.json('show', 'one')).toMatchObject({
    name: 'one',
    endpoint: { type: 'stdio', command: ECHO[0], args: [ECHO[1]], env: { LEVEL: 'debug' } },
    options: { title: 'The first', enabled: true },
  });
  await portolan.json('rename', 'one', 'two');
  expect(await names(portolan)).toEqual(['two']);
  await portolan.json('disable', 'two');
  expect((await portolan.run(['list'])).stdout).toMatch(/^two +disabled /m);
  expect(await portolan.run(['call', 'two', 'echo'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/\(SERVER_DISABLED\)\n {2}next: .*portolan enable two/) as string,
  });
  await portolan.json('enable', 'two');
  expect(await portolan.json('call', 'two', 'echo', '{"text":"hello"}')).toMatchObject({ isError: false });
  expect(await portolan.json('remove', 'two')).toEqual({ removed: 'two' });
  expect(await names(portolan)).toEqual([]);
});

test('a remote server is added with how to sign in to it', async () => {
  const portolan = new Portolan();
  const way = [
    '--auth',
    'device',
    '--client-id',
    'mine',
    '--scope',
    'read',
    '--scope',
    'write all',
    '--identity',
    'work',
  ];
  await portolan.json('add', 'tracker', '--url', 'https://tracker.example/mcp', ...way);
  const auth = { way: 'device', clientId: 'mine', scopes: ['read', 'write', 'all'], identity: 'work' };
  expect(await portolan.json('show', 'tracker')).toMatchObject({ options: { auth } });
  for (const words of [
    ['x', '--url', 'https://x.example/mcp', '--auth', 'password'],
    ['x', '--client-id', 'mine', '--', ...ECHO],
    ['x', '--url', 'https://x.example/mcp', '--client-id', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
  ]) {
    const { code, stderr } = await portolan.run(['add', ...words]);
    expect([words, code, stderr]).toEqual([words, 2, expect.stringContaining('(INPUT_INVALID)')]);
  }
});

test('undo takes the changes back one by one, and says when there is none left', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'one', '--', ...ECHO);
  await portolan.json('rename', 'one', 'two');
  await portolan.json('remove', 'two');
  const seen: string[][] = [];
  for (let step = 0; step < 3; step += 1) {
    await portolan.json('undo');
    seen.push(await names(portolan));
  }
  expect(seen).toEqual([['two'], ['one'], []]);
  expect(await portolan.run(['undo', '--json'])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('NOTHING_TO_UNDO') as string,
  });
});

test.each([
  [['add', 'one', '--', 'node'], 1, 'DUPLICATE_NAME'],
  [['add', 'no/slash', '--', 'node'], 2, 'INPUT_INVALID'],
  [['rename', 'one', 'other'], 1, 'DUPLICATE_NAME'],
  [['rename', 'absent', 'new'], 1, 'SERVER_NOT_FOUND'],
  [['show', 'absent'], 1, 'SERVER_NOT_FOUND'],
  [['disable', 'absent'], 1, 'SERVER_NOT_FOUND'],
  [['remove', 'absent'], 1, 'SERVER_NOT_FOUND'],
  [['call', 'absent', 'echo'], 1, 'SERVER_NOT_FOUND'],
  [['add', 'far', '--url', 'ftp://example.com/'], 1, 'URL_REFUSED'],
])('portolan %j ends with %d, %s and a next step, and changes nothing', async (args, code, error) => {
  const portolan = new Portolan();
  await portolan.json('add', 'one', '--', ...ECHO);
  await portolan.json('add', 'other', '--', ...ECHO);
  const before = catalogText(portolan);
  const refused = await portolan.run(args);
  expect([refused.code, refused.stdout]).toEqual([code, '']);
  expect(refused.stderr).toMatch(new RegExp(`\\(${error}\\)\\n {2}next: .+\\n$`));
  expect(catalogText(portolan)).toBe(before);
});

test('CFG-22 a server that is written into the file by hand is there without a restart, held, and works once approved', async () => {
  const portolan = new Portolan();
  expect(await names(portolan)).toEqual([]);
  const pid = portolan.hostPid();
  const [command, ...args] = ECHO;
  writeCatalog(portolan, JSON.stringify({ mcpServers: { 'by-hand': { command, args } } }));
  await until(async () => (await names(portolan)).includes('by-hand'), 'the edit is noticed');
  const call = ['call', 'by-hand', 'echo', '{"text":"hello"}'];
  expect(await portolan.run(call)).toMatchObject({ code: 4, stderr: expect.stringContaining('APPROVAL_NEEDED') });
  expect((await portolan.run(['approve', 'by-hand', '--yes'])).stdout).toContain(`command ${command ?? ''}\n`);
  expect(await portolan.json(...call)).toMatchObject({ isError: false });
  expect(portolan.hostPid()).toBe(pid);
});

test('a broken file keeps the last good servers, is named with its place, and is never written', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'one', '--', ...ECHO);
  const broken = '{\n  "mcpServers": {\n    "one": { "command": }\n  }\n}\n';
  writeCatalog(portolan, broken);
  const { catalog, servers } = await until(async () => {
    const listed = await portolan.json<Listed>('list');
    return listed.catalog.problem ? listed : undefined;
  }, 'the edit is noticed');
  expect(catalog.problem).toMatchObject({ code: 'CATALOG_INVALID', line: 3 });
  expect(servers.map(({ name }) => name)).toEqual(['one']);
  for (const args of [
    ['add', 'two', '--', 'node'],
    ['remove', 'one'],
    ['disable', 'one'],
  ])
    expect(await portolan.run(args)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/catalog\.json, line 3, column \d+: .*\(CATALOG_INVALID\)\n {2}next: .+/) as string,
    });
  expect((await portolan.run(['undo'])).code).toBe(1);
  expect(catalogText(portolan)).toBe(broken);
});

test('a file that is mended by hand is in use again', async () => {
  const portolan = new Portolan();
  writeCatalog(portolan, '{ "mcpServers": ');
  expect((await portolan.json<Listed>('list')).catalog.problem).toMatchObject({ code: 'CATALOG_INVALID' });
  writeCatalog(portolan, '{ "mcpServers": { "one": { "command": "node" } } }');
  await until(async () => (await names(portolan)).includes('one'), 'the mended file is read');
  expect((await portolan.json<Listed>('list')).catalog).not.toHaveProperty('problem');
  await portolan.json('add', 'two', '--', ...ECHO);
});

test('a catalog of a newer Portolan is refused and left as it is', async () => {
  const portolan = new Portolan();
  const newer = '{ "mcpServers": { "one": { "command": "node" } }, "portolan": { "version": 99 } }\n';
  writeCatalog(portolan, newer);
  expect((await portolan.run(['list'])).stdout).toMatch(/version.*\(CATALOG_NEWER\)/);
  expect(await portolan.run(['add', 'two', '--', 'node'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/\(CATALOG_NEWER\)\n {2}next: .+/) as string,
  });
  expect(catalogText(portolan)).toBe(newer);
});

test('comments, unknown keys and the layout of a hand-written file survive every edit', async () => {
  const portolan = new Portolan();
  const written = `// mine
{
    "theme": "dark", // unknown to Portolan
    "mcpServers": {
        /* the first */
        "one": { "command": "node", "args": ["a.js"], "x-note": [1, null] },
    },
    "portolan": { "version": 1, "later": { "keep": true } },
}
`;
  writeCatalog(portolan, written);
  await portolan.json('add', 'two', '--', ...ECHO);
  await portolan.json('disable', 'one');
  await portolan.json('enable', 'one');
  await portolan.json('rename', 'two', 'three');
  await portolan.json('remove', 'three');
  const after = catalogText(portolan);
  for (const kept of ['// mine\n', '"theme": "dark", // unknown to Portolan', '/* the first */', '"x-note": [1, null]'])
    expect(after).toContain(kept);
  expect(after).toContain('"later": { "keep": true }');
  expect(after.split('\n').slice(0, 5)).toEqual(written.split('\n').slice(0, 5));
});

async function names(portolan: Portolan): Promise<string[]> {
  return (await portolan.json<Listed>('list')).servers.map(({ name }) => name);
}

function catalogText({ home }: Portolan): string {
  return readFileSync(join(home, 'catalog.json'), 'utf8');
}

function writeCatalog({ home }: Portolan, text: string): void {
  writeFileSync(join(home, 'catalog.json'), text);
}
