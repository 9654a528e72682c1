import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StateDb } from '../../../core/base/state-db.ts';
import { discoverResultOf } from '../../../core/eras/discover-result.ts';
import type { Verdict } from '../../../core/eras/era-probe.ts';
import { EraStore } from '../../../core/eras/era-store.ts';
import { remoteEntry } from '../../support/era-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const NOW = Date.UTC(2026, 0, 1);
const entry = remoteEntry('https://a.example/mcp');

function modern(more: object = {}): Verdict {
  const discovered = discoverResultOf({ supportedVersions: ['2026-07-28'], ttlMs: 1_000, ...more });
  return { era: 'modern', version: '2026-07-28', ...(discovered === undefined ? {} : { discovered }) };
}

function open(path = join(tempDir(), 'state.db')): { store: EraStore; state: StateDb; path: string } {
  const state = StateDb.open(path);
  return { store: new EraStore(state), state, path };
}

test('ERA-07: verdicts outlive the host', () => {
  const { store, state, path } = open();
  store.put(entry, modern(), NOW);
  state.close();
  const again = open(path);
  expect(again.store.get(entry, NOW + 999)).toEqual(modern());
  again.state.close();
});

test('a verdict holds for its server and endpoint only, and a new one takes its place', () => {
  const { store, state } = open();
  store.put(entry, modern(), NOW);
  const moved = remoteEntry('https://b.example/mcp');
  expect(store.get(moved, NOW)).toBeUndefined();
  expect(store.get({ ...entry, name: 'other' }, NOW)).toBeUndefined();
  store.put(moved, { era: 'legacy' }, NOW);
  expect([store.get(entry, NOW), store.get(moved, NOW)]).toEqual([undefined, { era: 'legacy' }]);
  expect(state.db.prepare('SELECT count(*) AS n FROM era_verdicts').get()).toEqual({ n: 1 });
  store.forget('remote');
  expect(store.get(moved, NOW)).toBeUndefined();
  state.close();
});

test('nothing of the endpoint can be read in the database', () => {
  const { store, state } = open();
  store.put(remoteEntry('https://secret-host.example/mcp'), { era: 'legacy' }, NOW);
  expect(JSON.stringify(state.db.prepare('SELECT * FROM era_verdicts').all())).not.toContain('secret-host');
  state.close();
});

test.each([
  ['a clock that was set back', -1],
  ['a day', 86_400_000],
])('ERA-10: a legacy verdict ends with %s', (_name, age) => {
  const { store, state } = open();
  store.put(entry, { era: 'legacy' }, NOW);
  expect(store.get(entry, NOW + age)).toBeUndefined();
  state.close();
});

test('a discover result of absurd size is not kept, its verdict is', () => {
  const { store, state } = open();
  store.put(entry, modern({ instructions: 'x'.repeat(300_000) }), NOW);
  expect(store.get(entry, NOW)).toEqual({ era: 'modern', version: '2026-07-28' });
  state.close();
});

test.each(['', '{', '[]', '{"era":"future"}', '{"era":"modern"}'])('a damaged row is no verdict: %j', (text) => {
  const { store, state } = open();
  store.put(entry, modern(), NOW);
  state.db.prepare('UPDATE era_verdicts SET verdict = ?').run(text);
  expect(store.get(entry, NOW)).toBeUndefined();
  state.close();
});
