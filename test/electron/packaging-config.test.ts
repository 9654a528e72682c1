// The packaging configuration, held against electron-builder's own schema and the fuses that its tool knows.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builderConfig, fuseNames } from '../support/builder-tools.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const LOGGER = { isEnabled: false };
const load = () => builderConfig.getConfig(ROOT, 'electron-builder.yml', null);

test('ELE-10 the configuration is valid by electron-builder’s own schema, and a wrong key would be found', async () => {
  const config = await load();
  await builderConfig.validateConfiguration(config, LOGGER);
  const misspelt = Object.assign({}, config, { asarr: true });
  await expect(builderConfig.validateConfiguration(misspelt, LOGGER)).rejects.toThrow('asarr');
  expect(config).toMatchObject({ asar: true, npmRebuild: false });
});

test('ELE-02 every fuse is set, none left to its default', async () => {
  const { electronFuses } = await load();
  const known = fuseNames().map((name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`);
  expect(Object.keys(electronFuses ?? {}).sort()).toEqual(known.sort());
  expect(electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});
