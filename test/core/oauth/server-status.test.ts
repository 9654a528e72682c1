import { expect, test } from 'vitest';
import { isPersonal } from '../../../core/oauth/server-status.ts';

test('OA-31 a server counts as signed in as a person unless its entry says otherwise or it has not asked for anybody', () => {
  for (const way of ['browser', 'device', 'enterprise'] as const) {
    expect([way, isPersonal({ way, state: 'signed-in' }), isPersonal({ way, state: 'signed-out' })]).toEqual([
      way,
      true,
      true,
    ]);
  }
  for (const way of ['none', 'header', 'client-credentials', 'workload'] as const) {
    expect([way, isPersonal({ way, state: 'signed-in' })]).toEqual([way, false]);
  }
  // Tokens that are kept and not read yet, a person who is being asked.
  expect(isPersonal({ way: 'unknown', state: 'signed-in' })).toBe(true);
  expect(isPersonal({ way: 'unknown', state: 'waiting' })).toBe(true);
  expect(isPersonal({ way: 'unknown', state: 'not-needed' })).toBe(false);
});
