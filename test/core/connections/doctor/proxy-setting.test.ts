// For which addresses the environment names a proxy.
import { expect, test } from 'vitest';
import { proxySetting } from '../../../../core/connections/doctor/proxy-setting.ts';

const PROXY = 'http://proxy:3128';

test.each<[string, Record<string, string>, string | undefined]>([
  ['https://a.example.com', {}, undefined],
  ['https://a.example.com', { HTTPS_PROXY: PROXY }, 'HTTPS_PROXY'],
  ['https://a.example.com', { https_proxy: PROXY }, 'https_proxy'],
  ['https://a.example.com', { HTTPS_PROXY: '', ALL_PROXY: PROXY }, 'ALL_PROXY'],
  ['https://a.example.com', { http_proxy: PROXY }, undefined],
  ['http://a.example.com', { http_proxy: PROXY }, 'http_proxy'],
  ['http://127.0.0.1:80', { http_proxy: PROXY }, undefined],
  ['https://a.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: '*' }, undefined],
  ['https://a.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'b.com, example.com' }, undefined],
  ['https://a.example.com', { HTTPS_PROXY: PROXY, no_proxy: '.example.com' }, undefined],
  ['https://a.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'le.com' }, 'HTTPS_PROXY'],
  ['https://a.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'a.example.com:443' }, undefined],
  ['https://a.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'a.example.com:8443' }, 'HTTPS_PROXY'],
])('%s with %j', (url, env, expected) => {
  expect(proxySetting(new URL(url), env)).toBe(expected);
});
