import { expect, test } from 'vitest';
import { CircuitBreaker } from '../../../core/connections/circuit-breaker.ts';
import type { PortolanError } from '../../../shared/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { thrown } from '../../support/thrown.ts';

function setUp() {
  const clock = new ManualClock();
  const told: (PortolanError | 'closed')[] = [];
  const breaker = new CircuitBreaker({
    clock,
    onOpened: (error) => told.push(error),
    onClosed: () => told.push('closed'),
  });
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) breaker.failed('CONNECT_REFUSED');
  };
  return { clock, breaker, told, fail };
}

test('PRX-04: five failures in a row open it; an answer between them starts the count anew', () => {
  const { breaker, told, fail } = setUp();
  fail(4);
  breaker.succeeded();
  fail(4);
  breaker.admit();
  expect(told).toEqual([]);
  fail(1);
  expect(told).toMatchObject([{ code: 'CIRCUIT_OPEN' }]);
  expect(thrown(() => breaker.admit())).toMatchObject({
    code: 'CIRCUIT_OPEN',
    data: { sent: false, retryAfterMs: 30_000, cause: 'CONNECT_REFUSED' },
  });
});

test('PRX-04: one probe passes after 30 seconds, and the next not before 30 more, whether it fails or hangs', () => {
  const { clock, breaker, told, fail } = setUp();
  fail(5);
  clock.advance(29_999);
  expect(thrown(() => breaker.admit()).data['retryAfterMs']).toBe(1);
  for (const outcome of ['fails', 'hangs', 'fails']) {
    clock.advance(30_000);
    breaker.admit();
    expect(thrown(() => breaker.admit()).data['retryAfterMs']).toBe(30_000);
    if (outcome === 'fails') fail(1);
  }
  expect(told).toHaveLength(1);
});

test('PRX-04: it closes with the first answer, and five failures open it again', () => {
  const { clock, breaker, told, fail } = setUp();
  fail(5);
  clock.advance(30_000);
  breaker.admit();
  breaker.succeeded();
  for (let i = 0; i < 10; i++) breaker.admit();
  fail(5);
  expect(thrown(() => breaker.admit()).code).toBe('CIRCUIT_OPEN');
  expect(told.map((each) => (each === 'closed' ? each : each.code))).toEqual([
    'CIRCUIT_OPEN',
    'closed',
    'CIRCUIT_OPEN',
  ]);
});

test('what may hang for ever is no probe', () => {
  const { clock, breaker, fail } = setUp();
  breaker.admit(false);
  fail(5);
  clock.advance(60_000);
  expect(thrown(() => breaker.admit(false)).code).toBe('CIRCUIT_OPEN');
  breaker.admit();
});

test('CON-03: a jump of the wall clock neither opens nor closes it', () => {
  const { clock, breaker, fail } = setUp();
  fail(5);
  clock.jump(8 * 3_600_000);
  expect(thrown(() => breaker.admit()).data['retryAfterMs']).toBe(30_000);
  clock.jump(-16 * 3_600_000);
  clock.advance(30_000);
  breaker.admit();
});
