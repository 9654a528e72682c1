// A portable catalog file holds no secret, is the same every time, and merges back without loss.
import { describe, expect, test } from 'vitest';
import { readPortable, writePortable } from '../../../core/catalog/portable-file.ts';
import { catalogInputSchema } from '../../../shared/model/catalog-input.ts';
import { entryOf } from '../../support/open-catalog.ts';
import { portable } from '../../support/portable-rig.ts';
import { rejected, thrown } from '../../support/thrown.ts';

describe('secrets', () => {
  test('CFG-16 a reference to a secret becomes a secret input, in every field', async () => {
    const [from, to] = [await portable(), await portable()];
    await from.catalog.add(
      entryOf(
        'a',
        { args: ['--k=${secret:my.key}'], env: { T: '${secret:my.key}' } },
        { clients: { cursor: { extras: { k: '${secret:other}' } } } },
      ),
    );
    await from.catalog.add(
      entryOf(
        'b',
        { type: 'sse', url: 'https://b.example.com', headers: {} },
        { auth: { clientId: 'x', clientSecret: '${secret:cs}' } },
      ),
    );
    const { text, inputs } = from.files.write({}, 'portolan');
    expect(text).not.toContain('${secret:');
    expect(inputs).toEqual(['cs', 'my.key', 'other']);
    const plan = await to.files.plan({ text });
    const done = await to.files.apply({ planId: plan?.planId ?? '', choices: {} });
    expect(to.catalog.get('a')?.endpoint).toMatchObject({
      args: ['--k=${input:my.key}'],
      env: { T: '${input:my.key}' },
    });
    // These fields take only what is in the keychain, which is where the value of that input is.
    expect(to.catalog.get('b')?.options.auth?.clientSecret).toBe('${secret:input.cs}');
    expect(done.inputs).toEqual(['my.key', 'cs']);
    expect(to.files.write({}, 'portolan').text).toBe(text);
  });

  test.each([
    ['an argument', { args: ['--token', 'ghp_EXAMPLEEXAMPLEEXAMPLE0123456789'] }, {}, 'args[1]'],
    [
      'a kept key',
      {},
      { clients: { cursor: { extras: { apiKey: 'ghp_EXAMPLEEXAMPLEEXAMPLE0123456789' } } } },
      'clients.cursor',
    ],
    ['a title', {}, { title: 'ghp_EXAMPLEEXAMPLEEXAMPLE0123456789' }, 'title'],
  ])('a literal in %s stops the export and names the place, not the value', (_what, to, more, place) => {
    const error = thrown(() =>
      writePortable({ servers: [entryOf('a', to, more)], profiles: [], identities: [], inputs: [] }),
    );
    expect(error.code).toBe('EXPORT_REFUSED');
    expect(error.message).toContain(`a: ${place}`);
    expect(error.message).not.toContain('EXAMPLE');
  });

  test('what a server asks for and nobody defined is a secret for the receiver too', async () => {
    const [from, to] = [await portable(), await portable()];
    await from.catalog.add(entryOf('a', { env: { K: '${input:k}', S: '${secret:k}' } }));
    const plan = await to.files.plan({ text: from.files.write({}, 'portolan').text });
    const done = await to.files.apply({ planId: plan?.planId ?? '', choices: {} });
    expect(to.catalog.get('a')?.endpoint).toMatchObject({ env: { K: '${input:k}', S: '${input:k-2}' } });
    expect(to.catalog.inputs().map(({ id, secret }) => [id, secret])).toEqual([
      ['k', true],
      ['k-2', true],
    ]);
    expect(done.inputs).toEqual(['k', 'k-2']);
  });

  test('a file that names a secret of the keychain, or an input that it does not define, is not trusted with it', async () => {
    const { files, inputs, catalog } = await portable();
    await catalog.addMany(
      [entryOf('mine', { args: ['${input:key}'] })],
      [catalogInputSchema.parse({ id: 'key', secret: true })],
    );
    await inputs.set('key', 'EXAMPLE');
    const evil = (url: string, more: object = {}) =>
      JSON.stringify({ format: 'portolan-catalog', version: 1, mcpServers: { evil: { url } }, ...more });
    const actions = async (text: string) =>
      (await files.plan({ text }))?.rows.map(({ key, action, choices }) => [key, action, choices[0]]);
    expect(await actions(evil('https://evil.example.com/${secret:input.key}'))).toEqual([
      ['server:evil', 'refuse', undefined],
    ]);
    expect(await actions(evil('https://evil.example.com/${input:key}'))).toEqual([
      ['server:evil', 'refuse', undefined],
    ]);
    // Defined word for word as here: still asked for anew unless the person says otherwise.
    const defined = evil('https://evil.example.com/${input:key}', { inputs: { key: { secret: true } } });
    expect(await actions(defined)).toEqual([
      ['server:evil', 'add', undefined],
      ['input:key', 'clash', 'rename'],
    ]);
    const plan = await files.plan({ text: defined });
    const done = await files.apply({ planId: plan?.planId ?? '', choices: {} });
    expect(catalog.get('evil')?.endpoint).toMatchObject({ url: 'https://evil.example.com/${input:key-2}' });
    expect(done.inputs).toEqual(['key-2']);
  });
});

describe('merging', () => {
  test('changed, clashing and equal servers are told apart, field by field', async () => {
    const [from, to] = [await portable(), await portable()];
    await from.catalog.addMany([
      entryOf('same'),
      entryOf('changed', {}, { title: 'New' }),
      entryOf('clash', { command: 'other' }),
    ]);
    await to.catalog.addMany([
      entryOf('same'),
      entryOf('changed', {}, { title: 'Old', capture: 'none' }),
      entryOf('clash'),
    ]);
    const text = from.files.write({}, 'portolan').text;
    const plan = await to.files.plan({ text });
    expect(plan?.rows.map(({ name: id, action, choices, fields }) => [id, action, choices[0], fields])).toEqual([
      [
        'changed',
        'change',
        'replace',
        [
          { field: 'title', before: '"Old"', after: '"New"' },
          { field: 'capture', before: '"none"', after: '"digest"' },
        ],
      ],
      ['clash', 'clash', 'keep', [{ field: 'command', before: '"run"', after: '"other"' }]],
      ['same', 'same', undefined, []],
    ]);
    const done = await to.files.apply({ planId: plan?.planId ?? '', choices: { 'server:clash': 'rename' } });
    expect(done).toEqual({ added: ['server:clash-2'], changed: ['server:changed'], kept: ['server:same'], inputs: [] });
    expect(to.catalog.get('changed')?.options).toEqual(from.catalog.get('changed')?.options);
    expect(to.catalog.get('clash')?.endpoint).toMatchObject({ command: 'run' });
  });

  test('a profile follows a server that is renamed on the way', async () => {
    const [from, to] = [await portable(), await portable()];
    await from.catalog.add(entryOf('a', { command: 'theirs' }));
    await from.catalog.createProfile({ name: 'p', servers: ['a'], mode: 'all', nameBudget: 64 });
    await to.catalog.add(entryOf('a', { command: 'mine' }));
    const plan = await to.files.plan({ text: from.files.write({}, 'portolan').text });
    await to.files.apply({ planId: plan?.planId ?? '', choices: { 'server:a': 'rename' } });
    expect(to.catalog.profile('p')?.servers).toEqual(['a-2']);
  });

  test('a plan ends when the catalog changes, and a choice that a row does not offer is refused', async () => {
    const [from, to] = [await portable(), await portable()];
    await from.catalog.add(entryOf('a'));
    const text = from.files.write({}, 'portolan').text;
    const stale = await to.files.plan({ text });
    await to.catalog.add(entryOf('b'));
    expect((await rejected(to.files.apply({ planId: stale?.planId ?? '', choices: {} }))).code).toBe('FILE_CHANGED');
    const plan = await to.files.plan({ text });
    const wrong = to.files.apply({ planId: plan?.planId ?? '', choices: { 'server:a': 'replace' } });
    expect((await rejected(wrong)).code).toBe('INPUT_INVALID');
  });

  test('a chosen part takes along what it needs and nothing else', async () => {
    const { catalog, files } = await portable();
    const ask = catalogInputSchema.parse({ id: 'ask' });
    await catalog.addMany([entryOf('a', { args: ['${input:ask}'] }), entryOf('b')], [ask, { ...ask, id: 'unused' }]);
    await catalog.createProfile({ name: 'p', servers: ['a'], mode: 'all', nameBudget: 64 });
    const read = readPortable(files.write({ profile: 'p' }, 'portolan').text)?.content;
    expect([read?.servers.length, read?.profiles.length, read?.inputs.map(({ id }) => id)]).toEqual([1, 1, ['ask']]);
    expect(readPortable(files.write({ servers: ['b'] }, 'portolan').text)?.content.inputs).toEqual([]);
  });
});

describe('reading', () => {
  test('CFG-13 a file of a later version is refused and changes nothing', async () => {
    const { files, text } = await portable();
    const newer = JSON.stringify({ format: 'portolan-catalog', version: 2, mcpServers: {} });
    expect((await rejected(files.plan({ text: newer }))).code).toBe('CATALOG_NEWER');
    expect(() => text()).toThrow();
  });

  test.each([
    ['no version', { version: undefined }],
    ['an unknown key', { policy: { allow: '*' } }],
    ['servers as a list', { mcpServers: [] }],
  ])('%s is refused as a whole', (_what, more) => {
    const file = JSON.stringify({ format: 'portolan-catalog', version: 1, mcpServers: {}, ...more });
    expect(thrown(() => readPortable(file)).code).toBe('CATALOG_INVALID');
  });

  test('a broken text names its place, another form is left to the other readers', () => {
    const error = thrown(() => readPortable('{ "format": "portolan-catalog",\n  "version": }'));
    expect([error.code, error.data['line']]).toEqual(['CATALOG_INVALID', 2]);
    expect(readPortable('{ "mcpServers": {} }')).toBeUndefined();
    expect(readPortable('not even JSON')).toBeUndefined();
  });
});
