import { expect, test } from 'vitest';
import { isPlain } from '../../../core/policy/plain-entry.ts';
import type { Endpoint } from '../../../shared/model/server-entry.ts';

const program = (command: string, ...args: string[]): Endpoint => ({ type: 'stdio', command, args, env: {} });
const address = (url: string): Endpoint => ({ type: 'http-auto', url, headers: {} });

test('what has no risk but an open version is plain', () => {
  expect(isPlain(program('npx', '-y', 'a-server'), [])).toBe(true);
  expect(isPlain(address('https://a.example.com/mcp'), [])).toBe(true);
  expect(isPlain(program('sh', '-c', 'x | y'), [])).toBe(false);
  expect(isPlain(address('http://a.example.com/mcp'), [])).toBe(false);
});

test('CFG-07 a reference counts as the default that it has, of an input or its own', () => {
  const inputs = [
    { id: 'program', default: 'sh' },
    { id: 'base', default: 'http://a.example.com' },
  ];
  expect(isPlain(program('${input:program}', '-c', 'x | y'), inputs)).toBe(false);
  expect(isPlain(program('${env:NOT_THERE:-sh}', '-c', 'x | y'), [])).toBe(false);
  expect(isPlain(address('${input:base}/mcp'), inputs)).toBe(false);
  expect(isPlain(program('node', '/a/server.js', '${input:folder}'), [{ id: 'folder', default: '/tmp' }])).toBe(true);
});
