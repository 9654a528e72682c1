import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineFramer } from '../../../core/connections/line-framer.ts';
import { peakMemory } from '../../support/peak-memory.ts';

function linesOf(chunks: readonly Buffer[], maxBytes?: number): { lines: string[]; tooLarge: number[] } {
  const lines: string[] = [];
  const tooLarge: number[] = [];
  const framer = new LineFramer(
    (line) => lines.push(line.toString()),
    (bytes) => tooLarge.push(bytes),
    maxBytes,
  );
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return { lines, tooLarge };
}

const TEXT = Buffer.from('{"a":"é\u2028😀"}\r\n\n\r\n{"b":2}\n{"c":"\\n"}\r\nlast');
const LINES = ['{"a":"é\u2028😀"}', '{"b":2}', '{"c":"\\n"}', 'last'];

test('FRM-04 the same bytes cut at every boundary give the same lines', () => {
  for (let cut = 0; cut <= TEXT.length; cut++) {
    expect(linesOf([TEXT.subarray(0, cut), TEXT.subarray(cut)]).lines).toEqual(LINES);
  }
});

test('FRM-04 single bytes give the same lines', () => {
  expect(linesOf([...TEXT].map((byte) => Buffer.of(byte))).lines).toEqual(LINES);
});

test('FRM-04 any chunks give the same lines, small and large pieces mixed', () => {
  const stream = Buffer.from(['x'.repeat(9_000), 'short', 'y'.repeat(70_000), '', 'end'].join('\n'));
  const expected = linesOf([stream]).lines;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 1, maxLength: 30 }), (sizes) => {
      const chunks: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        chunks.push(stream.subarray(at, at + size));
        at += size;
      }
      expect(linesOf(chunks).lines).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('a carriage return inside a line stays', () => {
  expect(linesOf([Buffer.from('a\rb\r\r\n')]).lines).toEqual(['a\rb\r']);
});

test('FRM-02 a line of exactly the limit passes, a longer one is told once and skipped, the next one passes', () => {
  const stream = Buffer.from(`12345678\r\n123456789\nok\n${'x'.repeat(50)}\nok2\n`);
  for (const size of [1, 3, 7, 1_000]) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
    const { lines, tooLarge } = linesOf(chunks, 8);
    expect(lines).toEqual(['12345678', 'ok', 'ok2']);
    expect(tooLarge).toHaveLength(2);
  }
});

test('FRM-02 a 100 MB line without a newline is refused at the limit and held in less than three times it', async () => {
  const { growth, result } = await peakMemory(`
    const { LineFramer } = await load('core/connections/line-framer.ts');
    begin();
    const told = [];
    const framer = new LineFramer(() => told.push('line'), (bytes) => told.push(bytes));
    for (let sent = 0; sent < 100 * 1024 * 1024; sent += 65536) framer.push(Buffer.alloc(65536, 120));
    result = told;`);
  expect(result).toEqual([64 * 1024 * 1024 + 65_536]);
  expect(growth).toBeLessThan(3 * 64 * 1024 * 1024);
});

test('FRM-02 single bytes without a newline cost no more memory than large pieces', async () => {
  const { growth, result } = await peakMemory(`
    const { LineFramer } = await load('core/connections/line-framer.ts');
    begin();
    const told = [];
    const framer = new LineFramer(() => told.push('line'), (bytes) => told.push(bytes), 4 * 1024 * 1024);
    const byte = Buffer.of(120);
    for (let sent = 0; sent < 5 * 1024 * 1024; sent++) framer.push(byte);
    result = told;`);
  expect(result).toEqual([4 * 1024 * 1024 + 2]);
  expect(growth).toBeLessThan(3 * 4 * 1024 * 1024 + 24 * 1024 * 1024);
});

test('FRM-03 a 50 MB line comes out equal, in one copy', () => {
  const line = Buffer.alloc(50_000_000, 'abcdefghij');
  const got: Buffer[] = [];
  const framer = new LineFramer(
    (bytes) => got.push(bytes),
    () => undefined,
  );
  for (let at = 0; at < line.length; at += 65_536) framer.push(line.subarray(at, at + 65_536));
  framer.push(Buffer.from('\n'));
  expect(got.map((bytes) => bytes.equals(line))).toEqual([true]);
});
