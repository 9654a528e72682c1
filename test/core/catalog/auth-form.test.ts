import { expect, test } from 'vitest';
import { referencesOf, resolveEntry } from '../../../core/catalog/resolve.ts';
import type { ServerAuth } from '../../../shared/model/server-auth.ts';
import { entryOf, openCatalog } from '../../support/open-catalog.ts';
import { rejected } from '../../support/thrown.ts';

const REMOTE = { type: 'http-auto', url: 'https://tracker.example/mcp', headers: {}, command: undefined };
const AUTH: ServerAuth = {
  way: 'browser',
  issuer: 'https://login.example',
  clientId: 'mine',
  clientSecret: '${secret:tracker.clientSecret}',
  scopes: ['read', 'write'],
  redirectPort: 8_787,
};

test('AUT-17 a client id and secret can be entered, and are written without what goes without saying', async () => {
  const { catalog, text } = await openCatalog();
  await catalog.addMany([
    remote({ auth: AUTH }),
    { ...remote({ auth: { way: 'auto', clientId: 'x' } }), name: 'other' },
  ]);
  const written = JSON.parse(text()) as { mcpServers: Record<string, { portolan: unknown }> };
  expect(written.mcpServers['tracker']?.portolan).toEqual({ auth: AUTH });
  expect(written.mcpServers['other']?.portolan).toEqual({ auth: { clientId: 'x' } });
  expect(catalog.get('tracker')?.options.auth).toEqual(AUTH);
  expect(catalog.get('other')?.options.auth).toEqual({ way: 'auto', clientId: 'x' });
});

test('an edit keeps comments and the keys of others, and can be undone', async () => {
  const before = `{"mcpServers": {"tracker": {
    "url": "https://tracker.example/mcp",
    "portolan": { "auth": {
      "way": "auto", // as it comes
      "clientId": "mine", "theirs": [1]
    } }
  }}}`;
  const { catalog, text } = await openCatalog(before);
  await catalog.update('tracker', { options: { auth: { way: 'auto', scopes: ['read'] } } });
  expect(text()).toContain('"way": "auto", // as it comes');
  expect(text()).toContain('"theirs": [1]');
  expect(text()).not.toContain('clientId');
  expect(catalog.get('tracker')?.options.auth).toEqual({ way: 'auto', scopes: ['read'] });
  await catalog.update('tracker', { options: { auth: { way: 'device', scopes: ['read'] } } });
  expect(catalog.get('tracker')?.options.auth?.way).toBe('device');
  await catalog.undo();
  await catalog.undo();
  expect(text()).toBe(before);
  await catalog.update('tracker', { options: { auth: undefined } });
  expect(text()).not.toContain('auth"');
});

test.each([
  { clientSecret: 'hunter22-hunter22' },
  { clientSecret: 'x${secret:A}' },
  { privateKey: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC' },
  { assertion: '${input:token}' },
  { clientId: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' },
  { issuer: 'https://user:hunter22-hunter22@login.example' },
])('a literal secret in the block is refused, and not repeated: %j', async (changes) => {
  const { catalog, text } = await openCatalog('{"mcpServers":{"tracker":{"url":"https://tracker.example/mcp"}}}');
  const before = text();
  const auth: ServerAuth = { way: 'auto', ...changes };
  const added = await rejected(
    catalog.addMany([{ ...remote({}), name: 'new', options: { ...remote({}).options, auth } }]),
  );
  const updated = await rejected(catalog.update('tracker', { options: { auth } }));
  for (const error of [added, updated]) {
    const field = `auth.${Object.keys(changes).join('')}`;
    expect([error.code, error.data['field']]).toEqual(['INPUT_INVALID', field]);
    expect(error.message + String(error.hint)).not.toMatch(/hunter22|MIIE|ghp_0/);
  }
  expect(text()).toBe(before);
});

test('an entry with a literal secret, written by hand, is left out and named', async () => {
  const auth = { clientSecret: 'hunter22-hunter22' };
  const { catalog } = await openCatalog(
    JSON.stringify({
      mcpServers: { a: { url: 'https://a.example/', portolan: { auth } }, b: { url: 'https://b.example/' } },
    }),
  );
  expect(catalog.list().map(({ name }) => name)).toEqual(['b']);
});

test('references in the block are told and resolved, and their secrets are known', async () => {
  const auth = { ...AUTH, clientId: '${env:CLIENT}', privateKey: '${secret:key}', assertion: '${env:PLATFORM_TOKEN}' };
  const entry = remote({ auth });
  expect(referencesOf(entry).map(({ kind, name, path }) => `${path} ${kind} ${name}`)).toEqual([
    'auth.clientId env CLIENT',
    'auth.clientSecret secret tracker.clientSecret',
    'auth.privateKey secret key',
    'auth.assertion env PLATFORM_TOKEN',
  ]);
  const sources = {
    secret: (name: string) => Promise.resolve(`value of ${name}`),
    env: { CLIENT: 'mine', PLATFORM_TOKEN: 'e.y.j' },
  };
  const resolved = await resolveEntry(entry, sources);
  expect(resolved.auth).toEqual({
    ...AUTH,
    clientId: 'mine',
    clientSecret: 'value of tracker.clientSecret',
    privateKey: 'value of key',
    assertion: 'e.y.j',
  });
  expect(resolved.secretValues).toEqual(['value of tracker.clientSecret', 'value of key']);
  expect(resolved.options.auth).toEqual(auth);
  const error = await rejected(resolveEntry(entry, { ...sources, env: {} }));
  expect([error.code, error.data['field']]).toEqual(['REFERENCE_UNRESOLVED', 'auth.clientId']);
  expect((await resolveEntry(remote({}), sources)).auth).toBeUndefined();
});

function remote(options: object) {
  return entryOf('tracker', REMOTE, options);
}
