// Whether the place is still the one that this profile's secrets were put into. Another one in its stead is refused and
// nothing in it or in the index is touched: a person chooses.
import { randomBytes } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import { MARK_ACCOUNT } from './item-name.ts';
import type { VaultChoice } from './vault-choice.ts';
import { keptIn, type Place, type VaultPlaces } from './vault-places.ts';

/** What can be told without asking a store: undefined when nothing speaks against the recorded choice. */
export function changedUnasked(choice: VaultChoice, places: VaultPlaces): PortolanError | undefined {
  const chosen = choice.get();
  const { file } = places;
  const keychain = places.at('keychain').store;
  // state.db was lost, or came from elsewhere: going on with the keychain would be a silent change.
  if (chosen === undefined) return file.exists ? changedError(file.backend, keychain.backend) : undefined;
  if (chosen.kind === 'file' && !file.exists && keptIn(places.at('file')).length > 0) {
    return changedError(chosen.backend, 'no such file');
  }
  if (chosen.kind !== 'keychain' || chosen.backend === keychain.backend) return undefined;
  const isLeft = places
    .at('keychain')
    .index.list()
    .some(({ backend }) => backend === chosen.backend);
  return isLeft ? changedError(chosen.backend, keychain.backend) : undefined;
}

/** Compares the mark, or leaves one where nothing is kept yet. Throws KEYCHAIN_CHANGED and other KEYCHAIN_*. */
export async function checkMark(place: Place, choice: VaultChoice): Promise<void> {
  if (place.kind === 'memory') return;
  const chosen = choice.get();
  if (await holds(place, chosen?.mark)) return;
  // "Nothing there" is also what a locked keychain says.
  await place.store.check();
  if (await holds(place, chosen?.mark)) return;
  const { backend } = place.store;
  if (chosen !== undefined && keptIn(place).length > 0) throw changedError(backend, `another ${backend}`);
  choice.put({ kind: place.kind, backend, mark: await leaveMark(place) });
}

/** The new mark. */
export async function leaveMark({ kind, store }: Place): Promise<string> {
  if (kind === 'memory') return '';
  const mark = randomBytes(16).toString('hex');
  await store.set(MARK_ACCOUNT, mark);
  return mark;
}

async function holds({ store }: Place, mark: string | undefined): Promise<boolean> {
  const found = await store.get(MARK_ACCOUNT);
  return found !== null && found === mark;
}

function changedError(was: string, is: string): PortolanError {
  return new PortolanError(
    'KEYCHAIN_CHANGED',
    `the secrets of this profile were put into the ${was}, and what is here now is ${is}`,
    {
      hint: 'Bring that one back, or choose with `portolan vault use keychain`, `file` or `memory` and store or sign in again. Nothing was deleted.',
      data: { was, is },
    },
  );
}
