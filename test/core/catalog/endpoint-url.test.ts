import { expect, test } from 'vitest';
import { checkEndpointUrl } from '../../../core/catalog/endpoint-url.ts';
import { thrown } from '../../support/thrown.ts';

test.each([
  'file:///etc/passwd',
  'ftp://h/',
  'javascript:alert(1)',
  'https://me:pw@h/',
  'https://me@h/',
  'https://${secret:U}@h/',
  'h/mcp',
  '',
  'ws://h/',
])('CFG-17 %s is refused', (url) => {
  expect(thrown(() => checkEndpointUrl(url)).code).toBe('URL_REFUSED');
});

test.each([
  ['https://example.com/mcp', []],
  ['http://localhost:3000/', []],
  ['http://127.0.0.9/', []],
  ['http://[::1]:80/', []],
  ['https://${env:HOST}:${env:PORT}/', []],
  ['${secret:URL}', []],
  ['http://example.com/', ['not encrypted']],
  ['http://localhost.evil.com/', ['not encrypted']],
  ['http://${env:HOST}/', ['the server is not encrypted']],
  ['https://аpple.com/', ['xn--pple-43d.com']],
])('CFG-17 %s is allowed, with what a person should know', (url, parts) => {
  const { warnings } = checkEndpointUrl(url);
  expect(warnings).toEqual(parts.map((part) => expect.stringContaining(part)));
});
