import { expect, test } from 'vitest';
import { PendingRequests } from '../../../core/connections/pending-requests.ts';

test.each([
  ['nothing waits', [], undefined],
  ['one request waits', [['1', false]], '1'],
  [
    'one request waits beside a subscription',
    [
      ['1', true],
      ['2', false],
    ],
    '2',
  ],
  ['only a subscription is open', [['1', true]], undefined],
  [
    'two requests wait',
    [
      ['1', false],
      ['2', false],
    ],
    undefined,
  ],
] as [string, [string, boolean][], string | undefined][])('an answer without an id, while %s', (_what, added, only) => {
  const pending = new PendingRequests();
  for (const [id, isListen] of added) pending.add(id, isListen);
  expect(pending.takeOnly()).toBe(only);
  expect(pending.drain()).toHaveLength(added.length - (only === undefined ? 0 : 1));
});
