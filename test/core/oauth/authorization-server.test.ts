import { describe, expect, test } from 'vitest';
import { findAuthorizationServer, type ServerSearch } from '../../../core/oauth/authorization-server.ts';
import { discover } from '../../../core/oauth/discovery.ts';
import { HOSTILE_URLS } from '../../support/hostile-urls.ts';
import { guarded } from '../../support/oauth/guarded.ts';
import { ScriptedAuthorizationServer } from '../../support/oauth/scripted-authorization-server.ts';
import { rejected } from '../../support/thrown.ts';

const ENDPOINT_FIELDS = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'introspection_endpoint',
  'userinfo_endpoint',
  'end_session_endpoint',
  'jwks_uri',
];

describe('AUT-03 the metadata of the authorization server is looked for in the fixed order', () => {
  test.each([
    ['', ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']],
    [
      '/t',
      [
        '/.well-known/oauth-authorization-server/t',
        '/.well-known/openid-configuration/t',
        '/t/.well-known/openid-configuration',
      ],
    ],
  ])('for an issuer with the path %j', async (path, places) => {
    const server = await ScriptedAuthorizationServer.start();
    const issuer = server.origin + path;
    expect(await search(server, issuer)).toEqual({ kind: 'none', trouble: undefined });
    expect(server.paths).toEqual(places.map((place) => `GET ${place}`));
    for (const [index, place] of [...places.entries()].reverse()) {
      server.publishServer({ issuer, from: index }, place);
      expect(await search(server, issuer)).toMatchObject({ kind: 'found', as: { issuer, from: index } });
    }
  });

  test('and a document of another issuer is passed over', async () => {
    const server = await ScriptedAuthorizationServer.start();
    const issuer = `${server.origin}/t`;
    server.publishServer({}, '/.well-known/oauth-authorization-server/t');
    server.publishServer({ issuer }, '/t/.well-known/openid-configuration');
    expect(await search(server, issuer)).toMatchObject({ kind: 'found', as: { issuer } });
  });
});

describe('AUT-04 OA-03 an issuer that differs is refused, with both texts and who must mend it', () => {
  test.each([
    ['in the host', (origin: string) => origin.replace('127.0.0.1', 'localhost'), 'publish metadata of its own'],
    ['in the port', (origin: string) => `${origin}0`, 'publish metadata of its own'],
    ['in the path', (origin: string) => `${origin}/t`, 'operator of the MCP server'],
    ['in a slash', (origin: string) => `${origin}/`, 'operator of the MCP server'],
    ['in case', (origin: string) => origin.replace('http', 'HTTP'), 'operator of the MCP server'],
    ['in the encoding', (origin: string) => `${origin}/%2e`, 'operator of the MCP server'],
  ])('%s', async (_what, change, responsible) => {
    const server = await ScriptedAuthorizationServer.start();
    const issuer = change(server.origin);
    server.publishServer({ issuer });
    const error = await rejected(search(server, server.origin));
    expect(error.code).toBe('ISSUER_MISMATCH');
    expect(error.message).toContain(`"${server.origin}"`);
    expect(error.message).toContain(`"${issuer}"`);
    expect(error.hint).toContain(responsible);
    expect(error.hint).toContain(new URL(server.origin).host);
  });

  test('and what the foreign text holds beside letters is not shown', async () => {
    const server = await ScriptedAuthorizationServer.start();
    server.publishServer({ issuer: 'https://a.example/\u001b[2J\u202e<b>' });
    expect((await rejected(search(server, server.origin))).message).not.toMatch(/[\p{C}<]/u);
  });
});

describe('AUT-05 OA-06 without PKCE there is no sign-in', () => {
  test.each([[undefined], [[]], [['plain']], [['s256']], [['S512', 'plain']]])('with %j', async (methods) => {
    const server = (await ScriptedAuthorizationServer.start()).publishResource();
    server.publishServer({ code_challenge_methods_supported: methods });
    const options = { revision: 'modern', fetch: guarded({ home: new URL(server.origin) }) } as const;
    const home = new URL('/mcp', server.origin);
    expect((await rejected(discover(home, options))).code).toBe('PKCE_UNSUPPORTED');
    expect((await discover(home, { ...options, needsPkce: false })).issuer).toBe(server.origin);
  });
});

describe('AUT-26 OA-08 no endpoint may lead where a sign-in must not', () => {
  const bad = HOSTILE_URLS.filter(
    (url) => !/^https:\/\/[^@#]*$|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(url),
  );

  test.each(ENDPOINT_FIELDS)('%s', async (field) => {
    expect(bad.length).toBeGreaterThanOrEqual(40);
    const server = await ScriptedAuthorizationServer.start();
    for (const url of bad) {
      server.publishServer({ [field]: url });
      const error = await rejected(search(server, server.origin));
      expect([url, error.code]).toEqual([url, 'URL_REFUSED']);
      expect(error.message).toContain(field);
      expect(error.message).not.toContain('alert');
    }
    server.publishServer({ [field]: 7 });
    expect((await rejected(search(server, server.origin))).code).toBe('METADATA_INVALID');
  });

  test('and fields that are not looked at are not handed on', async () => {
    const server = await ScriptedAuthorizationServer.start();
    const mtls_endpoint_aliases = { token_endpoint: 'javascript:alert(1)' };
    server.publishServer({ odd_endpoint: 'javascript:alert(1)', mtls_endpoint_aliases, signed_metadata: 'e.y.' });
    expect(JSON.stringify(await search(server, server.origin))).not.toMatch(/alert|signed_metadata/);
  });

  test('an issuer is one, too', async () => {
    const server = await ScriptedAuthorizationServer.start();
    for (const issuer of ['http://login.example', `${server.origin}?x=1`, `${server.origin}/#`, 'file:///x', '']) {
      expect([issuer, (await rejected(search(server, issuer))).code]).toEqual([issuer, 'URL_REFUSED']);
    }
    expect(server.seen).toEqual([]);
  });
});

test('a public server may have its endpoints at another host, and not on this computer', async () => {
  const publish = (changes: object) => {
    const metadata = { issuer: 'https://login.example', token_endpoint: 'https://tokens.example/t', ...changes };
    return () => Promise.resolve(Response.json(metadata));
  };
  const found = await findAuthorizationServer('https://login.example', { fetch: publish({}) });
  expect(found.kind).toBe('found');
  for (const url of ['http://127.0.0.1:631/', 'https://localhost/', 'http://[::1]/']) {
    const fetch = publish({ authorization_endpoint: url });
    const error = await rejected(findAuthorizationServer('https://login.example', { fetch }));
    expect([url, error.code]).toEqual([url, 'URL_REFUSED']);
  }
});

test.each([
  { token_endpoint: undefined },
  { code_challenge_methods_supported: 'S256' },
  { scopes_supported: [1] },
  { token_endpoint_auth_methods_supported: {} },
  { authorization_response_iss_parameter_supported: 'true' },
  { client_id_metadata_document_supported: 1 },
])('metadata that says %j is not valid', async (changes) => {
  const server = (await ScriptedAuthorizationServer.start()).publishServer(changes);
  expect((await rejected(search(server, server.origin))).code).toBe('METADATA_INVALID');
});

test('nothing of an error page is repeated', async () => {
  const server = await ScriptedAuthorizationServer.start();
  server.on('GET /.well-known/oauth-authorization-server', { status: 500, body: 'hunter2 <b>' });
  const found = await search(server, server.origin);
  expect(found.kind === 'none' && found.trouble?.message).toBe('127.0.0.1 answered with HTTP status 500.');
});

function search(server: ScriptedAuthorizationServer, issuer: string): Promise<ServerSearch> {
  return findAuthorizationServer(issuer, { fetch: guarded({ home: new URL(server.origin) }) });
}
