// Inputs of the catalog: their form, what stands for a value, and where a value is kept.
import { expect, test } from 'vitest';
import { readCatalog } from '../../../core/catalog/catalog-file.ts';
import { removeInput, setInput, writeInput } from '../../../core/catalog/input-form.ts';
import { InputValues } from '../../../core/catalog/input-values.ts';
import { type CatalogInput, catalogInputSchema } from '../../../shared/model/catalog-input.ts';
import { entryOf } from '../../support/open-catalog.ts';
import { rejected, thrown } from '../../support/thrown.ts';

function input(id: string, more: Partial<CatalogInput> = {}): CatalogInput {
  return { ...catalogInputSchema.parse({ id }), ...more };
}

function values(defined: CatalogInput[], args: string[]) {
  const vault = new Map<string, string>();
  let inputs: Record<string, string> = {};
  const store = new InputValues({
    catalog: { inputs: () => defined, list: () => [entryOf('s', { args })] },
    vault: {
      get: async (name) => vault.get(name) ?? '',
      has: (name) => vault.has(name),
      set: async (name, value) => vault.set(name, value),
      remove: async (name) => vault.delete(name),
    },
    settings: { get: () => ({ inputs }), set: async (patch) => (inputs = patch.inputs) },
  });
  return { store, vault, settings: () => inputs };
}

test('a definition is written without its defaults and reads as it was', () => {
  for (const one of [
    input('a'),
    input('b', { secret: true, required: false, description: 'Key' }),
    input('c', { kind: 'choice', choices: ['x', 'y'], default: 'y' }),
  ]) {
    const text = setInput(one)(readCatalog(undefined));
    expect(readCatalog(Buffer.from(text)).inputs.get(one.id)).toEqual(one);
    expect(readCatalog(Buffer.from(removeInput(one.id)(readCatalog(Buffer.from(text))))).inputs.size).toBe(0);
  }
  expect(writeInput(input('a'))).toEqual({});
});

test.each([
  ['a secret with a default', { secret: true, default: 'x' }],
  ['a choice of nothing', { kind: 'choice' as const }],
  ['choices of a prompt', { choices: ['x'] }],
  ['a default that cannot be chosen', { kind: 'choice' as const, choices: ['x'], default: 'y' }],
])('%s is refused, and named where it stands in the file', (_what, more) => {
  expect(thrown(() => setInput(input('a', more))).code).toBe('INPUT_INVALID');
  const text = JSON.stringify({ portolan: { inputs: { a: more, b: {} } } });
  const content = readCatalog(Buffer.from(text));
  expect([[...content.inputs.keys()], content.badInputs.map(({ name }) => name)]).toEqual([['b'], ['a']]);
});

test('a secret goes to the keychain and nowhere else, another value to the settings', async () => {
  const defined = [input('key', { secret: true }), input('org')];
  const { store, vault, settings } = values(defined, ['${input:key}', '${input:org}']);
  expect([await store.get('key'), await store.get('org')]).toEqual([undefined, undefined]);
  await store.set('key', 'EXAMPLE');
  await store.set('org', 'acme');
  expect([[...vault], settings()]).toEqual([[['input.key', 'EXAMPLE']], { org: 'acme' }]);
  expect(JSON.stringify(store.list())).not.toContain('EXAMPLE');
  expect(store.list().map(({ id, hasValue, value, usedBy }) => [id, hasValue, value, usedBy])).toEqual([
    ['key', true, undefined, ['s']],
    ['org', true, 'acme', ['s']],
  ]);
  expect([await store.get('key'), await store.get('org')]).toEqual([
    { text: 'EXAMPLE', secret: true },
    { text: 'acme', secret: false },
  ]);
  await store.remove('key');
  await store.remove('org');
  expect([vault.size, settings()]).toEqual([0, {}]);
  expect((await rejected(store.remove('org'))).code).toBe('NOT_FOUND');
});

test('without a value the default stands, then nothing for what is not required', async () => {
  const defined = [input('a', { default: 'x' }), input('b', { required: false }), input('c')];
  const { store } = values(defined, []);
  expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual([
    { text: 'x', secret: false },
    { text: '', secret: false },
    undefined,
  ]);
});

test('what an entry asks for and nobody defined counts as a secret', async () => {
  const { store, vault } = values([], ['${input:x}']);
  expect(store.list()).toMatchObject([{ id: 'x', defined: false, secret: true, usedBy: ['s'] }]);
  await store.set('x', 'EXAMPLE');
  expect(vault.get('input.x')).toBe('EXAMPLE');
});

test('a value must be one of the choices, and asked for', async () => {
  const { store } = values([input('a', { kind: 'choice', choices: ['x'] })], []);
  expect((await rejected(store.set('a', 'y'))).code).toBe('INPUT_INVALID');
  expect((await rejected(store.set('a', ''))).code).toBe('INPUT_INVALID');
  expect((await rejected(store.set('other', 'y'))).code).toBe('NOT_FOUND');
});
