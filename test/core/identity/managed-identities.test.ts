// Identities that an administrator sets: they win, cannot be changed here, and are not used when others could have written them.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  ManagedIdentities,
  managedDirectory,
  readManagedIdentities,
} from '../../../core/identity/managed-identities.ts';
import { identityOf, openIdentities } from '../../support/oauth/identities-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const GOOD =
  '{\n  "identities": {\n    "work": { "issuer": "https://id.example.com", "clientId": "company" } // ours\n  }\n}\n';

function directory(text?: string): string {
  const path = tempDir();
  if (text !== undefined) writeFileSync(join(path, 'identities.json'), text, { mode: 0o644 });
  return path;
}

test('a managed identity wins over the catalog, is shown as such, and cannot be changed or removed', async () => {
  const { identities: managed } = await readManagedIdentities(directory(GOOD));
  const { identities, vault } = await openIdentities({ managed: { identities: managed } });
  expect(identities.list()).toMatchObject([
    { name: 'work', clientId: 'company', source: 'managed', state: 'signed-out' },
  ]);
  const own = identityOf('https://own.example.com', { name: 'work' });
  for (const change of [identities.update('work', own, 'a secret'), identities.remove('work')]) {
    expect((await rejected(change)).code).toBe('POLICY_DENIED');
  }
  expect(vault.list()).toEqual([]);
  await identities.add({ identity: own });
  expect(identities.status('work')).toMatchObject({ clientId: 'company', source: 'managed' });
});

test('no file is no problem', async () => {
  expect(await readManagedIdentities(directory())).toMatchObject({ identities: new Map(), problems: [] });
  expect(await readManagedIdentities(join(tempDir(), 'none'))).toMatchObject({ problems: [] });
});

test('a broken file is told with line and column and left out', async () => {
  const { identities, problems } = await readManagedIdentities(directory('{\n  "identities": {\n    "work": \n  }\n}'));
  expect(identities.size).toBe(0);
  expect(problems[0]).toMatchObject({ code: 'CATALOG_INVALID', data: { line: 4, column: 3 } });
  for (const text of ['[]', '{}', '{ "identities": [] }', '', '\ufffe']) {
    const read = await readManagedIdentities(directory(text));
    expect([read.identities.size, read.problems.map(({ code }) => code)]).toEqual([0, ['CATALOG_INVALID']]);
  }
});

test('one bad identity is left out and named with its place; a literal secret is bad and not repeated', async () => {
  const bad = '"leaky": { "issuer": "https://id.example.com", "clientId": "x", "clientSecret": "hunter2hunter2" }';
  const { identities, problems } = await readManagedIdentities(directory(GOOD.replace(' // ours', `,\n    ${bad}`)));
  expect([...identities.keys()]).toEqual(['work']);
  expect(problems).toMatchObject([{ code: 'CATALOG_INVALID', data: { line: 4 } }]);
  expect(problems[0]?.message).toContain('"leaky"');
  expect(problems[0]?.message).not.toContain('hunter2');
});

test('what others can write is not used, and that is told', async () => {
  const cases = [
    (path: string) => chmodSync(join(path, 'identities.json'), 0o666),
    (path: string) => chmodSync(join(path, 'identities.json'), 0o620),
    (path: string) => chmodSync(path, 0o777),
  ];
  for (const loosen of cases) {
    const path = directory(GOOD);
    loosen(path);
    const { identities, problems } = await readManagedIdentities(path);
    expect(identities.size).toBe(0);
    expect(problems).toMatchObject([{ code: 'FILE_NOT_READABLE' }]);
    expect(problems[0]?.message).toContain('can be written by other users');
  }
  const open = tempDir();
  writeFileSync(join(open, 'elsewhere.json'), GOOD);
  chmodSync(join(open, 'elsewhere.json'), 0o666);
  const linked = tempDir();
  symlinkSync(join(open, 'elsewhere.json'), join(linked, 'identities.json'));
  expect((await readManagedIdentities(linked)).identities.size).toBe(0);
  const folder = tempDir();
  mkdirSync(join(folder, 'identities.json'));
  expect((await readManagedIdentities(folder)).problems).toHaveLength(1);
});

test('a change of the file is taken over; the place can be chosen', async () => {
  const path = directory(GOOD);
  const env = { PORTOLAN_MANAGED_DIR: path };
  expect(managedDirectory(env)).toBe(path);
  expect(managedDirectory({})).not.toContain('undefined');
  let changes = 0;
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const managed = await ManagedIdentities.open({ env, logger, onChange: () => (changes += 1) });
  onTestFinished(() => managed.close());
  expect([...managed.identities.keys()]).toEqual(['work']);
  writeFileSync(join(path, 'identities.json'), GOOD.replace('"work"', '"office"'));
  await until(() => changes > 0 && managed.identities.has('office'), 'the change is seen');
  writeFileSync(join(path, 'identities.json'), 'x');
  await until(() => managed.problems.length === 1, 'the problem is seen');
  expect([managed.identities.size, warnings]).toEqual([0, ['managed identities are left out']]);
});
