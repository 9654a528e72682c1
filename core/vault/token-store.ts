// Tokens and other secrets that Portolan itself makes: beside the secrets of people, in no list of them. Every write has a
// version of its own, so that of two that race only one wins.
import { randomBytes } from 'node:crypto';
import { TokenRedaction } from './token-redaction.ts';
import type { OwnTexts, Vault } from './vault.ts';
import { checkText, checkTokenKey, unreadable } from './vault-errors.ts';

export interface StoredText {
  readonly text: string;
  /** Opaque; changes with every write, also of the same text. */
  readonly version: string;
}

/** `t1 <version>` and a line break before the text: both change in one write, whatever happens in between. */
const FORM = /^t1 ([0-9a-f]{16})\n/;

/**
 * Keys: 1 to 190 of `A-Z a-z 0-9 _ . : / -`. Texts: up to 1 MiB without NUL. Each call happens as a whole before or after
 * any other. All throw KEYCHAIN_* when the store cannot be used, and INPUT_INVALID for a key or text that cannot be kept.
 */
export class TokenStore {
  readonly #vault: Vault;
  readonly #redaction: TokenRedaction;

  constructor(vault: Vault) {
    this.#vault = vault;
    this.#redaction = new TokenRedaction(vault.redactor);
  }

  /** Undefined: certainly not there. */
  read(key: string): Promise<StoredText | undefined> {
    return this.#own(key, (texts) => this.#read(texts, key));
  }

  write(key: string, text: string): Promise<StoredText> {
    return this.#own(key, (texts) => this.#write(texts, key, text));
  }

  /** Writes when the version is still `version` (undefined: when there is nothing yet). Undefined: lost the race. */
  replace(key: string, text: string, version: string | undefined): Promise<StoredText | undefined> {
    return this.#own(key, async (texts) =>
      (await this.#read(texts, key))?.version === version ? this.#write(texts, key, text) : undefined,
    );
  }

  /** Removes it when the version is still `version`; false when it is not. */
  removeIf(key: string, version: string): Promise<boolean> {
    return this.#own(key, async (texts) => {
      if ((await this.#read(texts, key))?.version !== version) return false;
      await texts.remove(key);
      return true;
    });
  }

  /** Also when there is nothing. */
  remove(key: string): Promise<void> {
    return this.#own(key, (texts) => texts.remove(key));
  }

  /** In order, from the index; the keychain is not asked. */
  keys(prefix: string): string[] {
    return this.#vault.ownKeys().filter((key) => key.startsWith(prefix));
  }

  async #own<T>(key: string, task: (texts: OwnTexts) => Promise<T>): Promise<T> {
    checkTokenKey(key);
    return this.#vault.own(task);
  }

  async #read(texts: OwnTexts, key: string): Promise<StoredText | undefined> {
    const kept = await texts.read(key);
    if (kept === undefined) return undefined;
    const form = FORM.exec(kept);
    if (form === null) throw unreadable(key, 'was not written by this version of Portolan');
    const stored = { text: kept.slice(form[0].length), version: form[1] ?? '' };
    this.#redaction.note(key, stored);
    return stored;
  }

  async #write(texts: OwnTexts, key: string, text: string): Promise<StoredText> {
    checkText(text);
    const stored = { text, version: randomBytes(8).toString('hex') };
    this.#redaction.note(key, stored);
    await texts.write(key, `t1 ${stored.version}\n${text}`);
    return stored;
  }
}
