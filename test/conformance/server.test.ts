// The server scenarios with Portolan's HTTP gateway between the suite and the fixture: every check is what it is without it.
import { expect, test } from 'vitest';
import { startGateway } from './gateway-run.ts';
import { REVISIONS } from './scenarios.ts';
import { passed, report, runServerSet, runTaskSet } from './sets.ts';

test.each(REVISIONS)(
  'server %s: behind the gateway every required scenario passes as it does without',
  async (revision) => {
    const { outcomes } = await runServerSet(revision, startGateway);
    expect(outcomes.length).toBe(revision === '2025-11-25' ? 30 : 37);
    expect(outcomes.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);
  },
);

test('server tasks: behind the gateway every scenario of the extension passes as it does without', async () => {
  const result = await runTaskSet(startGateway);
  expect(passed(result), report(result)).toBe(10);
  // The suite has no checks for these yet; anything else must have been checked.
  expect(result.note).toBe('the suite checks nothing in tasks-status-notifications');
});
