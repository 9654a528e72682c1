// Sign-in settings of other clients on their way into the catalog, and back into the clients that have a field for them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ServerAuth } from '../../../shared/model/server-auth.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { serverEntry, testClients } from '../../support/test-clients.ts';

const URL_OF_SERVER = 'https://design.example/mcp';

test('AUT-17 a client id comes into the entry, its literal secret into the keychain', async () => {
  const { clients, put, catalog, secrets } = testClients(tempDir());
  const auth = { CLIENT_ID: '${env:DESIGN_ID}', CLIENT_SECRET: 'plain-EXAMPLE-secret', scopes: ['read', 'write'] };
  put('.cursor/mcp.json', JSON.stringify({ mcpServers: { design: { url: URL_OF_SERVER, auth } } }));
  const plan = await clients.planImport(undefined);
  expect(JSON.stringify(plan)).not.toContain('plain-EXAMPLE-secret');
  expect(plan.rows[0]?.warnings.map(({ code }) => code)).not.toContain('OAUTH_SETTINGS_NOT_KEPT');
  await clients.applyImport({ planId: plan.planId });
  expect(catalog[0]?.options.auth).toEqual({
    way: 'auto',
    clientId: '${env:DESIGN_ID}',
    clientSecret: '${secret:design.clientSecret}',
    scopes: ['read', 'write'],
  });
  expect([...secrets]).toEqual([['design.clientSecret', 'plain-EXAMPLE-secret']]);
});

test.each<[string, object, ServerAuth | undefined, string[]]>([
  [
    'everything that has a place',
    { clientId: 'a', callbackPort: 8_787, scopes: 'read  write read', issuer: 'https://login.example' },
    { way: 'auto', clientId: 'a', redirectPort: 8_787, scopes: ['read', 'write'], issuer: 'https://login.example' },
    [],
  ],
  ['what is done anyway', { clientId: 'a', xaa: true }, { way: 'auto', clientId: 'a' }, []],
  ['a list and a text of scopes', { scopes: ['a'], scope: 'b' }, { way: 'auto', scopes: ['a', 'b'] }, []],
  ['nothing', {}, undefined, []],
  [
    'nothing of what has no place or no sense',
    {
      authServerMetadataUrl: 'https://login.example/x',
      callbackPort: 70_000,
      clientId: 7,
      clientSecret: 'YOUR_SECRET_HERE ${HOME}',
      scopes: ['a"b'],
      issuer: 'login',
      xaa: 'yes',
    },
    undefined,
    ['authServerMetadataUrl', 'callbackPort', 'clientId', 'clientSecret', 'scopes', 'issuer', 'xaa'],
  ],
])('an import takes %s', async (_what, oauth, expected, leftOut) => {
  const { clients, put, catalog } = testClients(tempDir());
  put('.claude.json', JSON.stringify({ mcpServers: { s: { type: 'http', url: URL_OF_SERVER, oauth } } }));
  const plan = await clients.planImport(undefined);
  const warnings = plan.rows[0]?.warnings.filter(({ code }) => code === 'OAUTH_SETTINGS_NOT_KEPT') ?? [];
  expect(warnings.map(({ path }) => path)).toEqual(leftOut.map((key) => `/oauth/${key}`));
  await clients.applyImport({ planId: plan.planId });
  expect(catalog[0]?.options.auth).toEqual(expected);
});

test('a local program is not signed in to', async () => {
  const { clients, put, catalog } = testClients(tempDir());
  put('.claude.json', JSON.stringify({ mcpServers: { s: { command: 'x', oauth: { clientId: 'a' } } } }));
  const plan = await clients.planImport(undefined);
  expect(plan.rows[0]?.warnings).toContainEqual({
    code: 'OAUTH_SETTINGS_NOT_KEPT',
    server: 's',
    path: '/oauth/clientId',
  });
  await clients.applyImport({ planId: plan.planId });
  expect(catalog[0]?.options.auth).toBeUndefined();
});

test.each([
  ['claude-code', '.claude.json', { oauth: { clientId: 'mine', callbackPort: 8_787, scopes: 'read write' } }],
  ['cursor', '.cursor/mcp.json', { auth: { CLIENT_ID: 'mine', scopes: ['read', 'write'] } }],
  ['vscode', '.config/Code/User/mcp.json', { oauth: { clientId: 'mine' } }],
])('a direct export to %s carries the client id', async (client, path, expected) => {
  const { clients, catalog, home } = testClients(tempDir());
  const auth: ServerAuth = { way: 'auto', clientId: 'mine', scopes: ['read', 'write'], redirectPort: 8_787 };
  catalog.push(serverEntry('s', { type: 'streamable-http', url: URL_OF_SERVER, headers: {} }, { auth }));
  const plan = await clients.planExport({ client, scope: 'user', mode: 'direct' });
  await clients.applyExport({ planId: plan.planId });
  const written = JSON.parse(readFileSync(join(home, path), 'utf8')) as Record<string, Record<string, object>>;
  expect((written['mcpServers'] ?? written['servers'])?.['s']).toMatchObject(expected);
});

test.each(['claude-code', 'cursor', 'vscode'])('a client secret is not exported to %s', async (client) => {
  const { clients, catalog } = testClients(tempDir());
  const auth: ServerAuth = { way: 'auto', clientId: 'mine', clientSecret: '${secret:s.clientSecret}' };
  catalog.push(serverEntry('s', { type: 'streamable-http', url: URL_OF_SERVER, headers: {} }, { auth }));
  const plan = await clients.planExport({ client, scope: 'user', mode: 'direct' });
  expect(plan.servers).toMatchObject([{ name: 's', action: 'refuse' }]);
  expect(plan.diff.changed).toBe(false);
});
