// Makes tokens known to the redactor and forgets those that were replaced long ago: a host that renews tokens for weeks
// must not look for all of them in every line.

interface Redactor {
  addSecret(value: string): void;
  removeSecret(value: string): void;
}

/** The present text of a key and the one before, which calls under way may still carry. */
const KEPT = 2;
/** Fields of a set of tokens whose value is a secret; `tokenType: bearer` and the like are too short to be one. */
const SECRET_FIELD = /token|secret|key$/i;
const MIN_LENGTH = 12;

export class TokenRedaction {
  readonly #redactor: Redactor;
  readonly #known = new Map<string, { readonly version: string; readonly values: readonly string[] }[]>();

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** From now on no log shows the secrets in `text`: those of a JSON object's fields, else the text itself. */
  note(key: string, { text, version }: { readonly text: string; readonly version: string }): void {
    const known = this.#known.get(key) ?? [];
    if (known.some((one) => one.version === version)) return;
    const values = secretsIn(text);
    for (const value of values) this.#redactor.addSecret(value);
    this.#known.set(key, [...known, { version, values }]);
    if (known.length < KEPT) return;
    const [oldest, ...rest] = this.#known.get(key) ?? [];
    for (const value of oldest?.values ?? []) this.#redactor.removeSecret(value);
    this.#known.set(key, rest);
  }
}

function secretsIn(text: string): string[] {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return [text];
  }
  if (fields === null || typeof fields !== 'object') return [text];
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' && value.length >= MIN_LENGTH && SECRET_FIELD.test(name) ? [value] : [],
  );
}
