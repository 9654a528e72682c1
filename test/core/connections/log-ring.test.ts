// The ring keeps the newest lines within its bytes.
import { expect, test } from 'vitest';
import { LOG_RING_BYTES, LogRing } from '../../../core/connections/log-ring.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('lines come with numbers, times and sources, and can be asked for after a number', () => {
  const ring = new LogRing({ clock: new ManualClock(Date.UTC(2026, 0, 1)) });
  ring.append('stderr', 'one');
  ring.append('portolan', 'two');
  expect(ring.lines(1)).toEqual([{ seq: 2, at: '2026-01-01T00:00:00.000Z', source: 'portolan', text: 'two' }]);
});

test('SUP-12: never more than 1 MiB, the newest lines are kept, empty ones count', () => {
  const ring = new LogRing();
  for (let i = 0; i < 100_000; i += 1) ring.append('stderr', i % 2 === 0 ? '' : `line ${i} ${'x'.repeat(100)}`);
  expect(ring.bytes).toBeLessThanOrEqual(LOG_RING_BYTES);
  const lines = ring.lines();
  expect(lines.at(-1)?.seq).toBe(100_000);
  expect(lines.map(({ seq }) => seq)).toEqual(
    Array.from({ length: lines.length }, (_, i) => 100_001 - lines.length + i),
  );
});

test('SUP-12: of a million lines of any kind the last ones come back whole, and most of the room is used', () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const ring = new LogRing({ clock });
  const sources = ['stderr', 'stdout-noise', 'portolan', 'server'] as const;
  const textOf = (seq: number) => `${seq} ${'ü€😀'.repeat(seq % 50)}`;
  for (let seq = 1; seq <= 1_000_000; seq += 1) {
    ring.append(sources[seq % 4] ?? 'stderr', textOf(seq));
    if (seq % 1_000 === 0) clock.advance(1);
  }
  const lines = ring.lines();
  expect(lines).toEqual(
    lines.map((_, i) => {
      const seq = 1_000_001 - lines.length + i;
      const at = new Date(Date.UTC(2026, 0, 1) + Math.floor((seq - 1) / 1_000)).toISOString();
      return { seq, at, source: sources[seq % 4], text: textOf(seq) };
    }),
  );
  const kept = lines.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  expect(kept).toBeGreaterThan(LOG_RING_BYTES * 0.8);
  expect(kept).toBeLessThanOrEqual(LOG_RING_BYTES);
});

test('the longest lines in the widest characters fit', () => {
  const ring = new LogRing();
  const text = '€'.repeat(8192);
  for (let i = 0; i < 1_000; i += 1) ring.append('server', text);
  expect(ring.bytes).toBeLessThanOrEqual(LOG_RING_BYTES);
  const lines = ring.lines();
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.every((line) => line.text === text)).toBe(true);
});

test('a long line is cut', () => {
  const ring = new LogRing();
  ring.append('server', 'x'.repeat(100_000));
  expect(ring.lines()[0]?.text).toBe(`${'x'.repeat(8192)} [cut]`);
});

test('subscribers get lines until they leave', () => {
  const ring = new LogRing();
  const seen: string[] = [];
  const leave = ring.subscribe(({ text }) => void seen.push(text));
  ring.append('stderr', 'a');
  leave();
  ring.append('stderr', 'b');
  expect(seen).toEqual(['a']);
});
