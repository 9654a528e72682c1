import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFrame } from '../../../core/connections/frame.ts';
import { PortolanError } from '../../../shared/errors.ts';

const fromClient = (text: string) => parseFrame(Buffer.from(text), 'client');
const request = (id: string) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;

test('FRM-06 whatever passes means the same to a reader of the bytes, first key or last key wins', () => {
  const key = fc.constantFrom('name', 'n\\u0061me', 'arguments', 'id', 'method', 'Name', '__proto__');
  const member = fc
    .tuple(key, fc.constantFrom('1', '"x"', '{"a":1}', '[]', '{"a":1,"a":2}'))
    .map(([k, v]) => `"${k}":${v}`);
  const call = fc
    .tuple(fc.array(member, { maxLength: 4 }), fc.array(member, { maxLength: 2 }))
    .map(
      ([inside, top]) =>
        `{${['"jsonrpc":"2.0"', '"id":5', '"method":"tools/call"', `"params":{${inside.join(',')}}`, ...top].join(',')}}`,
    );
  let passed = 0;
  fc.assert(
    fc.property(call, (text) => {
      let frame: ReturnType<typeof fromClient>;
      try {
        frame = fromClient(text);
      } catch (error) {
        return error instanceof PortolanError && error.code === 'FRAME_INVALID';
      }
      passed++;
      return JSON.stringify(firstWins(frame.bytes.toString())) === JSON.stringify(frame.message);
    }),
    { numRuns: 10_000 },
  );
  expect(passed).toBeGreaterThan(100);
});

test('FRM-01 two thousand broken texts are refused in words, and the next good one is read', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ':',
    ',',
    '"id"',
    '"jsonrpc":"2.0"',
    '"method"',
    '1e9',
    '-',
    'null',
    '\\u00',
    ' ',
    '\n',
    '\u0000',
    'é',
    '{"a":1}',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.constant(request('1')), fc.nat(40), fc.nat(255)).map(([good, at, byte]) => {
      const bytes = Buffer.from(good);
      bytes[at % bytes.length] = byte;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(text, fc.constantFrom('client' as const, 'server' as const), (bytes, from) => {
      try {
        const frame = parseFrame(bytes, from);
        return JSON.stringify(JSON.parse(frame.bytes.toString())) === JSON.stringify(frame.message);
      } catch (error) {
        const isTyped = error instanceof PortolanError && error.code === 'FRAME_INVALID';
        return isTyped && (error.data['rpcCode'] === -32_700 || error.data['rpcCode'] === -32_600);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(fromClient(request('1')).id).toBe('1');
});

/** A reader that lets the first of equal keys win, unlike JSON.parse. */
function firstWins(text: string): unknown {
  let at = 0;
  const value = (): unknown => {
    if (text[at] === '{') {
      const entries = new Map<string, unknown>();
      for (at++; text[at] !== '}'; ) {
        if (text[at] === ',') at++;
        const key = String(value());
        at++;
        const member = value();
        if (!entries.has(key)) entries.set(key, member);
      }
      at++;
      return JSON.parse(
        `{${[...entries].map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`).join(',')}}`,
      ) as unknown;
    }
    const match = /^(?:"(?:[^"\\]|\\.)*"|[-\d.]+|\[\])/.exec(text.slice(at));
    at += match?.[0].length ?? 1;
    return JSON.parse(match?.[0] ?? 'null') as unknown;
  };
  return value();
}
