// From ticks in the matrix to the changes that a set is planned from. Pure.
import type { ChangeInput, SyncMatrix } from '../../../shared/model/client-sync.ts';

export type SyncMode = ChangeInput['mode'];
export type Cell = SyncMatrix['cells'][number];

/** What a person ticked or took away, by `cellKey`; pairs without one are as they were found. */
export type Ticks = ReadonlyMap<string, boolean>;

export interface SyncRow {
  /** A server, or `profile:NAME`. */
  readonly target: string;
  readonly name: string;
  readonly isProfile: boolean;
}

export function cellKey(client: string, target: string): string {
  return `${client}\n${target}`;
}

export function rowsOf(servers: readonly { name: string }[], profiles: readonly { name: string }[]): SyncRow[] {
  return [
    ...profiles.map(({ name }) => ({ target: `profile:${name}`, name, isProfile: true })),
    ...servers.map(({ name }) => ({ target: name, name, isProfile: false })),
  ];
}

/** What the box of a pair shows: Portolan's own entry is a tick, one that is not as it would be written half a tick. */
export function boxOf(cell: Cell | undefined, tick: boolean | undefined): { checked: boolean; half: boolean } {
  if (tick !== undefined) return { checked: tick, half: false };
  return { checked: cell?.state === 'ours', half: cell?.state === 'changed' };
}

/** The word under the box. */
export function cellWord(cell: Cell | undefined, tick: boolean | undefined): string {
  if (tick === undefined) {
    if (cell?.state === 'changed') return 'Changed';
    if (cell?.state === 'native') return 'Own entry';
    return cell === undefined ? '' : cell.mode === 'http' ? 'Gateway' : 'Portolan';
  }
  if (!tick) return 'Goes';
  if (cell === undefined) return 'New';
  return cell.state === 'native' ? 'Replaced' : 'Written anew';
}

/** The ticks after a press on a box; one that says what was found is no tick. */
export function pressed(ticks: Ticks, cell: Cell | undefined, key: string): Ticks {
  const before = ticks.get(key);
  const { checked } = boxOf(cell, before);
  const after = new Map(ticks);
  const isFound = cell?.state === 'ours' || (cell === undefined && checked) || (cell?.state === 'native' && checked);
  if (before !== undefined && isFound) after.delete(key);
  // A changed entry goes round: written anew, taken out, left as it is.
  else if (cell?.state === 'changed' && before === false) after.delete(key);
  else after.set(key, !checked);
  return after;
}

/** One change for each client that has any, in the order of the columns. */
export function changesOf(matrix: SyncMatrix, ticks: Ticks, mode: SyncMode): ChangeInput[] {
  return matrix.clients.flatMap(({ id }) => {
    const targets = [...ticks].flatMap(([key, on]) => {
      const [client, target = ''] = key.split('\n');
      return client === id ? [{ target, on }] : [];
    });
    if (targets.length === 0) return [];
    const wanted = targets.filter(({ on }) => on).map(({ target }) => target);
    const profiles = wanted.filter((target) => target.startsWith('profile:')).map((target) => target.slice(8));
    return [
      {
        client: id,
        scope: 'user',
        mode,
        servers: wanted.filter((target) => !target.startsWith('profile:')),
        profiles,
        remove: targets.filter(({ on }) => !on).map(({ target }) => target),
      },
    ];
  });
}
