// The driver of the client scenarios without Portolan: what fails here is a fault of the driver, not of the product.
import { expect, test } from 'vitest';
import { passed, report, runClientSet } from './sets.ts';

test.each(['2025-11-25', '2026-07-28', 'extensions'] as const)('%s: the driver itself passes', async (set) => {
  const result = await runClientSet(set, 'direct');
  expect(result.outcomes.length).toBeGreaterThan(0);
  expect(passed(result), report(result)).toBe(result.outcomes.length);
});
