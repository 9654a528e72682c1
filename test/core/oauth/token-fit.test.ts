// Where a token may go: to the server that it was issued for, and to no other.
import { expect, it } from 'vitest';
import { fits, isSafeForTokens } from '../../../core/oauth/token-fit.ts';
import type { AuthTarget } from '../../../core/oauth/sign-in-flows.ts';
import type { TokenGrant } from '../../../core/oauth/token-grant.ts';

const HOSTS = ['one.example', 'two.example', 'one.example:8443', 'one.example.evil', 'xn--ne-eka.example'];
const PATHS = ['/mcp', '/mcp/', '/mcp2', '/a/mcp', '/a', '/', '/MCP', '/mcp/sub', '/a%2Fmcp', '/mcp?tenant=2'];

function grantFor(url: string, resource = url): TokenGrant {
  return {
    url,
    requested: [],
    set: {
      accessToken: 'token',
      tokenType: 'bearer',
      scope: [],
      issuer: 'https://as.example',
      clientId: 'client',
      resource,
      obtainedAt: 0,
      grant: 'code',
    },
  };
}

const targetAt = (url: string, auth?: AuthTarget['auth']): AuthTarget => ({
  name: 'docs',
  url: new URL(url),
  auth,
  revision: 'legacy',
});

it('OA-16: of all pairs of servers, a token for one goes to no other', () => {
  const urls = HOSTS.flatMap((host) => PATHS.map((path) => new URL(`https://${host}${path}`).href));
  let pairs = 0;
  for (const one of urls) {
    expect(fits(grantFor(one), targetAt(one), new URL(one))).toBe(true);
    for (const other of urls) {
      if (one === other) continue;
      pairs++;
      expect(fits(grantFor(one), targetAt(other), new URL(other)), `${one} ${other}`).toBe(false);
      const isSameOrigin = new URL(one).origin === new URL(other).origin;
      expect(fits(grantFor(one), targetAt(one), new URL(other)), `${one} sends to ${other}`).toBe(isSameOrigin);
    }
  }
  expect(pairs).toBeGreaterThan(1_000);
});

it('a token whose resource is another part of the server does not fit', () => {
  const url = 'https://one.example/a/mcp';
  const resources: [string, boolean][] = [
    ['https://one.example/a/mcp', true],
    ['https://one.example/a', true],
    ['https://one.example/', true],
    ['https://one.example/b', false],
    ['https://one.example/a/mc', false],
    ['https://two.example/a/mcp', false],
    ['http://one.example/a/mcp', false],
    ['not a URL', false],
  ];
  for (const [resource, isFit] of resources) {
    expect(fits(grantFor(url, resource), targetAt(url), new URL(url)), resource).toBe(isFit);
  }
});

it('a token of another issuer, client or identity than the entry names does not fit', () => {
  const url = 'https://one.example/mcp';
  const grant = { ...grantFor(url), identity: 'work' };
  const fitsWith = (auth: Partial<NonNullable<AuthTarget['auth']>>): boolean =>
    fits(grant, targetAt(url, { way: 'auto', ...auth }), new URL(url));
  expect(fitsWith({ issuer: 'https://as.example', clientId: 'client', identity: 'work' })).toBe(true);
  expect(fitsWith({ issuer: 'https://other.example' })).toBe(false);
  expect(fitsWith({ clientId: 'other' })).toBe(false);
  expect(fitsWith({ identity: 'home' })).toBe(false);
});

it('OA-17: tokens go over https, and over http on this computer alone', () => {
  for (const url of [
    'https://a.example',
    'http://127.0.0.1:80',
    'http://127.8.8.8',
    'http://localhost',
    'http://[::1]:3000',
  ]) {
    expect(isSafeForTokens(new URL(url)), url).toBe(true);
  }
  for (const url of [
    'http://a.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'ws://127.0.0.1',
    'http://[::2]',
  ]) {
    expect(isSafeForTokens(new URL(url)), url).toBe(false);
  }
});
