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
