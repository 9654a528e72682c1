// JSON with or without comments, for the files of other clients.
import { createScanner } from 'jsonc-parser';
import { removeIn, setIn } from '../../base/json-edit.ts';
import { parseJsonTree, TOKEN } from '../../base/json-tree.ts';
import type { TextCodec } from './text-codec.ts';

export const jsonText: TextCodec = {
  parse: parseJsonTree,
  setEntry: (text, { root }, name, value, { unit }) =>
    setIn(text, [...root, name], value, { unit, layout: 'plain', duplicates: 'all' }),
  removeEntry: (text, { root }, name) => removeIn(text, [...root, name]),
  comments,
};

function comments(text: string): { offset: number; length: number }[] {
  const scanner = createScanner(text, false);
  const found: { offset: number; length: number }[] = [];
  for (let token: number = scanner.scan(); token !== TOKEN.eof; token = scanner.scan()) {
    if (token !== TOKEN.lineComment && token !== TOKEN.blockComment) continue;
    found.push({ offset: scanner.getTokenOffset(), length: scanner.getTokenLength() });
  }
  return found;
}
