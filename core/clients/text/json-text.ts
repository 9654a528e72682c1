// JSON with or without comments, for the files of other clients.
import { createScanner } from 'jsonc-parser';
import { removeIn, setAllIn, setIn } from '../../base/json-edit.ts';
import { parseJsonTree, TOKEN } from '../../base/json-tree.ts';
import type { EntryPlace, EntryStyle, TextCodec } from './text-codec.ts';

export const jsonText: TextCodec = {
  parse: parseJsonTree,
  setEntry: (text, { root }, name, value, { unit }) =>
    setIn(text, [...root, name], value, { unit, layout: 'plain', duplicates: 'all' }),
  setEntries,
  removeEntry: (text, { root }, name) => removeIn(text, [...root, name]),
  comments,
};

function setEntries(
  text: string,
  { root }: EntryPlace,
  entries: readonly (readonly [string, unknown])[],
  { unit }: EntryStyle,
): string {
  const [first, ...rest] = entries;
  if (first === undefined) return text;
  const rules = { unit, layout: 'plain', duplicates: 'all' } as const;
  // The first one makes the place where it is missing.
  return setAllIn(setIn(text, [...root, first[0]], first[1], rules), root, rest, rules);
}

function comments(text: string): { offset: number; length: number }[] {
  const scanner = createScanner(text, false);
  const found: { offset: number; length: number }[] = [];
  for (let token: number = scanner.scan(); token !== TOKEN.eof; token = scanner.scan()) {
    if (token !== TOKEN.lineComment && token !== TOKEN.blockComment) continue;
    found.push({ offset: scanner.getTokenOffset(), length: scanner.getTokenLength() });
  }
  return found;
}
