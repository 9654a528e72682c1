// The vault against a plain map: whatever is done in whatever order, and wherever a process dies in between, every secret
// has its old value or its new one, and nothing is kept that nobody asked for.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenStore } from '../../../core/vault/token-store.ts';
import { DyingStore, openVault } from '../../support/open-vault.ts';

const NAMES = ['A', 'B', 'C'];
const LENGTHS = [1, 1_990, 5_000, 40_000];

const step = fc.record({
  what: fc.constantFrom('set' as const, 'remove' as const, 'token' as const, 'untoken' as const, 'replace' as const),
  name: fc.constantFrom(...NAMES),
  length: fc.constantFrom(...LENGTHS),
  letter: fc.constantFrom('x', 'é', '\u{1F511}'),
  /** The process dies at this write, or does not. */
  dies: fc.option(fc.nat(12), { nil: undefined, freq: 3 }),
  isLastDone: fc.boolean(),
});

test('random operations with crashes leave what a map would hold', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const store = new DyingStore();
      const { open, stateDb } = await openVault(store);
      let vault = await open();
      /** What each may hold: one value, or two after a crash. Undefined: nothing. */
      const model = new Map<string, Set<string | undefined>>();
      const read = async (key: string): Promise<string | undefined> =>
        key.startsWith('~')
          ? (await new TokenStore(vault).read(key.slice(1)))?.text
          : vault.get(key).catch((error: { code?: string }) => {
              expect(error.code).toBe('SECRET_NOT_FOUND');
              return undefined;
            });
      for (const { what, name, length, letter, dies, isLastDone } of steps) {
        const tokens = new TokenStore(vault);
        const isToken = what !== 'set' && what !== 'remove';
        const key = isToken ? `~${name}` : name;
        const before = await read(key);
        expect([...(model.get(key) ?? [undefined])]).toContain(before);
        const value = letter.repeat(length);
        const after = what === 'remove' || what === 'untoken' ? undefined : value;
        const version = what === 'replace' ? (await tokens.read(name))?.version : undefined;
        store.isLastDone = isLastDone;
        store.writesLeft = dies ?? Number.POSITIVE_INFINITY;
        const done = await (what === 'set'
          ? vault.set(name, value)
          : what === 'remove'
            ? vault.remove(name)
            : what === 'token'
              ? tokens.write(name, value)
              : what === 'untoken'
                ? tokens.remove(name)
                : tokens.replace(name, value, version)
        ).then(
          () => true,
          () => false,
        );
        store.writesLeft = Number.POSITIVE_INFINITY;
        const isNothing = what === 'remove' && before === undefined;
        model.set(key, new Set(done || isNothing ? [after] : [before, after]));
        if (done) continue;
        vault = await open();
        await vault.probe();
      }
      for (const key of [...NAMES, ...NAMES.map((name) => `~${name}`)]) {
        expect([...(model.get(key) ?? [undefined])]).toContain(await read(key));
      }
      // All is taken back: nothing but the mark stays.
      for (const { name } of vault.list()) await vault.remove(name).catch(() => undefined);
      for (const name of NAMES) await vault.remove(name).catch(() => undefined);
      for (const key of new TokenStore(vault).keys('')) await new TokenStore(vault).remove(key);
      await vault.probe();
      expect([...store.items.keys()]).toEqual(store.items.size === 0 ? [] : ['v1-mark']);
      stateDb.close();
    }),
    { numRuns: 40 },
  );
});
