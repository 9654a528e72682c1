// Stands in for `electron-store` in unit tests: `vi.mock('electron-store', async () => import('../support/memory-store.ts'))`.

export const stored = new Map<string, unknown>();

// oxlint-disable-next-line import/no-default-export -- electron-store has a default export
export default class MemoryStore {
  constructor({ schema }: { readonly schema: Readonly<Record<string, { readonly default: unknown }>> }) {
    for (const [name, { default: value }] of Object.entries(schema)) stored.set(name, value);
  }
  get(name: string): unknown {
    return stored.get(name);
  }
  set(name: string, value: unknown): void {
    stored.set(name, value);
  }
}
