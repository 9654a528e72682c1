// Identities in the catalog: read, edited byte by byte, undone; never a secret in the file.
import { expect, test } from 'vitest';
import { identitySchema } from '../../../shared/model/identity.ts';
import { openCatalog } from '../../support/open-catalog.ts';
import { rejected } from '../../support/thrown.ts';

const HAND_WRITTEN = `{
  "mcpServers": {},
  "portolan": {
    "identities": {
      // ours
      "work": { "issuer": "https://id.example.com", "clientId": "portolan", "own": [1], "way": "device" }, // keep
      "leaky": { "issuer": "https://id.example.com", "clientId": "x", "clientSecret": "hunter2hunter2" }
    }
  }
}
`;

const identityOf = (name: string, more: object = {}) =>
  identitySchema.parse({ name, issuer: 'https://id.example.com', clientId: 'portolan', ...more });

test('identities are read; one with a literal secret is left out and named, without the secret', async () => {
  const { catalog } = await openCatalog(HAND_WRITTEN);
  expect(catalog.identities()).toEqual([identityOf('work', { way: 'device' })]);
  expect(catalog.state().problem).toMatchObject({ code: 'CATALOG_INVALID', line: 7 });
  expect(catalog.state().problem?.message).toContain('identity "leaky" cannot be used: clientSecret');
  expect(JSON.stringify(catalog.state())).not.toContain('hunter2');
});

test('a new identity is written in its short form, and undo takes it back', async () => {
  const { catalog, text, changes } = await openCatalog('{\n  "mcpServers": {}\n}\n');
  const before = text();
  const identity = identityOf('work', { clientSecret: '${secret:identity.work.client-secret}' });
  expect(await catalog.addIdentity(identity)).toEqual(identity);
  expect(JSON.parse(text())).toEqual({
    mcpServers: {},
    portolan: {
      identities: {
        work: {
          issuer: 'https://id.example.com',
          clientId: 'portolan',
          clientSecret: '${secret:identity.work.client-secret}',
        },
      },
    },
  });
  expect(changes.at(-1)).toMatchObject({ identities: ['work'], profiles: [] });
  await catalog.undo();
  expect([text(), catalog.identities()]).toEqual([before, []]);
});

test('a change touches only its own bytes: comments, order and unknown keys stay', async () => {
  const { catalog, text } = await openCatalog(HAND_WRITTEN);
  await catalog.updateIdentity('work', identityOf('work', { scopes: ['openid'] }));
  const expected = HAND_WRITTEN.replace('"own": [1], "way": "device"', '"own": [1], "scopes": ["openid"]');
  expect(JSON.parse(text().replaceAll(/ \/\/ .*/g, ''))).toEqual(JSON.parse(expected.replaceAll(/ \/\/ .*/g, '')));
  expect(text()).toContain('// ours');
  expect(text()).toContain('}, // keep');
  await catalog.removeIdentity('leaky');
  expect(catalog.state().problem).toBeUndefined();
  expect(text()).toContain('"own": [1]');
});

test('a literal secret is refused, and the refusal does not repeat it', async () => {
  const { catalog, text } = await openCatalog(HAND_WRITTEN);
  for (const more of [{ clientSecret: 'hunter2hunter2' }, { privateKey: '-----BEGIN PRIVATE KEY-----hunter2' }]) {
    for (const change of [
      catalog.addIdentity(identityOf('new', more)),
      catalog.updateIdentity('work', identityOf('work', more)),
    ]) {
      const error = await rejected(change);
      expect(error.code).toBe('INPUT_INVALID');
      expect(`${error.message} ${error.hint}`).not.toContain('hunter2');
    }
  }
  expect(text()).toBe(HAND_WRITTEN);
});

test('names are unique whatever their case, and only what is there can be changed', async () => {
  const { catalog } = await openCatalog(HAND_WRITTEN);
  for (const name of ['WORK', 'Leaky']) {
    expect((await rejected(catalog.addIdentity(identityOf(name)))).code).toBe('DUPLICATE_NAME');
  }
  expect((await rejected(catalog.addIdentity({ ...identityOf('x'), name: '.x' }))).code).toBe('NAME_INVALID');
  expect((await rejected(catalog.updateIdentity('none', identityOf('none')))).code).toBe('IDENTITY_NOT_FOUND');
  expect((await rejected(catalog.removeIdentity('none'))).code).toBe('IDENTITY_NOT_FOUND');
  expect((await rejected(catalog.updateIdentity('leaky', identityOf('leaky')))).code).toBe('CATALOG_INVALID');
});

test('identities that are no object of objects make the file unusable, with the place', async () => {
  const { catalog } = await openCatalog('{\n  "portolan": {\n    "identities": [] } }\n');
  expect(catalog.state().problem).toMatchObject({ code: 'CATALOG_INVALID', line: 3 });
});
