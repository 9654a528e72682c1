// What belonged to a deleted server leaves the vault; what a person stored by name does not.
import { expect, test } from 'vitest';
import { TokenStore } from '../../core/vault/token-store.ts';
import { secretsOf, usersOf } from '../../host/api/secret-uses.ts';
import { removeOrphanedSecrets } from '../../host/orphaned-secrets.ts';
import { identitySchema } from '../../shared/model/identity.ts';
import { settingsSchema } from '../../shared/model/system.ts';
import { entryOf, openCatalog } from '../support/open-catalog.ts';
import { openVault, secretItems } from '../support/open-vault.ts';
import { until } from '../support/until.ts';

const logger = { info: () => undefined, warn: () => undefined };

async function rig() {
  const vaultRig = await openVault();
  const { vault } = vaultRig;
  const { catalog, write } = await openCatalog();
  const tokens = new TokenStore(vault);
  let telemetry = settingsSchema.parse({}).telemetry;
  const said: (string | undefined)[] = [];
  const sweep = () =>
    removeOrphanedSecrets({
      catalog,
      vault,
      tokens,
      logger,
      settings: { get: () => ({ ...settingsSchema.parse({}), telemetry }) },
      audit: {
        append: ({ what }) => {
          said.push(what);
          return { id: '' };
        },
      },
    });
  /** As the procedure does. */
  const remove = async (name: string) => {
    const entry = catalog.get(name);
    await catalog.remove(name);
    if (entry) vault.orphan(secretsOf(entry).filter((secret) => usersOf(secret, catalog).length === 0));
  };
  const setCollector = (header: string) => (telemetry = { ...telemetry, headers: { Authorization: header } });
  for (const [name, secret] of [
    ['one', 'one.key'],
    ['two', 'mine'],
    ['three', 'shared'],
    ['four', 'shared'],
  ] as const) {
    await catalog.add(entryOf(name, { env: { KEY: `\${secret:${secret}}` } }));
    await vault.set(secret, `value of ${secret}`, secret === 'mine' ? 'person' : 'entry');
    await tokens.write(`token/${name}/0123`, 'x'.repeat(9_000));
  }
  return { ...vaultRig, catalog, write, tokens, sweep, remove, said, setCollector };
}

test('SEC-12 tokens and lifted secrets of deleted servers are gone from the keychain, those of people are not', async () => {
  const { sweep, remove, vault, tokens, store, said } = await rig();
  for (const name of ['one', 'two', 'three']) await remove(name);
  await sweep();
  expect(vault.list().map(({ name }) => name)).toEqual(['mine', 'shared']);
  expect(tokens.keys('')).toEqual(['token/four/0123']);
  expect(said).toEqual(['removed one.key: its server was deleted']);
  await remove('four');
  await sweep();
  expect(secretItems(store).map(([account]) => account)).toEqual(['v1/mine']);
});

test('a deletion that is undone before the host ends loses no secret', async () => {
  const { sweep, remove, catalog, vault } = await rig();
  await remove('one');
  await catalog.undo();
  await sweep();
  expect(await vault.get('one.key')).toBe('value of one.key');
  await remove('one');
  await sweep();
  expect(vault.has('one.key')).toBe(false);
});

test('SEC-12 the sweep takes tokens of servers that left the file by hand, and no secret at all', async () => {
  const { sweep, write, catalog, vault, tokens } = await rig();
  write('{"mcpServers": {}}');
  await until(() => catalog.list().length === 0, 'the catalog is empty');
  await sweep();
  expect(tokens.keys('')).toEqual([]);
  expect(vault.list().map(({ name }) => name)).toEqual(['mine', 'one.key', 'shared']);
});

test('nothing is taken while the catalog cannot be read, nor a secret that telemetry uses', async () => {
  const { sweep, remove, write, vault, tokens, catalog, setCollector } = await rig();
  setCollector('Bearer ${secret:one.key}');
  await remove('one');
  await sweep();
  expect(vault.has('one.key')).toBe(true);
  write('{ broken');
  await until(() => catalog.state().problem !== undefined, 'the catalog is told to be broken');
  const before = tokens.keys('');
  await sweep();
  expect(tokens.keys('')).toEqual(before);
});

test('a secret that came with a deleted server stays while an identity uses it', async () => {
  const { catalog, remove, sweep, vault } = await rig();
  await catalog.addIdentity(
    identitySchema.parse({
      name: 'acme',
      issuer: 'https://sso.example',
      clientId: 'portolan',
      clientSecret: '${secret:one.key}',
    }),
  );
  expect(usersOf('one.key', catalog)).toEqual(['one', 'identity acme']);
  await remove('one');
  await sweep();
  expect(vault.has('one.key')).toBe(true);
});
