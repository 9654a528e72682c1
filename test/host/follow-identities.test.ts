// What follows when an identity signs in and out.
import { expect, test } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { followIdentities } from '../../host/follow-identities.ts';
import type { IdentityStatus } from '../../shared/model/identity.ts';

function rig() {
  const told: string[] = [];
  let listener: (status: IdentityStatus) => void = () => undefined;
  const stop = followIdentities({
    identities: {
      list: () => [],
      onChange: (fn) => {
        listener = fn;
        return () => void told.push('stopped');
      },
    },
    servers: {
      identityGone: (name) => {
        told.push(`gone ${name}`);
        return Promise.resolve();
      },
      identityReady: (name) => void told.push(`ready ${name}`),
    },
    feed: { identities: () => undefined },
    logger: silentLogger,
  });
  const change = (state: IdentityStatus['state'], subject?: string): void =>
    listener({
      name: 'work',
      issuer: 'https://idp.example',
      clientId: 'client',
      scopes: [],
      source: 'catalog',
      state,
      renews: true,
      unlocks: [],
      refused: [],
      ...(subject !== undefined && { person: { subject } }),
    });
  return { told, change, stop };
}

test('what waits for an identity goes on when somebody has signed in', () => {
  const { told, change } = rig();
  change('signing-in');
  change('signed-in', 'ada');
  expect(told).toEqual(['ready work']);
});

test('what was got through an identity goes when it signs out, or is somebody else', () => {
  const { told, change } = rig();
  change('signed-in', 'ada');
  change('ended', 'ada');
  change('signed-in', 'bob');
  change('signed-out');
  expect(told).toEqual(['ready work', 'gone work', 'ready work', 'gone work']);
});

test('an identity of which nothing was heard yet takes nothing away', () => {
  const { told, change, stop } = rig();
  change('signed-out');
  expect(told).toEqual([]);
  stop();
  expect(told).toEqual(['stopped']);
});
