// Lists of tools are asked for once, in every order of what happens.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createToolCache } from '../../host/tool-cache.ts';
import type { ToolList } from '../../shared/model/tool.ts';

const CALLER = { name: 'window' };

test('CON-07: callers at the same time share one request; a failed or forgotten list is not kept', async () => {
  const steps = fc.array(fc.constantFrom('list', 'list', 'list', 'forget', 'refresh'), { minLength: 1, maxLength: 8 });
  const failures = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), steps, failures, async (scheduler, wanted, fails) => {
      let fetched = 0;
      let invalid = 0;
      const cache = createToolCache(async () => {
        const n = fetched++;
        await scheduler.schedule(Promise.resolve(), 'answer');
        if (fails[n] === true) {
          invalid++;
          throw new Error(`failed ${n}`);
        }
        return { tools: [], n } as unknown as ToolList;
      });
      const told = wanted.map(async (step) => {
        await scheduler.schedule(Promise.resolve(), step);
        if (step === 'forget') {
          cache.forget('one');
          invalid++;
          return undefined;
        }
        const before = fetched;
        const list = cache.list('one', step === 'refresh', CALLER);
        if (step === 'refresh') invalid++;
        expect(fetched - before).toBeLessThanOrEqual(1);
        return list.then(
          () => 'list',
          (error: unknown) => (error as Error).message,
        );
      });
      await scheduler.waitIdle();
      const outcomes = await Promise.all(told);
      expect(outcomes.filter((each) => each !== undefined)).toHaveLength(
        wanted.filter((step) => step !== 'forget').length,
      );
      expect(fetched).toBeLessThanOrEqual(invalid + 1);
      const before = fetched;
      const again = cache.list('one', false, CALLER).catch(() => undefined);
      await scheduler.waitIdle();
      await again;
      expect(fetched - before).toBeLessThanOrEqual(1);
    }),
    { numRuns: 4_000 },
  );
}, 120_000);
