// How often a server was given more rights for an operation, and what was refused: so that it cannot ask for ever.
// (MCP 2026-07-28, Authorization, "Step-Up": limited retries, failures remembered by resource and operation)

const MOST_TRIES = 3;
/** Operations of one server; a server that invents more is not asked about them. */
const MOST_OPERATIONS = 1_000;

export class StepUps {
  readonly #tries = new Map<string, { readonly count: number; readonly generation: number }>();
  readonly #refused = new Map<string, Set<string>>();

  /** True when another authorization may be asked for. */
  mayTry(operation: string, scopes: readonly string[]): boolean {
    const refused = this.#refused.get(operation);
    if (refused !== undefined && scopes.every((scope) => refused.has(scope))) return false;
    const tries = this.#tries.get(operation)?.count ?? 0;
    return tries < MOST_TRIES && (tries > 0 || this.#tries.size < MOST_OPERATIONS);
  }

  /** More rights were granted with the token of this generation; calls that waited together count once. */
  noteTry(operation: string, generation: number): void {
    const known = this.#tries.get(operation);
    if (known?.generation !== generation) this.#tries.set(operation, { count: (known?.count ?? 0) + 1, generation });
  }

  noteRefused(operation: string, scopes: readonly string[]): void {
    const refused = this.#refused.get(operation) ?? new Set();
    for (const scope of scopes) refused.add(scope);
    this.#refused.set(operation, refused);
  }

  /** A person wants it tried again. */
  forget(): void {
    this.#tries.clear();
    this.#refused.clear();
  }
}
