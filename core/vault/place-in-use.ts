// The place that secrets are kept in now: whether it is still the same one, and in what state its last answer showed it.
// One call at a time; the vault sees to that.
import { isDeepStrictEqual } from 'node:util';
import { type PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { VaultState } from '../../shared/model/system.ts';
import { choosePlace } from './choose-place.ts';
import { fileLockedError } from './file-store.ts';
import type { SecretStore } from './secret-store.ts';
import type { VaultChoice, VaultKind } from './vault-choice.ts';
import { notOurLock, secretElsewhere, secretGone, secretNotFound } from './vault-errors.ts';
import type { VaultIndex } from './vault-index.ts';
import { changedUnasked, checkMark } from './vault-mark.ts';
import type { Place, VaultPlaces } from './vault-places.ts';
import { vaultStateOf } from './vault-state.ts';

export interface PlaceInUseOptions {
  readonly choice: VaultChoice;
  readonly places: VaultPlaces;
  readonly logger: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  readonly onState?: ((state: VaultState) => void) | undefined;
}

export class PlaceInUse {
  readonly #options: PlaceInUseOptions;
  #place: Place;
  /** Why it is not used at all: it is not the place that this profile's secrets were put into. */
  #refusal: PortolanError | undefined;
  #isMarked = false;
  #state: VaultState;

  constructor(options: PlaceInUseOptions) {
    this.#options = options;
    this.#place = this.#watched(options.choice.get()?.kind ?? 'keychain');
    this.#refusal = changedUnasked(options.choice, options.places);
    const { kind, store } = this.#place;
    const known = this.#refusal ?? (kind === 'file' ? fileLockedError() : undefined);
    this.#state =
      known === undefined && kind === 'keychain'
        ? { state: 'not-probed', backend: store.backend, kind }
        : vaultStateOf(kind, store.backend, known);
  }

  get state(): VaultState {
    return this.#state;
  }

  get index(): VaultIndex {
    return this.#place.index;
  }

  /** Its trouble is nobody's business but the caller's. Throws KEYCHAIN_CHANGED. */
  get quietStore(): SecretStore {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#options.places.at(this.#place.kind).store;
  }

  /** True for a name that the index has for this very place. */
  holds(name: string): boolean {
    return this.index.get(name)?.backend === this.#place.store.backend;
  }

  /** Undefined when the store is open and holds nothing of that name. Throws KEYCHAIN_*. */
  async read(name: string): Promise<string | undefined> {
    await this.#assertSame();
    let value = await this.#place.values.read(name);
    if (value === undefined) {
      // The check throws for a locked keychain; one that a person unlocks just now is read again.
      await this.check();
      value = await this.#place.values.read(name);
    }
    if (value !== undefined) this.#note(undefined);
    return value;
  }

  /** RFC 3339 time of the change. Throws KEYCHAIN_*. */
  async write(name: string, value: string): Promise<string> {
    await this.#assertSame();
    const changedAt = await this.#place.values.write(name, value);
    this.#note(undefined);
    return changedAt;
  }

  /** As `write`, for what is only ever looked for when the index has it: so the index has it first. */
  async writeIndexed(name: string, value: string): Promise<void> {
    await this.#assertSame();
    const { backend } = this.#place.store;
    if (!this.holds(name)) this.index.put({ name, changedAt: '', backend, generation: '', chunks: 0 });
    await this.write(name, value);
  }

  /** False when there is nothing of that name here. Throws KEYCHAIN_*. */
  async remove(name: string): Promise<boolean> {
    await this.#assertSame();
    const deleted = await this.#place.values.delete(name);
    // "Nothing there" is also what a locked keychain says.
    if (!deleted) await this.check();
    if (!deleted && !this.holds(name)) return false;
    await this.#place.values.forget(name);
    return true;
  }

  /** Takes a name that the store does not hold out of the index. */
  forget(name: string): Promise<void> {
    return this.#place.values.forget(name);
  }

  /** Why there is no secret of that name. */
  missing(name: string): PortolanError {
    const row = this.index.get(name);
    if (row === undefined) return secretNotFound(name);
    const { backend } = this.#place.store;
    return row.backend === backend ? secretGone(name) : secretElsewhere(name, row.backend, backend);
  }

  /** Throws KEYCHAIN_* unless it is the same place and can be read and written. */
  async check(): Promise<void> {
    await this.#assertSame();
    await this.#place.store.check();
    this.#note(undefined);
  }

  /** As `check`, as if nothing were known yet; then finishes what a crash left undone. Never throws. */
  async probe(): Promise<void> {
    this.#refusal = changedUnasked(this.#options.choice, this.#options.places);
    this.#isMarked = false;
    await this.check()
      .then(() => this.#place.values.sweep())
      .catch(() => undefined);
  }

  async unlock(passphrase: string): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.#place.kind !== 'file') throw notOurLock(this.#place.store.backend);
    await this.#noting(this.#options.places.file.unlock(passphrase));
    await this.check();
  }

  lock(): void {
    if (this.#place.kind !== 'file') throw notOurLock(this.#place.store.backend);
    this.#options.places.file.lock();
    this.#note(this.#refusal ?? fileLockedError());
  }

  async move(to: VaultKind, passphrase: string | undefined): Promise<void> {
    const { places, choice } = this.#options;
    const isRefused = this.#refusal !== undefined;
    await choosePlace({ places, choice, from: this.#place.kind, to, passphrase, isRefused });
    this.#place = this.#watched(to);
    this.#refusal = undefined;
    this.#isMarked = true;
    this.#note(undefined);
  }

  /** Asks once. */
  async #assertSame(): Promise<void> {
    if (this.#refusal === undefined && this.#isMarked) return;
    try {
      if (this.#refusal !== undefined) throw this.#refusal;
      await checkMark(this.#place, this.#options.choice);
      this.#isMarked = true;
    } catch (error) {
      const failure = toPortolanError(error);
      if (failure.code === 'KEYCHAIN_CHANGED') this.#refusal = failure;
      this.#note(failure);
      throw failure;
    }
  }

  #watched(kind: VaultKind): Place {
    return this.#options.places.at(kind, (store) => ({
      backend: store.backend,
      maxItemBytes: store.maxItemBytes,
      check: () => this.#noting(store.check()),
      get: (account) => this.#noting(store.get(account)),
      set: (account, value) => this.#noting(store.set(account, value)),
      delete: (account) => this.#noting(store.delete(account)),
    }));
  }

  /** A failure becomes the state and a line in the log. */
  async #noting<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      const failure = toPortolanError(error);
      this.#note(failure);
      this.#options.logger.warn('the vault cannot be used', { code: failure.code, reason: failure.message });
      throw failure;
    }
  }

  #note(failure: PortolanError | undefined): void {
    const state = vaultStateOf(this.#place.kind, this.#place.store.backend, failure);
    if (isDeepStrictEqual(state, this.#state)) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}
