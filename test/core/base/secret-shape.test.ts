import { expect, test } from 'vitest';
import { isSecretName, looksSecret, secretsInArgs, secretsInUrl } from '../../../core/base/secret-shape.ts';

test.each([
  'token',
  'GITHUB_PERSONAL_ACCESS_TOKEN',
  'apiKey',
  'API-KEY',
  'X-Api-Key',
  'APIKEY',
  'DB_PASSWORD',
  'Authorization',
  'clientSecret',
  'OPENAI_API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'SLACK_BOT_TOKEN',
  'PRIVATE_KEY',
  'GITLAB_PAT',
  'bearer',
  'auth',
  'PG_PASSWD',
])('%s names a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  'KEYBOARD',
  'PUBLIC_KEY_PATH',
  'MONKEY',
  'MAX_TOKENS',
  'TOKEN_URL',
  'AUTH_TYPE',
  'CLIENT_ID',
  'PATH',
  'AUTHOR',
  'COMPASS',
  'TOKENIZER',
  'PASSWORD_FILE',
  'SECRET_NAME',
  'AUTH_TIMEOUT',
  'BEARER_METHOD',
  'key',
  'DISPATCH',
  '',
])('%s does not name a secret', (name) => {
  expect(isSecretName(name)).toBe(false);
});

test.each([
  ['GITHUB_TOKEN', 'abc123'],
  ['Authorization', 'Bearer abcdefghijkl'],
  ['Authorization', 'Basic dXNlcjpwYXNz'],
  ['X', 'ghp_0123456789abcdefABCD'],
  ['', 'sk-proj-0123456789abcdef'],
  ['URL', 'postgres://me:hunter2@db/x'],
  ['TOKEN', '${env:X:-literal}'],
  ['TOKEN', '${X:-literal}'],
  ['password', '12345'],
  ['CONFIG', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
  ['K', '-----BEGIN RSA PRIVATE KEY-----\nMII'],
  ['Authorization', '${secret:A} wJalrXUtnFEMIK7MDENGbPxRfiCY'],
  ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzz'],
])('%s = %s is a literal secret', (name, value) => {
  expect(looksSecret(name, value)).toBe(true);
});

test.each([
  ['TOKEN', ''],
  ['TOKEN', '${secret:GH}'],
  ['Authorization', 'Bearer ${secret:GH}'],
  ['TOKEN', '${env:GH}'],
  ['TOKEN', '${env:GH:-}'],
  ['TOKEN', '$GH'],
  ['TOKEN', '{env:GH}'],
  ['TOKEN', '${{ secrets.GH }}'],
  ['TOKEN', '<your token>'],
  ['TOKEN', 'YOUR_TOKEN_HERE'],
  ['API_KEY', 'sk-your-key'],
  ['TOKEN', 'xxxx'],
  ['TOKEN', 'sk-xxxxxxxxxxxxxxxxxxxx'],
  ['PASSWORD', 'changeme'],
  ['AUTH', 'true'],
  ['AUTH', 'none'],
  ['CREDENTIALS', '/home/me/key.json'],
  ['AUTH', 'https://login.example.com/'],
  ['LOG_LEVEL', 'debug'],
  ['USER', 'hunter2'],
  ['TOKEN', 'op://vault/item/field'],
  ['DB', 'postgres://me:${secret:pw}@db/x'],
  ['Authorization', 'me:${secret:pw}'],
  ['X', 'a://b:c'],
])('%s = %s is not', (name, value) => {
  expect(looksSecret(name, value)).toBe(false);
});

test('secrets in URLs are found in the user-info and under telling query names', () => {
  expect(secretsInUrl('https://me:p%40ss@h/p?api_key=abc&x=1&token=%24%7Bsecret:T%7D#token=z')).toEqual([
    { part: 'userinfo', name: 'password', value: 'p%40ss' },
    { part: 'query', name: 'api_key', value: 'abc' },
  ]);
  expect(secretsInUrl('https://ghp_0123456789abcdefABCD@h/')).toEqual([
    { part: 'userinfo', name: 'user', value: 'ghp_0123456789abcdefABCD' },
  ]);
  expect(
    ['https://h/p?q=1', 'https://h/?token=${secret:T}', 'no url?token=x', 'https://h/%zz?k=%zz'].flatMap(secretsInUrl),
  ).toEqual([]);
});

test('secrets in arguments are found whichever way they are given', () => {
  const args = [
    '-y',
    '--token',
    'abc',
    '--api-key=def',
    '-e',
    'DB_PASSWORD=ghi',
    '--header',
    'Authorization: Bearer jklmnopqrstu',
    'https://h/?token=mno',
    '--token-file',
    'x',
    '--max-tokens',
    '5',
    '--token',
    '--verbose',
    'TOKEN=${secret:T}',
    '--url',
    'http://h:80/',
  ];
  expect(secretsInArgs(args)).toEqual([
    { index: 2, name: 'token', value: 'abc' },
    { index: 3, name: 'api-key', value: 'def' },
    { index: 5, name: 'DB_PASSWORD', value: 'ghi' },
    { index: 7, name: 'Authorization', value: 'Bearer jklmnopqrstu' },
    { index: 8, name: 'token', value: 'mno' },
  ]);
});

test('hostile lengths take no time that matters', () => {
  for (const unit of ['a', ':', '/', '${', 'x-', 'eyJ.', '://a:', ' ']) {
    const text = unit.repeat(200_000 / unit.length);
    looksSecret(text.slice(0, 10_000), text);
    secretsInArgs([text]);
  }
});
