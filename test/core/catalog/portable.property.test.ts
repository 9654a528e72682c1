// A portable file brings any catalog back as it was.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Catalog } from '../../../core/catalog/catalog.ts';
import { writePortable } from '../../../core/catalog/portable-file.ts';
import { catalogInputSchema } from '../../../shared/model/catalog-input.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { entryOf } from '../../support/open-catalog.ts';
import { portable } from '../../support/portable-rig.ts';

/** Everything that two catalogs must have in common after a merge, whatever their order. */
function contentOf(catalog: Catalog) {
  const byName = <T extends object>(items: readonly T[]) =>
    items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return JSON.parse(
    JSON.stringify({
      servers: byName(catalog.list()),
      profiles: byName(catalog.profiles()),
      identities: byName(catalog.identities()),
      inputs: byName(catalog.inputs()),
    }),
  ) as object;
}

const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,6}$/);
const word = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9 ./é~"\\-]{0,10}$/),
  fc.constantFrom('${input:ask}', 'x${env:HOME}', '${env:A:-b}', '${workspaceFolder}', '\u2028', ''),
);
const map = fc.dictionary(fc.constantFrom('X', 'Y_1', 'Accept', '__proto__'), word, { maxKeys: 3 });
const options = fc.record(
  {
    title: fc.string({ minLength: 1, maxLength: 20 }),
    enabled: fc.boolean(),
    protocolEra: fc.constantFrom('auto', 'legacy', 'modern'),
    capture: fc.constantFrom('none', 'digest'),
    sharing: fc.constantFrom('shared', 'per-client'),
    timeouts: fc.record({ totalMs: fc.integer({ min: 100, max: 9000 }) }, { requiredKeys: [] }),
    auth: fc.record({ clientId: fc.constantFrom('abc', 'd'), scopes: fc.constant(['a:b']) }, { requiredKeys: [] }),
    clients: fc.record({
      cursor: fc.record({ extras: fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue(), { minKeys: 1 }) }),
    }),
  },
  { requiredKeys: [] },
);
const endpoint = fc.oneof(
  fc.record({
    type: fc.constant('stdio'),
    command: fc.stringMatching(/^[a-z]{1,5}$/),
    args: fc.array(word, { maxLength: 3 }),
    env: map,
  }),
  fc.record({
    type: fc.constantFrom('streamable-http', 'sse', 'http-auto'),
    url: fc.constantFrom('https://a.example.com/mcp', 'https://b.example.com'),
    headers: map,
  }),
);
const servers = fc.uniqueArray(fc.tuple(name, endpoint, options), {
  maxLength: 5,
  selector: ([id]) => id.toLowerCase(),
});

describe('round trip', () => {
  test('a generated catalog comes back as it was, and its text is the same again', async () => {
    await fc.assert(
      fc.asyncProperty(servers, fc.boolean(), async (drafts, withMore) => {
        const entries = drafts.flatMap(([id, to, more]) => {
          const entry = safeEntry(id, to, more);
          return entry === undefined ? [] : [entry];
        });
        const [from, to] = [await portable(), await portable()];
        await from.catalog.addMany(entries, [catalogInputSchema.parse({ id: 'ask', description: 'Which?' })]);
        if (withMore) {
          await from.catalog.createProfile({
            name: 'a-profile',
            servers: entries.map((entry) => entry.name),
            mode: 'search',
            nameBudget: 50,
          });
          await from.catalog.addIdentity({
            name: 'me',
            issuer: 'https://id.example.com',
            clientId: 'x',
            scopes: ['openid'],
            way: 'device',
          });
        }
        const { text } = from.files.write({}, 'portolan');
        const plan = await to.files.plan({ text });
        expect(plan?.rows.filter(({ action }) => action !== 'add')).toEqual([]);
        await to.files.apply({ planId: plan?.planId ?? '', choices: {} });
        expect(contentOf(to.catalog)).toEqual(contentOf(from.catalog));
        expect(to.files.write({}, 'portolan').text).toBe(text);
        const again = await to.files.plan({ text });
        expect(again?.rows.filter(({ action }) => action !== 'same')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('undo takes a whole merge back', async () => {
    const [from, to] = [await portable(), await portable()];
    await from.catalog.addMany([entryOf('a'), entryOf('b')]);
    await from.catalog.createProfile({ name: 'p', servers: ['a'], mode: 'all', nameBudget: 64 });
    await to.catalog.add(entryOf('old'));
    const before = to.text();
    const plan = await to.files.plan({ text: from.files.write({}, 'portolan').text });
    const done = await to.files.apply({ planId: plan?.planId ?? '', choices: {} });
    expect(done.added).toEqual(['server:a', 'server:b', 'profile:p']);
    await to.catalog.undo();
    expect(to.text()).toBe(before);
  });
});

/** Undefined when the generated texts happen to look like a secret, which no catalog holds. */
function safeEntry(id: string, to: object, more: object): ServerEntry | undefined {
  const entry = entryOf(id, to, more);
  try {
    writePortable({ servers: [entry], profiles: [], identities: [], inputs: [] });
    return entry;
  } catch {
    return undefined;
  }
}
