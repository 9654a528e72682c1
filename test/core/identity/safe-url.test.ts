import { expect, test } from 'vitest';
import { checkSignInUrl } from '../../../core/identity/safe-url.ts';
import { HOSTILE_URLS } from '../../support/hostile-urls.ts';
import { thrown } from '../../support/thrown.ts';

test.each([
  'https://login.example/authorize',
  'https://login.example:8443/t/authorize?x=1',
  'http://127.0.0.1:3000/authorize',
  'http://localhost/authorize',
  'http://[::1]:9/',
  'HTTPS://LOGIN.EXAMPLE/',
])('AUT-26 %s may take part in a sign-in', (text) => {
  expect(checkSignInUrl(text, 'The address').href).toBe(new URL(text).href);
});

test.each([
  'http://login.example/authorize',
  'http://127.0.0.1.evil.example/',
  'http://localhost.evil.example/',
  'http://10.0.0.1/',
  'https://user@login.example/',
  'https://user:pw@login.example/',
  'https://login.example/#x',
  'https://login.example/#',
  'https:login.example',
  'https:///login.example/',
  'https:\\\\login.example\\',
  'ht\ntps://login.example/',
  ' https://login.example/',
  'https://login.example/ x',
  'https://lögin.example/',
  `https://login.example/${'a'.repeat(9_000)}`,
])('AUT-26 %j may not', (text) => {
  const error = thrown(() => checkSignInUrl(text, 'The authorization endpoint'));
  expect(error.code).toBe('URL_REFUSED');
  expect(error.message).toMatch(/^The authorization endpoint /);
  expect(error.message).not.toContain('evil');
});

test('of all hostile addresses, only https and http on this machine pass', () => {
  const passed = HOSTILE_URLS.filter((text) => {
    try {
      checkSignInUrl(text, 'The address');
      return true;
    } catch {
      return false;
    }
  });
  expect(passed.filter((text) => !/^https:|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(text))).toEqual([]);
});
