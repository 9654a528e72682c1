// The values of `${input:id}`: what a person gave, kept in the keychain when it is secret and in the settings when not.
import { PortolanError } from '../../shared/errors.ts';
import {
  type CatalogInput,
  catalogInputSchema,
  type InputStatus,
  MAX_INPUT_CHARS,
} from '../../shared/model/catalog-input.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { referencesOf } from './resolve.ts';

export interface InputValuesOptions {
  readonly catalog: { inputs(): readonly CatalogInput[]; list(): readonly ServerEntry[] };
  readonly vault: {
    get(name: string): Promise<string>;
    has(name: string): boolean;
    set(name: string, value: string): Promise<unknown>;
    remove(name: string): Promise<unknown>;
  };
  readonly settings: {
    get(): { readonly inputs: Readonly<Record<string, string>> };
    set(patch: { inputs: Record<string, string> }): Promise<unknown>;
  };
}

/** What stands in the place of a reference. */
export interface InputValue {
  readonly text: string;
  readonly secret: boolean;
}

const KEYCHAIN_PREFIX = 'input.';

export class InputValues {
  readonly #options: InputValuesOptions;

  constructor(options: InputValuesOptions) {
    this.#options = options;
  }

  /** All that are defined or asked for, in the order of the catalog. */
  list(): InputStatus[] {
    const { catalog } = this.#options;
    const asked = catalog.list().map((entry) => ({ server: entry.name, ids: new Set(inputIdsOf(entry)) }));
    const defined = catalog.inputs();
    const ids = new Set([...defined.map(({ id }) => id), ...asked.flatMap((entry) => [...entry.ids])]);
    return [...ids].map((id) => {
      const input = this.#definition(id);
      const value = input.secret ? undefined : this.#settings()[id];
      return {
        ...input,
        defined: defined.some((other) => other.id === id),
        hasValue: input.secret ? this.#options.vault.has(keychainName(id)) : value !== undefined,
        ...(value === undefined ? {} : { value }),
        usedBy: asked.filter((entry) => entry.ids.has(id)).map(({ server }) => server),
      };
    });
  }

  /** The stored value, the default, or an empty text for what is not required; undefined: a person must be asked. */
  async get(id: string): Promise<InputValue | undefined> {
    const { secret, required, default: fallback } = this.#definition(id);
    if (secret) {
      if (this.#options.vault.has(keychainName(id)))
        return { text: await this.#options.vault.get(keychainName(id)), secret };
      return required ? undefined : { text: '', secret };
    }
    const text = this.#settings()[id] ?? fallback ?? (required ? undefined : '');
    return text === undefined ? undefined : { text, secret };
  }

  /** Keeps a value. Throws NOT_FOUND for an id that nothing asks for, INPUT_INVALID, KEYCHAIN_*, FILE_NOT_WRITABLE. */
  async set(id: string, value: string): Promise<void> {
    const input = this.#known(id);
    if (value.length > MAX_INPUT_CHARS || value.includes('\0')) throw invalid(id, 'the value is too long or no text');
    if (value === '' && input.required) throw invalid(id, 'the value is empty');
    if (input.choices?.includes(value) === false) throw invalid(id, `it is one of ${input.choices.join(', ')}`);
    if (input.secret) await this.#options.vault.set(keychainName(id), value);
    else await this.#options.settings.set({ inputs: { ...this.#settings(), [id]: value } });
  }

  /** Forgets the value; the definition stays. Throws NOT_FOUND. */
  async remove(id: string): Promise<void> {
    const name = keychainName(id);
    const { [id]: value, ...others } = this.#settings();
    if (value === undefined && !this.#options.vault.has(name)) throw notFound(id, 'has no value');
    if (value !== undefined) await this.#options.settings.set({ inputs: others });
    if (this.#options.vault.has(name)) await this.#options.vault.remove(name);
  }

  /** Names of the servers that ask for it. */
  usersOf(id: string): string[] {
    return this.list().find((input) => input.id === id)?.usedBy ?? [];
  }

  #known(id: string): CatalogInput {
    const input = this.list().find((known) => known.id === id);
    if (input === undefined) throw notFound(id, 'is asked for by no server');
    return input;
  }

  /** What nobody defined may be anything: it is treated as a secret. */
  #definition(id: string): CatalogInput {
    const found = this.#options.catalog.inputs().find((input) => input.id === id);
    return found ?? { ...catalogInputSchema.parse({ id: 'x', secret: true }), id };
  }

  #settings(): Readonly<Record<string, string>> {
    return this.#options.settings.get().inputs;
  }
}

/** The ids that an entry asks for, each as often as it does. */
function inputIdsOf(entry: ServerEntry): string[] {
  return referencesOf(entry).flatMap(({ kind, name }) => {
    if (kind === 'input') return [name];
    // Fields that take only what the keychain holds name the value itself.
    return kind === 'secret' && name.startsWith(KEYCHAIN_PREFIX) ? [name.slice(KEYCHAIN_PREFIX.length)] : [];
  });
}

/** Under which the keychain holds a secret input. */
function keychainName(id: string): string {
  return KEYCHAIN_PREFIX + id;
}

function notFound(id: string, what: string): PortolanError {
  return new PortolanError('NOT_FOUND', `the input ${JSON.stringify(id)} ${what}`, {
    hint: '`portolan input list` shows what is asked for.',
  });
}

function invalid(id: string, problem: string): PortolanError {
  return new PortolanError('INPUT_INVALID', `the input ${id}: ${problem}`, { hint: 'Give another value.' });
}
