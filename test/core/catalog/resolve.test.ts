import { expect, test } from 'vitest';
import { referencesOf, resolveEntry } from '../../../core/catalog/resolve.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { entryOf } from '../../support/open-catalog.ts';
import { rejected } from '../../support/thrown.ts';

const SOURCES = {
  secret: async (name: string) => {
    if (name === 'GONE') throw new PortolanError('SECRET_NOT_FOUND', 'gone');
    return name === 'TRICK' ? '${env:A}' : `secret-${name}`;
  },
  env: { A: 'one', EMPTY: '', HOME: '/home/me' },
};
const resolve = (endpoint: object) => resolveEntry(entryOf('s', endpoint), SOURCES);

test('CFG-16 references are resolved in every field that may hold one, and the secrets are told', async () => {
  const resolved = await resolve({
    command: '${env:A}/run',
    args: ['--k=${secret:K}', '${env:NO:-none}', '${env:EMPTY:-filled}'],
    env: { T: 'Bearer ${secret:T}', '${env:A}': '${env:EMPTY}' },
    cwd: '${env:A}',
  });
  expect(resolved.endpoint).toEqual({
    type: 'stdio',
    command: 'one/run',
    args: ['--k=secret-K', 'none', 'filled'],
    env: { T: 'Bearer secret-T', '${env:A}': '' },
    cwd: 'one',
  });
  expect(resolved.secretValues).toEqual(['secret-K', 'secret-T']);
});

test('CFG-16 what only looks like a reference stays as it is', async () => {
  const args = ['~', '~/x', '%PATH%', '$HOME', '${HOME}', '${workspaceFolder}', '{env:A}', '${env:A', '$${x}'];
  expect((await resolve({ args })).endpoint).toMatchObject({ args });
});

test('CFG-16 an unresolved reference names its field and is an error, never an empty text', async () => {
  const refused = async (endpoint: object) => {
    const { code, data } = await rejected(resolve(endpoint));
    return [code, data['field'], data['reference']];
  };
  expect([
    await refused({ args: ['', '${env:NO}'] }),
    await refused({ env: { X: '${input:key}' } }),
    await refused({ cwd: '${env:}' }),
    (await rejected(resolve({ args: ['${secret:GONE}'] }))).code,
  ]).toEqual([
    ['REFERENCE_UNRESOLVED', 'args[1]', '${env:NO}'],
    ['INPUT_NEEDED', 'env.X', undefined],
    ['REFERENCE_UNRESOLVED', 'cwd', '${env:}'],
    'SECRET_NOT_FOUND',
  ]);
});

test('an input becomes what a person gave, and a secret one is told as a secret', async () => {
  const values: Record<string, { text: string; secret: boolean }> = {
    org: { text: 'acme ${env:A}', secret: false },
    key: { text: 'hidden', secret: true },
  };
  const entry = entryOf('s', { args: ['${input:org}', '--k=${input:key}'] });
  const resolved = await resolveEntry(entry, { ...SOURCES, input: async (id) => values[id] });
  expect(resolved.endpoint).toMatchObject({ args: ['acme ${env:A}', '--k=hidden'] });
  expect(resolved.secretValues).toEqual(['hidden']);
});

test('what a value brings with it is not resolved again', async () => {
  expect((await resolve({ args: ['${secret:TRICK}'] })).endpoint).toMatchObject({ args: ['${env:A}'] });
});

test('CFG-17 an address is checked again when it is resolved', async () => {
  const remote = (url: string) => resolve({ type: 'sse', url, headers: {} });
  expect((await rejected(remote('${env:HOME}'))).code).toBe('URL_REFUSED');
  expect((await remote('https://h/${env:A}?k=${secret:K}')).endpoint).toMatchObject({
    url: 'https://h/one?k=secret-K',
  });
});

test('references are listed with their kind and place', () => {
  const entry = entryOf('s', { args: ['${env:A:-x}${secret:B}'], env: { C: '${input:d}' } });
  expect(referencesOf(entry)).toEqual([
    { kind: 'env', name: 'A', path: 'args[0]' },
    { kind: 'secret', name: 'B', path: 'args[0]' },
    { kind: 'input', name: 'd', path: 'env.C' },
  ]);
});
