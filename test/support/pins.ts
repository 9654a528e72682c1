// What commands may run, kept in a fresh state.db that ends with the test.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../core/base/clock.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { ExecutablePins, type PinsOptions } from '../../core/policy/executable-pins.ts';
import { tempDir } from './temp-dir.ts';

export function freshPins(options: Pick<PinsOptions, 'isReplaceable'> = {}): ExecutablePins {
  const stateDb = StateDb.open(join(tempDir(), 'state.db'));
  onTestFinished(() => stateDb.close());
  return new ExecutablePins({ stateDb, clock: systemClock, ...options });
}
