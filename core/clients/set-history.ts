// The applied change sets as a person sees them, and which one an undo means.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { HistoryEntry } from '../../shared/model/client-sync.ts';
import type { SetFile, SetRecord } from './set-store.ts';
import { nothingToUndo, stateOf } from './set-writer.ts';

/** Which set to undo: the one called `id`, else the last one that changed a file of `client` (or its file `path`), else the last. */
export interface UndoInput {
  readonly id?: string | undefined;
  readonly client?: string | undefined;
  readonly path?: string | undefined;
}

/** All sets, newest first, each with whether it can be undone now. */
export async function historyOf(sets: readonly SetRecord[]): Promise<HistoryEntry[]> {
  const states = new Map<string, Promise<string>>();
  const entries = sets.toReversed().map(async (set): Promise<HistoryEntry> => {
    const notUndoable = set.state === 'undone' ? undefined : await whyNot(set, states);
    return {
      id: set.id,
      at: set.at,
      by: set.by,
      files: set.files.map(({ client, path, servers }) => ({ client, path, servers: [...servers] })),
      state: set.state === 'undone' ? 'undone' : 'written',
      ...(notUndoable !== undefined && { notUndoable }),
    };
  });
  return Promise.all(entries);
}

/** The set that `input` means. Throws NOT_FOUND for an unknown id, NOTHING_TO_UNDO. */
export function setToUndo(sets: readonly SetRecord[], input: UndoInput): SetRecord {
  const { id, client, path } = input;
  if (id !== undefined) {
    const found = sets.find((set) => set.id === id);
    if (found === undefined) {
      throw new PortolanError('NOT_FOUND', `No export is called ${id}.`, {
        hint: 'See the ids with: portolan export --history',
      });
    }
    if (found.state === 'undone' || found.pruned === true) throw nothingToUndo(`called ${id}`);
    return found;
  }
  const touches = (file: SetFile): boolean =>
    (client === undefined || file.client === client) && (path === undefined || [file.path, file.target].includes(path));
  const last = sets.findLast((set) => set.state !== 'undone' && set.pruned !== true && set.files.some(touches));
  if (last === undefined) throw nothingToUndo(client === undefined ? 'at all' : `to ${client}`);
  return last;
}

async function whyNot(set: SetRecord, states: Map<string, Promise<string>>): Promise<HistoryEntry['notUndoable']> {
  if (set.pruned === true) {
    return { code: 'NOTHING_TO_UNDO', message: 'Its copies are gone: the last ten of every file are kept.' };
  }
  for (const file of set.files) {
    const key = JSON.stringify([file.target, file.before, file.after]);
    const state = states.get(key) ?? stateOf(file).catch((error: unknown) => toPortolanError(error).message);
    states.set(key, state);
    const now = await state;
    if (now === 'other') return { code: 'FILE_CHANGED', message: `${file.path} was changed since.` };
    if (now !== 'after' && now !== 'before') return { code: 'FILE_NOT_READABLE', message: now };
  }
  return undefined;
}
