// Which rights are asked for first, and which when a tool needs more.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstScopes, scopesOf, stepUpScopes, unionScopes } from '../../../core/oauth/scopes.ts';

const AS = { issuer: 'https://as.example' };
const OFFLINE_AS = { ...AS, scopes_supported: ['openid', 'offline_access'] };

test.each([
  [
    'AUT-18: what the challenge names goes before what the resource supports',
    { challenge: 'b a', supported: ['c'] },
    ['b', 'a'],
  ],
  ['AUT-18: without a challenge, all that the resource supports', { supported: ['c', 'd'] }, ['c', 'd']],
  ['AUT-18: with neither, nothing, and the server decides', {}, []],
  ['AUT-18: an empty challenge names nothing', { challenge: ' ', supported: ['c'] }, ['c']],
  ['AUT-19: the challenge may name what the resource does not list', { challenge: 'x', supported: ['c'] }, ['x']],
  ['AUT-19: nor is all that it lists asked for beside it', { challenge: 'c', supported: ['c', 'd'] }, ['c']],
  ['what a person configured goes before all', { configured: ['mine'], challenge: 'b', supported: ['c'] }, ['mine']],
])('%s', (_title, sources, scopes) => {
  expect(firstScopes(sources, AS)).toEqual(scopes);
});

test.each([
  ['AUT-25 OA-29: listed by the server: added', OFFLINE_AS, 'read', ['read', 'offline_access']],
  ['AUT-25 OA-29: not listed: not added', { ...AS, scopes_supported: ['read'] }, 'read', ['read']],
  ['AUT-25 OA-29: no list: not added', AS, 'read', ['read']],
  ['AUT-25 OA-29: wanted by the resource alone: left out', AS, 'read offline_access', ['read']],
  [
    'AUT-25: no refresh tokens there: not added',
    { ...OFFLINE_AS, grant_types_supported: ['authorization_code'] },
    'read',
    ['read'],
  ],
  [
    'AUT-25: with refresh tokens there: added',
    { ...OFFLINE_AS, grant_types_supported: ['refresh_token'] },
    'read',
    ['read', 'offline_access'],
  ],
  ['never alone: that would replace what the server grants by itself', OFFLINE_AS, '', []],
  ['a list that is none', { ...AS, scopes_supported: 'offline_access' as unknown as string[] }, 'read', ['read']],
])('%s', (_title, as, challenge, scopes) => {
  expect(firstScopes({ challenge }, as)).toEqual(scopes);
});

const scope = fc.constantFrom('read', 'write', 'admin', 'offline_access', 'files:read', 'https://x.example/y');
const scopes = fc.uniqueArray(scope);
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

test('OA-29: a step-up asks for all of before and all of the challenge, and for nothing else', () => {
  fc.assert(
    fc.property(scopes, scopes, fc.boolean(), (before, more, offers) => {
      const asked = stepUpScopes(before, more.join(' '), offers ? OFFLINE_AS : AS);
      const named = new Set([...before, ...more]);
      for (const one of named) if (one !== 'offline_access' || before.includes(one)) expect(asked).toContain(one);
      for (const one of asked) if (one !== 'offline_access') expect([...named]).toContain(one);
      if (!offers && !before.includes('offline_access')) expect(asked).not.toContain('offline_access');
      expect(new Set(asked).size).toBe(asked.length);
    }),
  );
});

test('only scopes come out of a text, each once, and the order stays', () => {
  expect(scopesOf('a  b\ta "q" \\ é b')).toEqual(['a', 'b']);
  expect(scopesOf(undefined)).toEqual([]);
  fc.assert(
    fc.property(anyText, (text) => {
      for (const one of scopesOf(text)) expect(one).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
    }),
  );
  fc.assert(
    fc.property(scopes, scopes, (one, other) => {
      expect(unionScopes(one, other)).toEqual([...new Set([...one, ...other])]);
    }),
  );
});
