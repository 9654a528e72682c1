// Whatever is done to a catalog, what it does not concern keeps its bytes.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addEntries,
  type CatalogEdit,
  removeEntry,
  renameEntry,
  updateEntry,
} from '../../../core/catalog/catalog-edits.ts';
import { readCatalog } from '../../../core/catalog/catalog-file.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { entryOf, urlOf } from '../../support/open-catalog.ts';

const NAMES = ['a', 'b', 'c', '__proto__', 'constructor', 'x.y'];
const name = fc.constantFrom(...NAMES);
const text = fc.string({ unit: 'grapheme', maxLength: 8 });

const edit: fc.Arbitrary<CatalogEdit> = fc.oneof(
  fc.tuple(name, fc.array(text, { maxLength: 3 })).map(([name, args]) => addEntries([entryOf(name, { args })])),
  name.map((name) => removeEntry(name)),
  fc.tuple(name, name).map(([name, to]) => renameEntry(name, to)),
  fc.tuple(name, fc.boolean()).map(([name, enabled]) => updateEntry(name, { options: { enabled } })),
  fc
    .tuple(name, fc.string({ maxLength: 5 }))
    .map(([name, title]) => updateEntry(name, { options: { title, timeouts: { idleMs: 500 } } })),
  name.map((name) => updateEntry(name, { endpoint: urlOf('https://h/') })),
  fc
    .tuple(name, fc.dictionary(fc.constantFrom('E1', 'E2', '__proto__x'), text))
    .map(([name, env]) => updateEntry(name, { endpoint: entryOf(name, { env }).endpoint })),
);

/** A file as people write it: comments everywhere, one bystander entry, unknown keys at each level. */
const file = fc
  .record({
    eol: fc.constantFrom('\n', '\r\n'),
    unit: fc.constantFrom('  ', '\t', '    '),
    trailing: fc.boolean(),
    oneLine: fc.boolean(),
    last: fc.boolean(),
  })
  .map(({ eol, unit, trailing, oneLine, last }) => {
    const bystander = `"bystander": { "command": "keep",   "own": [1,  2], /* inside */ "portolan": {"later":true} }`;
    const others = [
      `"a": { "command": "x", "unknownA": {"k": [ ]} }`,
      `"b": { /* in b */ "url": "https://h/", "unknownB": null }`,
    ];
    const entries = last ? [...others, bystander] : [bystander, ...others];
    if (oneLine) return `/* head */ {"before":1,"mcpServers":{${entries.join(',')}},"after":{"z":[ 1 ]}} /* foot */`;
    const lines = entries.map(
      (entry, index) =>
        `${unit}${unit}// above ${index}${eol}${unit}${unit}${entry}${index < 2 || trailing ? ',' : ''} // beside ${index}`,
    );
    return [
      `// head`,
      '{',
      `${unit}"before": 1, // one`,
      `${unit}"mcpServers": {`,
      ...lines,
      `${unit}}, /* two */`,
      `${unit}"after": {"z":[ 1 ]}`,
      '}',
      '// foot',
      '',
    ].join(eol);
  });

const commentsOf = (content: string) =>
  content.match(/\/\/ (?:head|one|above \d|beside \d|foot)|\/\* (?:head|two|inside|foot) \*\//g) ?? [];

test('CFG-04 any sequence of edits keeps unknown keys, comments and the bytes of other entries', () => {
  fc.assert(
    fc.property(file, fc.array(edit, { minLength: 1, maxLength: 8 }), (start, edits) => {
      const bystander = /"bystander": \{.*?true\} \}/.exec(start)?.[0] ?? '?';
      let current = start;
      for (const apply of edits) {
        const before = readCatalog(Buffer.from(current));
        let next: string;
        try {
          next = apply(before);
        } catch (error) {
          if (!(error instanceof PortolanError)) throw error;
          continue;
        }
        const after = readCatalog(Buffer.from(next));
        expect([after.refusal, after.badEntries]).toEqual([undefined, []]);
        current = next;
      }
      expect(current).toContain(bystander);
      expect(current).toContain('{"z":[ 1 ]}');
      expect(commentsOf(current)).toEqual(commentsOf(start));
      expect(/[^\r]\n/.test(current)).toBe(/[^\r]\n/.test(start));
    }),
    { numRuns: 300 },
  );
});

test('CFG-04 an unknown key of an entry goes only with the entry', () => {
  fc.assert(
    fc.property(file, fc.array(edit, { maxLength: 6 }), (start, edits) => {
      let current = start;
      let alive = true;
      for (const apply of edits) {
        const before = readCatalog(Buffer.from(current));
        try {
          current = apply(before);
        } catch {
          continue;
        }
        // Removing is the only edit that leaves fewer names.
        alive &&= readCatalog(Buffer.from(current)).names.size >= before.names.size;
      }
      if (alive)
        expect([current.includes('"unknownA": {"k": [ ]}'), current.includes('"unknownB": null')]).toEqual([
          true,
          true,
        ]);
    }),
    { numRuns: 200 },
  );
});
