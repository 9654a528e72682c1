// TOML, for the files of other clients.
import { removeTomlEntry, setTomlEntry } from './toml-edit.ts';
import { parseTomlProgram, parseTomlTree } from './toml-tree.ts';
import type { TextCodec } from './text-codec.ts';

export const tomlText: TextCodec = {
  parse: parseTomlTree,
  setEntry: (text, { root }, name, value) => {
    if (typeof value !== 'object' || value === null) throw new Error('an entry is an object');
    return setTomlEntry(text, [...root, name], value);
  },
  removeEntry: (text, { root }, name) => removeTomlEntry(text, [...root, name]),
  comments: (text) => {
    const parsed = parseTomlProgram(text);
    const comments = parsed.kind === 'program' ? parsed.program.comments : [];
    return comments.map(({ range: [start, end] }) => ({ offset: start, length: end - start }));
  },
};
