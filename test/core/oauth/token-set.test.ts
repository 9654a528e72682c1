// Token sets survive the way to the store and back; anything else that lies there is not taken for one.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTokenSet, parseTokenSet, type TokenSet } from '../../../core/oauth/token-set.ts';

const SET: TokenSet = {
  accessToken: 'at',
  tokenType: 'dpop',
  refreshToken: 'rt',
  expiresAt: 1_800_000_000_000,
  scope: ['read', 'write'],
  issuer: 'https://as.example',
  clientId: 'portolan',
  resource: 'https://mcp.example/mcp',
  obtainedAt: 1_790_000_000_000,
  grant: 'code',
  subject: 'ada',
  dpopKey: '{"kty":"EC"}',
};
const stored = JSON.parse(formatTokenSet(SET)) as Record<string, unknown>;

test('a set comes back as it was, with and without what is optional', () => {
  expect(parseTokenSet(formatTokenSet(SET))).toEqual(SET);
  const { refreshToken: _r, expiresAt: _e, subject: _s, dpopKey: _k, ...least } = SET;
  const bearer: TokenSet = { ...least, tokenType: 'bearer', clientId: '', scope: [] };
  expect(parseTokenSet(formatTokenSet(bearer))).toEqual(bearer);
});

test.each([
  ['no JSON', 'at'],
  ['a list', '[]'],
  ['another version', { ...stored, v: 2 }],
  ['no access token', { ...stored, accessToken: '' }],
  ['no issuer', { ...stored, issuer: undefined }],
  ['no resource', { ...stored, resource: undefined }],
  ['an unknown kind of token', { ...stored, tokenType: 'mac' }],
  ['a bound token without its key', { ...stored, dpopKey: undefined }],
  ['an unknown grant', { ...stored, grant: 'password' }],
  ['a time that is text', { ...stored, expiresAt: '2027' }],
  ['scope as text', { ...stored, scope: 'read write' }],
  ['a refresh token that is a number', { ...stored, refreshToken: 1 }],
])('%s is no token set', (_title, value) => {
  expect(parseTokenSet(typeof value === 'string' ? value : JSON.stringify(value))).toBeUndefined();
});

test('whatever lies in the store, reading it never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.record({ v: fc.constant(1), accessToken: fc.anything() }).map((value) => JSON.stringify(value)),
      ),
      (text) => {
        expect(parseTokenSet(text)).toBeUndefined();
      },
    ),
  );
});
