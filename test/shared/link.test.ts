// Links are read under tight rules: a known page, a catalog, a sign-in, or nothing.
import { expect, test } from 'vitest';
import { linkIn, MAX_LINK_CHARS, parseLink } from '../../shared/link.ts';
import { HOSTILE_CATALOGS, REFUSED_LINKS } from '../support/hostile-links.ts';

test('CFG-11 200 hostile links are refused, or bring something for review at most', () => {
  expect(REFUSED_LINKS.length + HOSTILE_CATALOGS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(REFUSED_LINKS).size).toBe(REFUSED_LINKS.length);
  expect(REFUSED_LINKS.filter((link) => parseLink(link).kind !== 'refused')).toEqual([]);
  expect(HOSTILE_CATALOGS.filter((link) => parseLink(link).kind !== 'add')).toEqual([]);
});

test('CFG-11 no reason repeats what a link says', () => {
  for (const link of REFUSED_LINKS) {
    const parsed = parseLink(link);
    expect(parsed.kind === 'refused' && /^[A-Z][A-Za-z0-9 .,’]+$/.test(parsed.reason)).toBe(true);
  }
});

test('a sign-in link fills in a form and can say nothing else', () => {
  const link =
    'portolan://sign-in?issuer=https%3A%2F%2Fid.example.com%2Ft&clientId=app+1&name=work&title=Work&scope=openid+a:b';
  expect(parseLink(link)).toEqual({
    kind: 'sign-in',
    identity: {
      issuer: 'https://id.example.com/t',
      clientId: 'app 1',
      name: 'work',
      title: 'Work',
      scopes: ['openid', 'a:b'],
    },
  });
});

test('a page, a catalog, and the longest link are taken', () => {
  expect(parseLink('portolan://activity/')).toEqual({ kind: 'page', page: '/activity' });
  expect(parseLink('portolan://add?catalog=e30')).toEqual({ kind: 'add', catalog: 'e30' });
  const longest = 'portolan://add?catalog='.padEnd(MAX_LINK_CHARS, 'a');
  expect([parseLink(longest).kind, parseLink(`${longest}a`).kind]).toEqual(['add', 'refused']);
});

test('CFG-11 a link among arguments is a word of its own, and a flag is none', () => {
  expect(linkIn(['electron', '.', '--inspect', 'portolan://servers'])).toBe('portolan://servers');
  expect(
    linkIn(['--x=portolan://servers', 'file:///portolan://servers', `portolan://${'a'.repeat(3_000)}`]),
  ).toBeUndefined();
});
