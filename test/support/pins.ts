// What commands may run, kept in a fresh state.db that ends with the test.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../core/base/clock.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { EntryApprovals, entryHash } from '../../core/policy/entry-approvals.ts';
import { ExecutablePins, type PinsOptions } from '../../core/policy/executable-pins.ts';
import { tempDir } from './temp-dir.ts';

/** Entries need no approval: for tests of other rules. */
export const everythingApproved: Pick<EntryApprovals, 'holds' | 'look' | 'approve'> = {
  holds: () => undefined,
  look: ({ endpoint }) => ({ state: 'same', hash: entryHash(endpoint), endpoint }),
  approve: () => undefined,
};

/** The real approvals, nothing being approved. */
export function freshApprovals(stateDb = freshStateDb()): EntryApprovals {
  const approvals = new EntryApprovals({ stateDb, clock: systemClock });
  approvals.begin([]);
  return approvals;
}

export function freshStateDb(): StateDb {
  const stateDb = StateDb.open(join(tempDir(), 'state.db'));
  onTestFinished(() => stateDb.close());
  return stateDb;
}

export function freshPins(options: Pick<PinsOptions, 'isReplaceable'> = {}): ExecutablePins {
  return new ExecutablePins({ stateDb: freshStateDb(), clock: systemClock, ...options });
}
