// Property 11: whatever is appended, flushed, rolled over, closed and killed in whatever order, nothing that was acknowledged is
// lost, nothing is there twice, the order is kept, and the log verifies.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifySegments } from '../../../core/audit/verify.ts';
import { auditHome, openLog, recordsOf, runChild } from './support.ts';

/** One process: appends (numbers of events) and flushes, then its end. The limits are so small that a few events roll files over. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 1, arbitrary: fc.constant('flush') },
);
const life = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  end: fc.constantFrom('kill', 'close'),
});

test('property 11: any interleaving of append, flush, rotation, close and kill verifies and keeps what was acknowledged', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 2, maxLength: 4 }), async (lives) => {
      const home = auditHome();
      const acknowledged: string[] = [];
      for (const { steps, end } of lives) {
        const child = runChild(home, `plan:${[...steps, end].join(',')}`);
        await child.exited;
        acknowledged.push(...child.lines.flatMap((line) => (line.startsWith('ack ') ? [line.slice(4)] : [])));
      }
      await (await openLog(home)).close();
      expect(await verifySegments(home.dir)).toMatchObject({ ok: true });
      const ids = recordsOf(home.dir).map((record) => record.event_id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(acknowledged.length).toBeGreaterThan(0);
      const known = new Set(acknowledged);
      expect(ids.filter((id) => known.has(id))).toEqual(acknowledged);
    }),
    { numRuns: 10 },
  );
});
