// Free text becomes bounded lines, whatever its chunks.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter, MAX_TEXT_LINE_BYTES } from '../../../core/connections/line-splitter.ts';

function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => void lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

test('chunks do not matter, empty lines are left out, the last line needs no ending', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(5)), (texts, sizes) => {
      const bytes = Buffer.from(texts.join('\n'));
      const chunks: Buffer[] = [];
      for (let start = 0, i = 0; start < bytes.length; i += 1) {
        const end = start + 1 + (sizes[i % Math.max(1, sizes.length)] ?? 0);
        chunks.push(bytes.subarray(start, end));
        start = end;
      }
      const expected = texts
        .join('\n')
        .split('\n')
        .map((text) => text.trimEnd());
      expect(split(chunks)).toEqual(expected.filter((text) => text !== ''));
    }),
  );
});

test('a line without end is cut and counted', () => {
  const chunks = Array.from({ length: 100 }, () => Buffer.alloc(1_000, 'x'));
  expect(split(chunks)).toEqual([`${'x'.repeat(MAX_TEXT_LINE_BYTES)} [${100_000 - MAX_TEXT_LINE_BYTES} bytes cut]`]);
});
