// What the vault needs of a place that keeps secrets; the keychain is one, a map in memory another.

/** `null` means "not there or not readable": a locked keychain answers so as well. */
export interface SecretStore {
  /** Name for people and for the index, such as `Secret Service`. */
  readonly backend: string;
  /** What fits into one item, in bytes of UTF-8. */
  readonly maxItemBytes: number;
  /** Throws KEYCHAIN_* unless it can be read and written now; may ask a person for a password. */
  check(): Promise<void>;
  get(account: string): Promise<string | null>;
  set(account: string, value: string): Promise<void>;
  /** False when there was nothing. */
  delete(account: string): Promise<boolean>;
}
