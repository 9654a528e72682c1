// The client scenarios of 2025-11-25 that need no sign-in, through the built `portolan connect`.
import { expect, test } from 'vitest';
import { runClientScenario } from './run-suite.ts';
import { clientSet } from './scenarios.ts';
import { commandOf } from './sets.ts';

const { run } = clientSet('2025-11-25');

test.each(run)('$name', async (scenario) => {
  const { problems } = await runClientScenario(scenario, commandOf('portolan'));
  expect(problems).toEqual([]);
});
