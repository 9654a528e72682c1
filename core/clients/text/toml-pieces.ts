// Where one entry stands in a TOML text: it may be spread over tables, dotted keys and inline tables.
import { namesOf, type TomlInlineTable, type TomlKeyValue, type TomlProgram, type TomlTable } from './toml-tree.ts';

export type Piece =
  | { readonly kind: 'table'; readonly table: TomlTable }
  | {
      readonly kind: 'key';
      readonly item: TomlKeyValue;
      /** Names of the key behind those of the entry; 0: its value is the entry as a whole. */
      readonly below: number;
      /** The inline table that it is in; undefined: it has lines of its own. */
      readonly holder: TomlInlineTable | undefined;
    };

/** The pieces of the entry at `path`, in the order of the text. */
export function piecesAt(program: TomlProgram, path: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  const collect = (item: TomlKeyValue, prefix: readonly (string | number)[], holder: TomlInlineTable | undefined) => {
    const names = [...prefix, ...namesOf(item.key)];
    if (startsWith(names, path)) pieces.push({ kind: 'key', item, below: names.length - path.length, holder });
    else if (item.value.type === 'TOMLInlineTable' && startsWith(path, names)) {
      for (const inner of item.value.body) collect(inner, names, item.value);
    }
  };
  for (const item of program.body[0].body) {
    if (item.type === 'TOMLKeyValue') collect(item, [], undefined);
    else if (startsWith(item.resolvedKey, path)) pieces.push({ kind: 'table', table: item });
    else for (const inner of item.body) collect(inner, item.resolvedKey, undefined);
  }
  return pieces;
}

/** The piece in whose place the entry is written: its own table, its own line, else the first one. */
export function anchorOf(pieces: readonly Piece[], path: readonly string[]): Piece | undefined {
  const isWhole = (piece: Piece) =>
    piece.kind === 'key'
      ? piece.below === 0
      : piece.table.kind === 'standard' && piece.table.resolvedKey.length === path.length;
  return pieces.find(isWhole) ?? pieces[0];
}

export function startsWith(names: readonly (string | number)[], start: readonly (string | number)[]): boolean {
  return start.length <= names.length && start.every((name, index) => names[index] === name);
}
