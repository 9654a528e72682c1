// What ticks in the matrix of clients mean.
import { expect, test } from 'vitest';
import {
  type Cell,
  boxOf,
  cellKey,
  cellWord,
  changesOf,
  pressed,
  rowsOf,
  type Ticks,
} from '../../renderer/features/sync/sync-changes.ts';
import type { SyncMatrix } from '../../shared/model/client-sync.ts';

const cell = (client: string, target: string, state: Cell['state']): Cell => ({ client, target, state, name: target });
const OURS = cell('a', 'ours', 'ours');
const CHANGED = cell('a', 'changed', 'changed');
const NATIVE = cell('b', 'native', 'native');
const column = (id: string) => ({ id, displayName: id, monogram: id, path: `/${id}`, running: false });
const MATRIX: SyncMatrix = { clients: [column('a'), column('b')], cells: [OURS, CHANGED, NATIVE] };

function press(times: number, held: Cell | undefined, key: string): Ticks {
  let ticks: Ticks = new Map();
  for (let time = 0; time < times; time += 1) ticks = pressed(ticks, held, key);
  return ticks;
}

test('a box shows what was found: a tick for an entry through Portolan, half a tick for a changed one', () => {
  expect([OURS, CHANGED, NATIVE, undefined].map((held) => boxOf(held, undefined))).toEqual([
    { checked: true, half: false },
    { checked: false, half: true },
    { checked: false, half: false },
    { checked: false, half: false },
  ]);
});

test.each([
  [OURS, ['Portolan', 'Goes', 'Portolan']],
  [CHANGED, ['Changed', 'Written anew', 'Goes', 'Changed']],
  [NATIVE, ['Own entry', 'Replaced', 'Own entry']],
  [undefined, ['', 'New', '']],
])('presses on a box come back to what was found: %j', (held, words) => {
  expect(words.map((_word, times) => cellWord(held, press(times, held, 'key').get('key')))).toEqual(words);
  expect(press(words.length - 1, held, 'key').size).toBe(0);
});

test('ticks become one change a client, with what goes and what comes', () => {
  const ticks = new Map([
    [cellKey('a', 'ours'), false],
    [cellKey('b', 'native'), true],
    [cellKey('b', 'profile:work'), true],
  ]);
  const shared = { scope: 'user', mode: 'http' };
  expect(changesOf(MATRIX, ticks, 'http')).toEqual([
    { ...shared, client: 'a', servers: [], profiles: [], remove: ['ours'] },
    { ...shared, client: 'b', servers: ['native'], profiles: ['work'], remove: [] },
  ]);
});

test('profiles stand above the servers', () => {
  expect(rowsOf([{ name: 'files' }], [{ name: 'work' }]).map(({ target }) => target)).toEqual([
    'profile:work',
    'files',
  ]);
});
