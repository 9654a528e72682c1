// The client scenarios, through the built `portolan connect`.
import { expect, test } from 'vitest';
import { runClientScenario } from './run-suite.ts';
import { clientSet } from './scenarios.ts';
import { commandOf } from './sets.ts';

/** The sets that hold through Portolan. */
const SETS = ['2025-11-25', '2026-07-28', 'extensions'] as const;

test('OA-01: the sets leave nothing out', () => {
  expect(SETS.map((set) => clientSet(set).length)).toEqual([18, 32, 10]);
});

test.each(SETS.flatMap((set) => clientSet(set)))('OA-01: $revision $name', async (scenario) => {
  const { problems } = await runClientScenario(scenario, commandOf('portolan'));
  expect(problems).toEqual([]);
});
