import { describe, expect, test } from 'vitest';
import { parseChallenges, signInChallenge } from '../../../core/oauth/challenge.ts';
import { discover, type Discovery, type DiscoverOptions } from '../../../core/oauth/discovery.ts';
import { guarded } from '../../support/oauth/guarded.ts';
import { ScriptedAuthorizationServer } from '../../support/oauth/scripted-authorization-server.ts';
import { rejected } from '../../support/thrown.ts';

const PRM = '/.well-known/oauth-protected-resource';

describe('AUT-01 OA-02 the metadata of the server is looked for', () => {
  test('where the challenge says, and then nowhere else', async () => {
    const server = (await ScriptedAuthorizationServer.start()).publishServer().publishResource({}, '/custom.json');
    server.publishResource({ resource: 'https://trap.example/' }).publishResource({}, PRM);
    const challenge = `Basic realm="x", Bearer error="invalid_token", resource_metadata="${server.origin}/custom.json"`;
    expect(await ask(server, { challenge })).toMatchObject({
      resource: `${server.origin}/mcp`,
      issuer: server.origin,
      kind: 'rfc9728',
      resourceMetadataUrl: `${server.origin}/custom.json`,
      dpopBound: false,
    });
    expect(server.paths).toEqual(['GET /custom.json', 'GET /.well-known/oauth-authorization-server']);
  });

  test('then at the well-known place of its path, then at that of the root', async () => {
    const server = (await ScriptedAuthorizationServer.start()).publishServer();
    server.publishResource({ resource: server.origin, scopes_supported: ['a', 'b c', 'd'] }, PRM);
    const challenge = `Bearer resource_metadata="${server.origin}/gone"`;
    const found = await ask(server, { challenge });
    expect(server.paths.slice(0, 3)).toEqual(['GET /gone', `GET ${PRM}/mcp`, `GET ${PRM}`]);
    expect([found.resource, found.scopesSupported]).toEqual([server.origin, ['a', 'd']]);
  });

  test.each([
    ['a page for people', { body: '<html>' }],
    ['JSON that is something else', { body: { error: 'not_found' } }],
    ['a list', { body: [] }],
    ['a refusal', { status: 401, body: {} }],
  ])('past %s', async (_what, answer) => {
    const server = (await ScriptedAuthorizationServer.start()).publishServer().publishResource({}, PRM);
    server.on(`GET ${PRM}/mcp`, answer);
    expect((await ask(server)).resourceMetadataUrl).toBe(server.origin + PRM);
  });

  test('and an address in a challenge that no sign-in may use is refused', async () => {
    const server = (await ScriptedAuthorizationServer.start()).publishServer().publishResource();
    for (const url of ['http://login.example/x', 'file:///etc/passwd', 'javascript:alert(1)', '/relative']) {
      const error = await rejected(ask(server, { challenge: `Bearer resource_metadata="${url}"` }));
      expect([url, error.code]).toEqual([url, 'URL_REFUSED']);
    }
    expect(server.seen).toEqual([]);
  });
});

describe('AUT-07 the resource that the server says it is', () => {
  test.each([
    ['/mcp', '/mcp'],
    ['', '/mcp'],
    ['/', '/mcp'],
    ['/a', '/a/b/mcp'],
    ['/a/', '/a/b'],
    ['/mcp/', '/mcp'],
    ['/mcp?x=1', '/mcp?x=1'],
  ])('may be %j for a server at %j, and goes as it is written', async (path, at) => {
    const server = (await ScriptedAuthorizationServer.start()).publishServer();
    const resource = server.origin + path;
    server.publishResource({ resource }, PRM + new URL(at, server.origin).pathname);
    expect((await ask(server, { at })).resource).toBe(resource);
  });

  test.each([
    'https://evil.example/mcp',
    'ORIGIN.evil.example/mcp',
    'ORIGIN/mc',
    'ORIGIN/mcp/deeper',
    'ORIGIN/mcp#x',
    'ORIGIN/mcp?x=1',
    'ORIGIN/other',
    'http://user@HOST/mcp',
    'https://HOST/mcp',
    '/mcp',
    '',
  ])('must not be %s', async (template) => {
    const server = (await ScriptedAuthorizationServer.start()).publishServer();
    const resource = template.replace('ORIGIN', server.origin).replace('HOST', new URL(server.origin).host);
    server.publishResource({ resource });
    const error = await rejected(ask(server));
    expect([error.code, error.data['found']]).toEqual(['RESOURCE_MISMATCH', resource]);
    expect(error.message).toContain(`${server.origin}/mcp`);
    expect(server.paths).not.toContain('GET /.well-known/oauth-authorization-server');
  });
});

describe('the authorization server is', () => {
  test('the one that the entry names, if the server names it too', async () => {
    const [server, other] = [await ScriptedAuthorizationServer.start(), await ScriptedAuthorizationServer.start()];
    other.publishServer();
    server.publishServer().publishResource({ authorization_servers: [server.origin, other.origin] });
    expect((await ask(server, { issuer: other.origin })).issuer).toBe(other.origin);
    const error = await rejected(ask(server, { issuer: 'https://login.example' }));
    expect(error.code).toBe('ISSUER_MISMATCH');
    for (const text of ['https://login.example', server.origin, other.origin]) expect(error.message).toContain(text);
    server.publishResource({ authorization_servers: [] });
    expect((await ask(server, { issuer: other.origin })).issuer).toBe(other.origin);
    expect((await rejected(ask(server))).code).toBe('METADATA_NOT_FOUND');
  });

  test('else the first that works', async () => {
    const server = (await ScriptedAuthorizationServer.start()).publishServer();
    const names = ['http://login.example', `${server.origin}/none`, server.origin];
    server.publishResource({ authorization_servers: names });
    expect((await ask(server)).issuer).toBe(server.origin);
    server.publishResource({ authorization_servers: names.slice(0, 2) });
    expect((await rejected(ask(server))).code).toBe('URL_REFUSED');
  });

  test('else the one of last time, which is not left because it cannot answer now', async () => {
    const [server, other] = [await ScriptedAuthorizationServer.start(), await ScriptedAuthorizationServer.start()];
    other.publishServer();
    server.publishServer().publishResource({ authorization_servers: [server.origin, other.origin] });
    expect((await ask(server, { lastIssuer: other.origin })).issuer).toBe(other.origin);
    other.on('GET /.well-known/oauth-authorization-server', { status: 503 });
    expect((await rejected(ask(server, { lastIssuer: other.origin }))).code).toBe('HTTP_STATUS');
    other.on('GET /.well-known/oauth-authorization-server', { status: 404 });
    expect((await ask(server, { lastIssuer: other.origin })).issuer).toBe(server.origin);
    expect((await ask(server, { lastIssuer: 'https://gone.example' })).issuer).toBe(server.origin);
  });
});

describe('AUT-35 a server of 2025-03-26, which publishes nothing about itself', () => {
  test.each(['', '/'])('has its authorization server at its origin, called with %j at the end', async (end) => {
    const server = await ScriptedAuthorizationServer.start();
    server.publishServer({ issuer: server.origin + end });
    expect(await ask(server, { revision: 'legacy' })).toMatchObject({
      issuer: server.origin + end,
      kind: '2025-03-26',
      resource: `${server.origin}/mcp`,
      resourceMetadataUrl: undefined,
      as: { token_endpoint: `${server.origin}/token` },
    });
  });

  test('has the default endpoints there, when that publishes nothing either', async () => {
    const server = await ScriptedAuthorizationServer.start();
    expect((await ask(server, { revision: 'legacy', at: '/deep/mcp' })).as).toMatchObject({
      issuer: server.origin,
      authorization_endpoint: `${server.origin}/authorize`,
      token_endpoint: `${server.origin}/token`,
      registration_endpoint: `${server.origin}/register`,
    });
    expect((await rejected(ask(server, { revision: 'modern' }))).code).toBe('METADATA_NOT_FOUND');
  });

  test('is not assumed while a place that may hold its metadata cannot answer', async () => {
    const server = (await ScriptedAuthorizationServer.start()).on(`GET ${PRM}`, { status: 503 });
    expect((await rejected(ask(server, { revision: 'legacy' }))).code).toBe('HTTP_STATUS');
  });
});

test('a server says that it takes only bound tokens, in its metadata or by its challenge, or says nothing valid', async () => {
  const server = (await ScriptedAuthorizationServer.start()).publishServer();
  server.publishResource();
  expect((await ask(server, { challenge: 'Bearer' })).dpopBound).toBe(false);
  expect((await ask(server, { challenge: 'DPoP' })).dpopBound).toBe(true);
  server.publishResource({ dpop_bound_access_tokens_required: true });
  expect((await ask(server)).dpopBound).toBe(true);
  for (const changes of [
    { dpop_bound_access_tokens_required: 'yes' },
    { authorization_servers: 'x' },
    { scopes_supported: [1] },
  ]) {
    expect((await rejected(ask(server.publishResource(changes)))).code).toBe('METADATA_INVALID');
  }
});

test('a server in the open without encryption is not signed in to', async () => {
  const fetch = guarded({});
  const error = await rejected(discover(new URL('http://mcp.example/mcp'), { revision: 'modern', fetch }));
  expect(error.code).toBe('URL_REFUSED');
});

test('the search ends when it is cancelled', async () => {
  const stop = new AbortController();
  const server = (await ScriptedAuthorizationServer.start()).publishServer();
  server.on(`GET ${PRM}/mcp`, () => {
    stop.abort();
    return {};
  });
  expect((await rejected(ask(server, { signal: stop.signal }))).code).toBe('SIGN_IN_CANCELLED');
});

function ask(
  server: ScriptedAuthorizationServer,
  options: Partial<Omit<DiscoverOptions, 'challenge'>> & { challenge?: string; at?: string } = {},
): Promise<Discovery> {
  const { at = '/mcp', challenge, ...rest } = options;
  const home = new URL(at, server.origin);
  const parsed = signInChallenge(parseChallenges(challenge));
  return discover(home, {
    revision: 'modern',
    fetch: guarded({ home }),
    ...(parsed === undefined ? {} : { challenge: parsed }),
    ...rest,
  });
}
