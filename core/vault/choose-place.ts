// A person chooses where secrets are kept. What is in the old place is written to the new one first; then one transaction
// makes that the place; only then is it deleted from the old one. A crash leaves the one or the other, whole.
import { PortolanError } from '../../shared/errors.ts';
import * as items from './item-name.ts';
import { ItemValues } from './item-values.ts';
import type { VaultChoice, VaultKind } from './vault-choice.ts';
import type { IndexedSecret } from './vault-index.ts';
import { leaveMark } from './vault-mark.ts';
import { indexInMemory, keptIn, type Place, type VaultPlaces } from './vault-places.ts';

export interface Choosing {
  readonly places: VaultPlaces;
  readonly choice: VaultChoice;
  readonly from: VaultKind;
  readonly to: VaultKind;
  readonly passphrase?: string | undefined;
  /** The old place is not the one that was put to use: nothing is taken from it. */
  readonly isRefused: boolean;
}

/**
 * Throws KEYCHAIN_*, PASSPHRASE_WRONG or INPUT_INVALID (no passphrase for the file) and changes nothing then.
 * An old place that is not open keeps what it holds, for when it is chosen again. Memory is never taken as a reason to
 * delete anything: what was kept before stays where it was.
 */
export async function choosePlace({ places, choice, from, to, passphrase, isRefused }: Choosing): Promise<void> {
  const [old, next] = [places.at(from), places.at(to)];
  await open(next, places, passphrase);
  const isOpen = from !== to && !isRefused && (await answers(old));
  const taken = isOpen ? keptIn(old) : [];
  const copied = await copy(taken, old, next, places);
  const rows = [...copied, ...(to === 'file' ? foundIn(places, copied) : [])];
  const chosen = { kind: to, backend: next.store.backend, mark: await leaveMark(next) };
  next.index.putAll(rows, to === 'memory' ? undefined : () => choice.put(chosen));
  if (to === 'memory') choice.put(chosen);
  if (isOpen && to !== 'memory') await clear(old, taken, places);
  if (from === 'file' && to !== 'file') places.file.lock();
}

async function open({ kind, store }: Place, { file }: VaultPlaces, passphrase: string | undefined): Promise<void> {
  if (kind !== 'file') return store.check();
  if (passphrase === undefined) {
    if (file.isOpen && file.exists) return;
    throw new PortolanError('INPUT_INVALID', 'the encrypted file needs a passphrase', {
      hint: 'Type it when asked, or give it on the standard input of `portolan vault use file`.',
    });
  }
  await (file.exists ? file.unlock(passphrase) : file.create(passphrase));
}

function answers({ store }: Place): Promise<boolean> {
  return store.check().then(
    () => true,
    () => false,
  );
}

/** Writes each to the new place; the index there does not know them yet. */
async function copy(
  taken: readonly IndexedSecret[],
  old: Place,
  next: Place,
  { now }: VaultPlaces,
): Promise<IndexedSecret[]> {
  const staged = indexInMemory();
  const values = new ItemValues(next.store, staged, now);
  for (const { name, changedAt, origin } of taken) {
    const value = await old.values.read(name);
    if (value === undefined) continue;
    await values.write(name, value);
    const row = staged.get(name);
    if (row !== undefined) staged.put({ ...row, changedAt, ...(origin === undefined ? {} : { origin }) });
  }
  return staged.list();
}

/** What an encrypted file holds beyond `known`: the index may have been lost since it was last used. */
function foundIn({ file, now }: VaultPlaces, known: readonly IndexedSecret[]): IndexedSecret[] {
  const names = new Set(known.map(({ name }) => name));
  const changedAt = new Date(now()).toISOString();
  return file.accounts().flatMap((account) => {
    const item = items.parseAccount(account);
    if (item?.kind !== 'secret' || names.has(item.name)) return [];
    return [{ name: item.name, changedAt, backend: file.backend, generation: '', chunks: 0 }];
  });
}

/** What cannot be deleted stays behind as an item that nothing names; the choice has been made all the same. */
async function clear(old: Place, taken: readonly IndexedSecret[], places: VaultPlaces): Promise<void> {
  if (old.kind === 'memory') return places.clearMemory();
  if (old.kind === 'file') return places.file.destroy();
  for (const { name, generation, chunks } of taken) {
    const chunkAccounts = Array.from({ length: chunks }, (_, index) => items.chunkAccount(name, generation, index));
    for (const account of [items.secretAccount(name), ...chunkAccounts]) {
      await old.store.delete(account).catch(() => undefined);
    }
    old.index.dropLeftover(name, generation);
  }
  await old.store.delete(items.MARK_ACCOUNT).catch(() => undefined);
}
