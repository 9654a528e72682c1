// Secrets by name, kept in the system's keychain. Nothing here falls back to a file: without a keychain there is an error.
import { createHash, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { VaultState } from '../../shared/model/system.ts';
import type { StateDb } from '../base/state-db.ts';
import * as items from './item-name.ts';
import { Keychain } from './keychain.ts';
import type { SecretStore } from './secret-store.ts';
import { VaultIndex } from './vault-index.ts';

export interface VaultOptions {
  readonly stateDb: StateDb;
  /** Service name in the keychain; made from the data directory by default. */
  readonly service?: string;
  readonly logger: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  readonly redactor: { addSecret(value: string): void; removeSecret(value: string): void };
  readonly store?: SecretStore;
  readonly clock?: { now(): number };
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/@-]{0,199}$/;
const MAX_VALUE_BYTES = 1_048_576;

export class Vault {
  readonly #index: VaultIndex;
  readonly #store: SecretStore;
  readonly #options: VaultOptions;
  #state: VaultState;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: VaultOptions) {
    this.#options = options;
    this.#index = new VaultIndex(options.stateDb);
    const service = options.service ?? items.serviceName(dirname(options.stateDb.path));
    this.#store = options.store ?? new Keychain({ service });
    this.#state = { state: 'not-probed', backend: this.#store.backend };
  }

  /** Does not touch the keychain yet: that may ask a person for a password. */
  static async open(options: VaultOptions): Promise<Vault> {
    return new Vault(options);
  }

  /** As the last call to the keychain showed it. */
  state(): VaultState {
    return this.#state;
  }

  /** Writes, reads and deletes a canary, and finishes what a crash left undone. Never throws. */
  probe(): Promise<VaultState> {
    return this.#enqueue(async () => {
      await this.#probe().catch(() => undefined);
      if (this.#state.state === 'unlocked') await this.#sweep().catch(() => undefined);
      return this.#state;
    });
  }

  has(name: string): boolean {
    return this.#index.get(name) !== undefined;
  }

  list(): { name: string; changedAt: string }[] {
    return this.#index.list().map(({ name, changedAt }) => ({ name, changedAt }));
  }

  /** Throws SECRET_NOT_FOUND only when the keychain is open and holds no such secret, else KEYCHAIN_*. */
  get(name: string): Promise<string> {
    return this.#enqueue(async () => {
      const value = (await this.#read(name)) ?? (await this.#readAfterProbe(name));
      this.#note(undefined);
      this.#options.redactor.addSecret(value);
      return value;
    });
  }

  /** Throws INPUT_INVALID (name, empty, NUL, over 1 MiB) and KEYCHAIN_*; the old value stays until the new one is whole. */
  set(name: string, value: string): Promise<{ name: string; changedAt: string }> {
    return this.#enqueue(async () => {
      checkName(name);
      checkValue(value);
      this.#options.redactor.addSecret(value);
      const changedAt = new Date(this.#options.clock?.now() ?? Date.now()).toISOString();
      const written = await this.#write(name, value);
      this.#note(undefined);
      this.#index.put({ name, changedAt, backend: this.#store.backend, ...written });
      await this.#sweep(name);
      return { name, changedAt };
    });
  }

  /** Throws SECRET_NOT_FOUND and KEYCHAIN_*; what is still in the keychain stays in the list. */
  remove(name: string): Promise<void> {
    return this.#enqueue(async () => {
      const known = this.#index.get(name) !== undefined;
      const deleted = await this.#calling(() => this.#store.delete(items.secretAccount(name)));
      // "Nothing there" is also what a locked keychain says.
      if (!deleted) await this.#probe();
      if (!deleted && !known) throw notFound(name);
      this.#index.remove(name);
      await this.#sweep(name);
    });
  }

  /**
   * A text of Portolan's own, such as the head of the audit log: not a secret, in no list, and its trouble is not shown as
   * the keychain's state, because no person asked for it. Undefined when it is not there or the keychain is locked.
   * Throws KEYCHAIN_*.
   */
  readNote(name: string): Promise<string | undefined> {
    return this.#enqueue(async () => (await this.#store.get(items.noteAccount(name))) ?? undefined);
  }

  /** `text`: 1 to 2,000 bytes. Throws KEYCHAIN_*. */
  writeNote(name: string, text: string): Promise<void> {
    return this.#enqueue(() => this.#store.set(items.noteAccount(name), text));
  }

  async #write(name: string, value: string): Promise<{ generation: string; chunks: number }> {
    const account = items.secretAccount(name);
    const whole = items.formatContent({ kind: 'value', value });
    if (Buffer.byteLength(whole) <= items.MAX_ITEM_BYTES) {
      await this.#calling(() => this.#store.set(account, whole));
      return { generation: '', chunks: 0 };
    }
    const pieces = items.splitValue(value, items.MAX_ITEM_BYTES);
    const generation = randomBytes(4).toString('hex');
    this.#index.addLeftover({ name, generation, chunks: pieces.length });
    for (const [index, piece] of pieces.entries()) {
      await this.#calling(() => this.#store.set(items.chunkAccount(name, generation, index), piece));
    }
    const header = { kind: 'chunks', generation, chunks: pieces.length, sha256: sha256(value) } as const;
    await this.#calling(() => this.#store.set(account, items.formatContent(header)));
    return { generation, chunks: pieces.length };
  }

  /** Undefined when the keychain answers that there is nothing. */
  async #read(name: string): Promise<string | undefined> {
    const text = await this.#calling(() => this.#store.get(items.secretAccount(name)));
    if (text === null) return undefined;
    const content = items.parseContent(text);
    if (content === undefined) throw unreadable(name, 'was not written by this version of Portolan');
    if (content.kind === 'value') return content.value;
    const pieces: string[] = [];
    for (let index = 0; index < content.chunks; index += 1) {
      const account = items.chunkAccount(name, content.generation, index);
      const piece = await this.#calling(() => this.#store.get(account));
      if (piece === null) throw unreadable(name, 'is not whole in the keychain');
      pieces.push(piece);
    }
    const value = pieces.join('');
    if (sha256(value) !== content.sha256) throw unreadable(name, 'is not whole in the keychain');
    return value;
  }

  async #readAfterProbe(name: string): Promise<string> {
    // The probe throws for a locked keychain; one that a person unlocks just now is read again.
    await this.#probe();
    const value = await this.#read(name);
    if (value !== undefined) return value;
    if (this.#index.get(name) === undefined) throw notFound(name);
    throw new PortolanError(
      'SECRET_NOT_FOUND',
      `the secret ${name} was removed from the keychain outside of Portolan`,
      {
        hint: `Store it again with \`portolan secret set ${name}\`.`,
        data: { name, known: true },
      },
    );
  }

  async #probe(): Promise<void> {
    const canary = randomBytes(8).toString('hex');
    const back = await this.#calling(async () => {
      await this.#store.set(items.CANARY_ACCOUNT, canary);
      const read = await this.#store.get(items.CANARY_ACCOUNT);
      await this.#store.delete(items.CANARY_ACCOUNT);
      return read;
    });
    const answer =
      back === canary ? undefined : unreadable('the probe', 'did not come back from the keychain as written');
    this.#note(answer);
    if (answer !== undefined) throw answer;
  }

  /** Deletes chunks that a finished or broken-off change left in the keychain. */
  async #sweep(name?: string): Promise<void> {
    for (const left of this.#index.leftovers(name)) {
      const text = await this.#calling(() => this.#store.get(items.secretAccount(left.name)));
      const content = text === null ? undefined : items.parseContent(text);
      if (content?.kind === 'chunks' && content.generation === left.generation) {
        // The header was switched, then the process died: the new chunks are the ones that count.
        const changedAt = new Date(this.#options.clock?.now() ?? Date.now()).toISOString();
        this.#index.put({ ...left, changedAt, backend: this.#store.backend });
        continue;
      }
      for (let index = 0; index < left.chunks; index += 1) {
        await this.#calling(() => this.#store.delete(items.chunkAccount(left.name, left.generation, index)));
      }
      this.#index.dropLeftover(left.name, left.generation);
    }
  }

  async #calling<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const failure = toPortolanError(error);
      this.#note(failure);
      this.#options.logger.warn('the keychain cannot be used', { code: failure.code, reason: failure.message });
      throw failure;
    }
  }

  #note(failure: PortolanError | undefined): void {
    const { backend } = this.#store;
    if (failure === undefined) {
      this.#state = { state: 'unlocked', backend };
      return;
    }
    const { code, message, hint } = failure;
    this.#state = { state: stateOf(code), backend, reason: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function stateOf(code: string): VaultState['state'] {
  switch (code) {
    case 'KEYCHAIN_LOCKED':
      return 'locked';
    case 'KEYCHAIN_MISSING':
      return 'no-service';
    case 'KEYCHAIN_NO_BUS':
      return 'no-bus';
    default:
      return 'failed';
  }
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new PortolanError('INPUT_INVALID', 'this is not a name for a secret', {
    hint: 'Use up to 200 letters, digits and _ . - : / @, beginning with a letter, digit or underscore.',
  });
}

function checkValue(value: string): void {
  const problem =
    value === ''
      ? 'is empty'
      : value.includes('\0')
        ? 'holds a NUL character, which keychains cut off'
        : !value.isWellFormed()
          ? 'is not valid Unicode text'
          : Buffer.byteLength(value) > MAX_VALUE_BYTES
            ? 'is longer than 1 MiB'
            : undefined;
  if (problem === undefined) return;
  throw new PortolanError('INPUT_INVALID', `the secret ${problem}`, { hint: 'Encode binary data as Base64 first.' });
}

function notFound(name: string): PortolanError {
  return new PortolanError('SECRET_NOT_FOUND', `there is no secret named ${name}`, {
    hint: `Store it with \`portolan secret set ${name}\`.`,
    data: { name, known: false },
  });
}

function unreadable(name: string, what: string): PortolanError {
  return new PortolanError('KEYCHAIN_FAILED', `${name} ${what}`, {
    hint: `Store it again with \`portolan secret set\`.`,
    data: { name },
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
