// YAML, for the files of other clients.
import type { TextCodec } from './text-codec.ts';
import { readYaml } from './yaml-document.ts';
import { removeYamlEntry, setYamlEntry } from './yaml-edit.ts';
import { parseYamlTree } from './yaml-tree.ts';

export const yamlText: TextCodec = {
  parse: parseYamlTree,
  setEntry: setYamlEntry,
  removeEntry: removeYamlEntry,
  comments: (text) => {
    const file = readYaml(text);
    return file.kind === 'error' ? [] : file.comments;
  },
};
