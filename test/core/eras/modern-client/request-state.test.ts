// The state that the bridge gives to its caller: nobody else can make, read or move one.
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../../core/connections/frame.ts';
import { RequestStates, requestDigest } from '../../../../core/eras/modern-client/request-state.ts';

const KEY = Buffer.alloc(32, 1);
const STATE = { handle: 'h-1', expires: 5 };
const states = (key = KEY, principal = 'os:1') => new RequestStates(key, principal);
const digest = (params: object, method = 'tools/call') =>
  requestDigest(frameOf({ jsonrpc: '2.0', id: 1, method, params }));

describe('RequestStates', () => {
  test('MRT-08: a state opens for the same principal and request alone', () => {
    const sealed = states().seal(STATE, 'd');
    expect(states().open(sealed, 'd')).toEqual(STATE);
    expect(states().open(sealed, 'e')).toBeUndefined();
    expect(states(KEY, 'os:2').open(sealed, 'd')).toBeUndefined();
    expect(states(Buffer.alloc(32, 2)).open(sealed, 'd')).toBeUndefined();
  });

  test('MRT-08: a state of which one character differs does not open', () => {
    const sealed = states().seal(STATE, 'd');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(states().open(changed, 'd')).toBeUndefined();
    }
  });

  test.each(['', 'x', '!', 'a'.repeat(40), 'a'.repeat(100_000)])('text that is no state does not open', (text) => {
    expect(states().open(text, 'd')).toBeUndefined();
  });

  test('MRT-08: a state is opaque, and no two are the same', () => {
    const sealed = [states().seal(STATE, 'd'), states().seal(STATE, 'd')];
    expect(new Set(sealed).size).toBe(2);
    expect(sealed.some((text) => Buffer.from(text, 'base64url').includes('h-1'))).toBe(false);
    expect(sealed.every((text) => /^[\w-]+$/.test(text))).toBe(true);
  });
});

describe('requestDigest', () => {
  test('a retry has the digest of its first request, whatever the order of its members', () => {
    const first = digest({ name: 'x', arguments: { a: 1, b: [{ c: 2, d: 3 }] }, _meta: { e: 1 } });
    const retry = { requestState: 's', inputResponses: {}, arguments: { b: [{ d: 3, c: 2 }], a: 1 }, name: 'x' };
    expect(digest(retry)).toBe(first);
  });

  test.each([
    ['another argument', { name: 'x', arguments: { a: 2 } }, 'tools/call'],
    ['another tool', { name: 'y', arguments: { a: 1 } }, 'tools/call'],
    ['another method', { name: 'x', arguments: { a: 1 } }, 'prompts/get'],
    ['another order of a list', { name: 'x', arguments: [2, 1] }, 'tools/call'],
    ['a list that looks like the object', { name: 'x', arguments: [['a', 1]] }, 'tools/call'],
  ])('%s changes it', (_what, params, method) => {
    expect(digest(params, method)).not.toBe(digest({ name: 'x', arguments: { a: 1 } }));
    expect(digest(params, method)).not.toBe(digest({ name: 'x', arguments: [1, 2] }));
  });
});
