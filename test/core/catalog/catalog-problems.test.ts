// A file that is broken, hostile or changed by others while it is in use.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entryOf, openCatalog } from '../../support/open-catalog.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const GOOD = '{\n  "mcpServers": {\n    "a": { "command": "x" }\n  }\n}\n';

test('a broken file is told with its place, refuses every write and is never overwritten', async () => {
  const broken = '{\n  "mcpServers": {\n    "a": { "command" "x" }\n  }\n}\n';
  const { catalog, text } = await openCatalog(broken);
  expect(catalog.state().problem).toMatchObject({
    code: 'CATALOG_INVALID',
    message: 'a colon is missing',
    line: 3,
    column: 22,
  });
  const codes = [catalog.add(entryOf('b')), catalog.remove('a'), catalog.setEnabled('a', false)].map(
    async (change) => (await rejected(change)).code,
  );
  expect([await Promise.all(codes), text()]).toEqual([
    ['CATALOG_INVALID', 'CATALOG_INVALID', 'CATALOG_INVALID'],
    broken,
  ]);
  expect((await rejected(catalog.add(entryOf('b')))).message).toMatch(
    /catalog\.json, line 3, column 22: a colon is missing; nothing was changed$/,
  );
});

test('the last good version stays in force while the file is broken, and the next good one takes over', async () => {
  const { catalog, write, changes } = await openCatalog(GOOD);
  write(GOOD.slice(0, 30));
  await until(() => catalog.state().problem, 'the broken file is noticed');
  expect([catalog.list().map(({ name }) => name), catalog.state().servers]).toEqual([['a'], 1]);
  write(GOOD.replace('"a"', '"b"'));
  await until(() => catalog.get('b'), 'the good file is taken over');
  expect(changes.map(({ added, removed, state }) => [added, removed, state.problem?.code])).toEqual([
    [[], [], 'CATALOG_INVALID'],
    [['b'], ['a'], undefined],
  ]);
});

test('one bad entry hides no good one, is named, survives edits and can be removed', async () => {
  const { catalog, text } = await openCatalog(
    '{"mcpServers":{"bad":{"command":7},"none":{},"ftp":{"url":"ftp://h/"},"good":{"command":"x"}}}',
  );
  expect(catalog.list().map(({ name }) => name)).toEqual(['good']);
  expect(catalog.state().problem).toMatchObject({ code: 'CATALOG_INVALID', line: 1, column: 22 });
  expect(catalog.state().problem?.message).toMatch(/^server "bad" cannot be used: command: .* \(and 2 more\)$/);
  await catalog.setEnabled('good', false);
  expect(text()).toContain('"bad":{"command":7},"none":{}');
  expect(await rejected(catalog.setEnabled('bad', true))).toMatchObject({ code: 'CATALOG_INVALID' });
  for (const name of ['bad', 'none', 'ftp']) await catalog.remove(name);
  expect(catalog.state().problem).toBe(undefined);
});

test('CFG-13 a catalog of a later version is served but not written', async () => {
  const newer = '{"mcpServers":{"a":{"command":"x"}},"portolan":{"version":2}}';
  const { catalog, text } = await openCatalog(newer);
  expect([catalog.list().length, catalog.state().problem?.code]).toEqual([1, 'CATALOG_NEWER']);
  expect([(await rejected(catalog.add(entryOf('b')))).code, text()]).toEqual(['CATALOG_NEWER', newer]);
});

test('CFG-14 __proto__ and other names of objects are ordinary names', async () => {
  const { catalog, text } = await openCatalog(
    '{"mcpServers":{"__proto__":{"command":"x"},"constructor":{"command":"y"}}}',
  );
  expect(catalog.list().map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  await catalog.setEnabled('__proto__', false);
  await catalog.remove('constructor');
  await catalog.add(entryOf('toString'));
  expect([Object.keys(JSON.parse(text()).mcpServers), 'enabled' in {}]).toEqual([['__proto__', 'toString'], false]);
});

test('CFG-14 of duplicate names the last counts, and removing takes all', async () => {
  const { catalog, text } = await openCatalog(
    '{"mcpServers":{"a":{"command":"1"},"b":{"command":"2"},"a":{"command":"3"}}}',
  );
  expect(catalog.get('a')?.endpoint).toMatchObject({ command: '3' });
  await catalog.remove('a');
  expect(text()).toBe('{"mcpServers":{"b":{"command":"2"}}}');
});

test.each([
  ['a text of 17 MiB', () => Buffer.alloc(17 * 1024 * 1024, ' '), 'larger than 16 MiB'],
  ['100,000 nested arrays', () => '{"x":'.concat('['.repeat(100_000)), 'deeper than 200 levels'],
  [
    '10,001 servers',
    () => `{"mcpServers":{${Array.from({ length: 10_001 }, (_, index) => `"s${index}":{}`).join(',')}}}`,
    'more than 10,000 servers',
  ],
  ['bytes that are not UTF-8', () => Buffer.from([0x7b, 0xff, 0x7d]), 'not UTF-8'],
  ['an empty file', () => '', 'the file is empty'],
  ['an array', () => '[]', 'must be an object'],
  ['servers in a list', () => '{"mcpServers":[]}', 'mcpServers must be an object'],
  ['a version that is no number', () => '{"portolan":{"version":"1"}}', 'whole number'],
])('CFG-14 %s ends in a bounded error', async (_what, make, message) => {
  const bytes = make();
  const { catalog, path } = await openCatalog(bytes);
  expect(catalog.state().problem).toMatchObject({ code: 'CATALOG_INVALID', message: expect.stringContaining(message) });
  expect(await rejected(catalog.add(entryOf('a')))).toMatchObject({ code: 'CATALOG_INVALID' });
  expect(readFileSync(path).equals(Buffer.from(bytes))).toBe(true);
});

test('a byte order mark and Windows line endings stay', async () => {
  const { catalog, text } = await openCatalog(`\uFEFF${GOOD.replaceAll('\n', '\r\n')}`);
  await catalog.add(entryOf('b'));
  expect([text().startsWith('\uFEFF{\r\n'), /[^\r]\n/.test(text())]).toEqual([true, false]);
});

test('CFG-22 edits by hand are taken over once, however they are made; own writes are not told twice', async () => {
  const { catalog, write, path, changes } = await openCatalog(GOOD);
  write(GOOD.replace('"x"', '"y"'));
  await until(() => changes.length === 1, 'an edit in place is noticed');
  writeFileSync(`${path}.new`, GOOD.replace('"x"', '"z"'));
  renameSync(`${path}.new`, path);
  await until(() => changes.length === 2, 'a replacement is noticed');
  await catalog.setEnabled('a', false);
  rmSync(path);
  await until(() => catalog.list().length === 0, 'a deletion is noticed');
  expect(changes.map(({ added, changed, removed }) => [added, changed, removed])).toEqual([
    [[], ['a'], []],
    [[], ['a'], []],
    [[], ['a'], []],
    [[], [], ['a']],
  ]);
});

test('CFG-22 1,000 edits in a row end in the last one, debounced, and enable nothing', async () => {
  const { catalog, write, changes } = await openCatalog(
    '{"mcpServers":{"a":{"command":"x","portolan":{"enabled":false}}}}',
  );
  for (let edit = 1; edit <= 1_000; edit += 1)
    write(`{"mcpServers":{"a":{"command":"x${edit}","portolan":{"enabled":false}}}}`);
  await until(() => JSON.stringify(catalog.get('a')?.endpoint).includes('x1000'), 'the last edit is in force');
  expect([changes.length < 100, catalog.get('a')?.options.enabled]).toEqual([true, false]);
});
