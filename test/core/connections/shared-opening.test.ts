import { expect, test } from 'vitest';
import { SharedConnection } from '../../../core/connections/shared-connection.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('a server that cannot be opened is told to everyone who waits, and is not kept', async () => {
  const gone: true[] = [];
  const connection = new SharedConnection({
    open: () => Promise.reject(new PortolanError('SPAWN_NOT_FOUND', 'no such program')),
    clock: new ManualClock(),
    onGone: () => gone.push(true),
  });
  const events = { onFrame: () => undefined, onRequestFailed: () => undefined, onClosed: () => undefined };
  const attach = () => connection.attach({ ...events, onLog: () => undefined });
  const results = await Promise.allSettled([attach(), attach()]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([connection.isGone, gone]).toEqual([true, [true]]);
});
