// The text forms of other clients' files behind one interface: parsed to a tree of offsets, edited at those offsets, so
// that everything that is not Portolan's stays byte for byte.
import { assertNever } from '../../../shared/assert-never.ts';
import type { JsonTreeResult } from '../../base/json-tree.ts';
import { jsonText } from './json-text.ts';
import { tomlText } from './toml-text.ts';
import { yamlText } from './yaml-text.ts';

export type TextFormat = 'json' | 'jsonc' | 'toml' | 'yaml';

/** Where a file keeps its servers. */
export interface EntryPlace {
  /** Keys from the root of the file to the map (or list) of servers. */
  readonly root: readonly string[];
  /** The servers are items of a list, each called by this key; absent: they are members of a map. */
  readonly nameKey?: string;
}

export interface TextCodec {
  /**
   * The text as a tree whose nodes have jsonc-parser's shape (type, offset and length in the text, children, value),
   * whatever the format. Nesting and expansion (aliases) are bounded. A byte order mark must have been taken away before.
   */
  parse(text: string): JsonTreeResult;
  /**
   * Sets the entry called `name` (all duplicates of it), creating the place on the way; an equal value changes nothing.
   * Throws CannotEdit when that takes more than the bytes of the entry, `removeEntry` too.
   */
  setEntry(text: string, place: EntryPlace, name: string, value: unknown, style: EntryStyle): string;
  /**
   * Sets many entries of different names and gives what `setEntry` one after the other would. Absent: there is no way
   * that reads the text less often.
   */
  setEntries?(
    text: string,
    place: EntryPlace,
    entries: readonly (readonly [name: string, value: unknown])[],
    style: EntryStyle,
  ): string;
  /** Removes the entry with all its duplicates; comments around it stay. */
  removeEntry(text: string, place: EntryPlace, name: string): string;
  /** Every comment, in order. Offsets and lengths in UTF-16 units. */
  comments(text: string): readonly { readonly offset: number; readonly length: number }[];
}

export interface EntryStyle {
  /** Indentation in a text that shows none. */
  readonly unit: string;
}

/** What people call the format of a text. */
export function formatName(format: TextFormat): string {
  return format === 'jsonc' ? 'JSON' : format.toUpperCase();
}

/** The codec for `format`. */
export function codecOf(format: TextFormat): TextCodec {
  switch (format) {
    case 'json':
    case 'jsonc':
      return jsonText;
    case 'toml':
      return tomlText;
    case 'yaml':
      return yamlText;
    default:
      return assertNever(format);
  }
}
