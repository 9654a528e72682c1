import { existsSync, lstatSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Catalog } from '../../../core/catalog/catalog.ts';
import { entryOf, openCatalog, urlOf } from '../../support/open-catalog.ts';
import { rejected } from '../../support/thrown.ts';

const HAND_WRITTEN = `{
    // my servers
    "mcpServers": {
        "files": { "command": "npx", "args": ["-y", "x"], "alwaysAllow": ["read"] }, // keep
        "web": {
            "type": "http",
            "url": "https://example.com/mcp",
            "portolan": { "capture": "none", "later": { "a": 1 }, "timeouts": { "idleMs": 5000, "own": 1 } },
        },
    },
    "inputs": [ ]
}
`;

test('a new catalog is a documented, private file', async () => {
  const { catalog, path, text } = await openCatalog();
  await catalog.add(entryOf('files', { args: ['-y', 'server'], env: { A: 'b' } }, { title: 'Files', enabled: false }));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(text()).toBe(`{
  "mcpServers": {
    "files": {
      "title": "Files",
      "type": "stdio",
      "command": "run",
      "args": ["-y", "server"],
      "env": {
        "A": "b"
      },
      "portolan": {
        "enabled": false
      }
    }
  },
  "portolan": { "version": 1 }
}
`);
});

test('a plain mcp.json is read with its types told apart', async () => {
  const { catalog } = await openCatalog(
    '{"mcpServers":{"a":{"command":"x"},"b":{"url":"https://h/"},"c":{"type":"http","url":"https://h/"},"d":{"type":"sse","url":"https://h/"}}}',
  );
  expect(catalog.list().map(({ name, endpoint }) => [name, endpoint.type])).toEqual([
    ['a', 'stdio'],
    ['b', 'http-auto'],
    ['c', 'streamable-http'],
    ['d', 'sse'],
  ]);
  expect(catalog.state()).toMatchObject({ servers: 4, canUndo: false });
});

test('each change of a hand-written file touches only its own bytes', async () => {
  const { catalog, text } = await openCatalog(HAND_WRITTEN);
  await catalog.setEnabled('files', false);
  const disabled = HAND_WRITTEN.replace('["read"] }', '["read"], "portolan": { "enabled": false } }');
  expect(text()).toBe(disabled);
  await catalog.update('web', { options: { timeouts: { idleMs: 7000 }, capture: 'digest' } });
  const changed = disabled
    .replace('"idleMs": 5000', '"idleMs": 7000')
    .replace('"capture": "none"', '"capture": "digest"');
  expect(text()).toBe(changed);
  await catalog.rename('files', 'disk');
  const renamed = changed.replace('"files"', '"disk"');
  expect(text()).toBe(renamed);
  await catalog.remove('web');
  expect(text()).toBe(`{
    // my servers
    "mcpServers": {
        "disk": { "command": "npx", "args": ["-y", "x"], "alwaysAllow": ["read"], "portolan": { "enabled": false } }, // keep
    },
    "inputs": [ ]
}
`);
});

test('a change of kind takes the old kind’s keys away and leaves unknown ones', async () => {
  const { catalog, text } = await openCatalog(HAND_WRITTEN);
  await catalog.update('files', { endpoint: urlOf('https://h/mcp') });
  expect(text()).toContain(
    '"files": { "alwaysAllow": ["read"], "type": "http-auto", "url": "https://h/mcp" }, // keep',
  );
});

test('undo gives back the bytes from before, step by step, down to no file', async () => {
  const { catalog, path, text } = await openCatalog();
  await catalog.add(entryOf('a'));
  const first = text();
  await catalog.addMany([entryOf('b'), entryOf('c')]);
  await catalog.setEnabled('a', true);
  expect(await catalog.undo()).toEqual({ undone: 'add 2 servers' });
  expect(text()).toBe(first);
  expect(await catalog.undo()).toEqual({ undone: 'add a' });
  expect([existsSync(path), catalog.list(), catalog.state().canUndo]).toEqual([false, [], false]);
  expect(await rejected(catalog.undo())).toMatchObject({ code: 'NOTHING_TO_UNDO' });
});

test('what a killed writer left behind is swept at the next start', async () => {
  const { path } = await openCatalog('{}');
  const left = join(path, '../.catalog.json.0123456789ab.portolan-tmp');
  writeFileSync(left, 'half');
  const options = { path, logger: { warn: () => undefined }, onChange: () => undefined };
  await (await Catalog.open({ ...options, now: () => statSync(left).mtimeMs + 1_000 })).close();
  expect(existsSync(left)).toBe(true);
  await (await Catalog.open({ ...options, now: () => statSync(left).mtimeMs + 3_600_000 })).close();
  expect(existsSync(left)).toBe(false);
});

test('undo keeps twenty steps', async () => {
  const { catalog } = await openCatalog();
  await catalog.add(entryOf('a'));
  for (let step = 0; step < 21; step += 1) await catalog.setEnabled('a', step % 2 === 1);
  for (let step = 0; step < 20; step += 1) await catalog.undo();
  expect(await rejected(catalog.undo())).toMatchObject({ code: 'NOTHING_TO_UNDO' });
});

test('undo refuses when someone else has changed the file since, and keeps their change', async () => {
  const { catalog, text, write } = await openCatalog(HAND_WRITTEN);
  await catalog.setEnabled('web', false);
  const theirs = text().replace('"npx"', '"node"');
  write(theirs);
  expect(await rejected(catalog.undo())).toMatchObject({ code: 'FILE_CHANGED' });
  expect([text(), catalog.state().canUndo]).toEqual([theirs, false]);
});

test('an edit on top of an outside change keeps both', async () => {
  const { catalog, text, write } = await openCatalog(HAND_WRITTEN);
  write(HAND_WRITTEN.replace('"npx"', '"node"'));
  await catalog.setEnabled('web', false);
  expect(text()).toContain('"node"');
  expect(catalog.get('files')?.endpoint).toMatchObject({ command: 'node' });
});

test('changes made at once are all made', async () => {
  const { catalog } = await openCatalog();
  const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
  await Promise.all(names.map((name) => catalog.add(entryOf(name))));
  expect(catalog.list().map(({ name }) => name)).toEqual(names);
});

test('a listener learns of every change once, by name', async () => {
  const { catalog, changes } = await openCatalog(HAND_WRITTEN);
  await catalog.add(entryOf('new'));
  await catalog.setEnabled('web', false);
  await catalog.rename('new', 'newer');
  expect(changes.map(({ state, ...names }) => [state.revision, names])).toEqual([
    [2, { added: ['new'], changed: [], removed: [], profiles: [], identities: [] }],
    [3, { added: [], changed: ['web'], removed: [], profiles: [], identities: [] }],
    [4, { added: ['newer'], changed: [], removed: ['new'], profiles: [], identities: [] }],
  ]);
});

test('names: unknown, invalid and taken ones are refused with their codes', async () => {
  const { catalog, text } = await openCatalog(HAND_WRITTEN);
  const codes = await Promise.all(
    [
      catalog.remove('nobody'),
      catalog.setEnabled('nobody', true),
      catalog.add(entryOf('-flag')),
      catalog.add(entryOf('files')),
      catalog.rename('files', 'a b'),
      catalog.rename('files', 'web'),
      catalog.addMany([entryOf('x'), entryOf('x')]),
    ].map(async (change) => (await rejected(change)).code),
  );
  expect([codes, text()]).toEqual([
    [
      'SERVER_NOT_FOUND',
      'SERVER_NOT_FOUND',
      'NAME_INVALID',
      'DUPLICATE_NAME',
      'NAME_INVALID',
      'DUPLICATE_NAME',
      'DUPLICATE_NAME',
    ],
    HAND_WRITTEN,
  ]);
});

test('STO-10 a name that differs only in case or Unicode form never replaces another', async () => {
  const { catalog } = await openCatalog(
    '{"mcpServers":{"Files":{"command":"a"},"caf\u00e9":{"command":"b"},"cafe\u0301":{"command":"c"}}}',
  );
  expect(catalog.list().map(({ name }) => name)).toEqual(['Files', 'caf\u00e9', 'cafe\u0301']);
  expect(await rejected(catalog.add(entryOf('files')))).toMatchObject({
    code: 'DUPLICATE_NAME',
    data: { existing: 'Files' },
  });
  await catalog.rename('Files', 'files');
  await catalog.remove('caf\u00e9');
  expect(catalog.list().map(({ name }) => name)).toEqual(['files', 'cafe\u0301']);
});

test('a literal secret is refused with the way to store it, and written nowhere', async () => {
  const { catalog, text } = await openCatalog(HAND_WRITTEN);
  const secret = 'ghp_0123456789abcdefABCD0123';
  const fields = await Promise.all(
    [
      catalog.add(entryOf('a', { env: { GITHUB_TOKEN: secret } })),
      catalog.add(entryOf('a', { args: ['--api-key', secret] })),
      catalog.update('web', {
        endpoint: { type: 'sse', url: 'https://h/', headers: { Authorization: `Bearer ${secret}` } },
      }),
      catalog.update('web', { endpoint: urlOf(`https://h/?access_token=${secret}`) }),
    ].map(async (change) => {
      const error = await rejected(change);
      expect([error.code, `${error.message}${error.hint}${JSON.stringify(error.data)}`.includes(secret)]).toEqual([
        'INPUT_INVALID',
        false,
      ]);
      expect(error.hint).toContain('portolan secret set');
      return error.data['field'];
    }),
  );
  expect([fields, text()]).toEqual([
    ['env.GITHUB_TOKEN', 'args[1]', 'headers.Authorization', 'access_token in the url'],
    HAND_WRITTEN,
  ]);
  await catalog.add(entryOf('a', { env: { GITHUB_TOKEN: '${secret:GH}' } }));
});

test('a catalog that is a link is written where the link leads, in its mode', async () => {
  const { catalog, path } = await openCatalog('{}');
  const target = join(path, '..', 'dotfiles.json');
  renameSync(path, target);
  symlinkSync('dotfiles.json', path);
  writeFileSync(target, '{}', { mode: 0o644 });
  const { mode } = statSync(target);
  await catalog.add(entryOf('a'));
  expect([lstatSync(path).isSymbolicLink(), statSync(target).mode === mode]).toEqual([true, true]);
  expect(readFileSync(target, 'utf8')).toContain('"command": "run"');
});
