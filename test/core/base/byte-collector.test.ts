// Pieces come back as one buffer in their order; only what must be is copied.
import { expect, test } from 'vitest';
import { ByteCollector } from '../../../core/base/byte-collector.ts';

test('a single piece comes back as it is, however small', () => {
  const collector = new ByteCollector();
  const piece = Buffer.from('{"id":1}');
  collector.add(piece);
  expect(collector.take()).toBe(piece);
  collector.add(piece);
  expect([collector.take(), collector.length]).toEqual([piece, 0]);
});

test('many pieces come back in their order, small and large ones', () => {
  const collector = new ByteCollector();
  const sizes = [1, 2, 5000, 3, 4096, 4095, 1, 70_000, 7];
  const pieces = sizes.map((size, at) => Buffer.alloc(size, at + 1));
  for (const piece of pieces) collector.add(piece);
  expect(collector.length).toBe(Buffer.concat(pieces).length);
  expect(collector.take(Buffer.from('last')).equals(Buffer.concat([...pieces, Buffer.from('last')]))).toBe(true);
});
