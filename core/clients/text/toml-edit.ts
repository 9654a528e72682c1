// Changes one entry of a TOML text and leaves every other byte. An entry may stand in a table of its own with tables
// below it, on one line, in dotted keys, or inside an inline table; it stays in the form that it has.
import { isDeepStrictEqual } from 'node:util';
import { nodeAt, plainValue } from '../../base/json-tree.ts';
import { inlineInsertion, inlineRemoval } from './toml-inline.ts';
import { type LineStyle, lineEnd, lineIndent, lineStart, type TextEdit, withEdits } from './toml-lines.ts';
import { anchorOf, type Piece, piecesAt, startsWith } from './toml-pieces.ts';
import {
  namesOf,
  parseTomlProgram,
  type TomlInlineTable,
  type TomlKeyValue,
  type TomlProgram,
  type TomlTable,
  tomlTree,
} from './toml-tree.ts';
import { tomlMembers, tomlName, tomlValue } from './toml-value.ts';

/** A text and what its parser made of it: parsing is most of the work. */
interface Source {
  readonly text: string;
  readonly program: TomlProgram;
}

/** Sets the entry at `path` to an object; an equal one changes nothing. Throws when `text` is no TOML. */
export function setTomlEntry(text: string, path: readonly string[], value: object): string {
  const source = sourceOf(text);
  const node = nodeAt(tomlTree(source.program, text), path);
  if (node !== undefined && isDeepStrictEqual(plainCopy(plainValue(node)), plainCopy(value))) return text;
  // One piece is left of it, which then gives way.
  const current = removePieces(source, path, 'all but the anchor');
  const anchor = anchorOf(piecesAt(current.program, path), path);
  return withEdits(current.text, [
    anchor === undefined ? insertion(current, path, value) : replacement(current.text, anchor, path, value),
  ]);
}

/** Removes the entry at `path`, in whatever pieces it stands; comments around it stay. Throws when `text` is no TOML. */
export function removeTomlEntry(text: string, path: readonly string[]): string {
  return removePieces(sourceOf(text), path, 'all').text;
}

function removePieces(source: Source, path: readonly string[], which: 'all' | 'all but the anchor'): Source {
  for (let current = source; ; ) {
    const { text, program } = current;
    const pieces = piecesAt(program, path);
    const anchor = which === 'all' ? undefined : anchorOf(pieces, path);
    const others = pieces.filter((piece) => piece !== anchor);
    const inLines = others.filter((piece) => piece.kind === 'table' || piece.holder === undefined);
    const inline = others.find((piece) => piece.kind === 'key' && piece.holder !== undefined);
    if (inLines.length > 0) {
      const removals = inLines.map((piece) => lineRemoval(text, piece));
      current = sourceOf(withEdits(text, removals));
    } else if (inline?.kind === 'key' && inline.holder !== undefined) {
      // One at a time: neighbours share their commas.
      current = sourceOf(withEdits(text, inlineRemoval(text, program, inline.holder, inline.item)));
    } else return current;
  }
}

/** The lines of a piece, with their comments, and one of the blank lines that set a table off. */
function lineRemoval(text: string, piece: Piece): TextEdit {
  const [from, to] = piece.kind === 'table' ? piece.table.range : piece.item.range;
  let [start, end] = [lineStart(text, from), lineEnd(text, to)];
  const breakAt = (offset: number) => /^\r?\n/.exec(text.slice(offset, offset + 2))?.[0].length ?? 0;
  const isLast = breakAt(end) === 0;
  end += breakAt(end);
  const isBlank = (offset: number) => text.slice(lineStart(text, offset), lineEnd(text, offset)).trim() === '';
  if (piece.kind === 'table' && start > 0 && isBlank(start - 1)) start = lineStart(text, start - 1);
  else if (piece.kind === 'table' && start === 0 && end < text.length && isBlank(end)) {
    end = lineEnd(text, end);
    end += breakAt(end);
  }
  // The last line of a text without a final line break takes the break before it along.
  if (isLast && start > 0) start = lineEnd(text, start - 1);
  return { start, end, text: '' };
}

function replacement(text: string, anchor: Piece, path: readonly string[], value: object): TextEdit {
  if (anchor.kind === 'table') return tableReplacement(text, anchor.table, path, value);
  const { item, below, holder } = anchor;
  const [start, end] = item.range;
  if (below === 0) return { start: item.value.range[0], end: item.value.range[1], text: tomlValue(value) };
  const last = item.key.keys[item.key.keys.length - below - 1];
  const prefix = text.slice(start, last?.range[1] ?? start);
  if (holder !== undefined || tomlMembers(value).length === 0) {
    return { start, end, text: `${prefix} = ${tomlValue(value)}` };
  }
  const style = { eol: eolOf(text), indent: lineIndent(text, start) };
  return { start, end, text: linesOf(value, style, `${prefix}.`).trimStart() };
}

/** A table keeps its header with its comment; one that is there only through tables below it gets one. */
function tableReplacement(text: string, table: TomlTable, path: readonly string[], value: object): TextEdit {
  const [start, end] = table.range;
  const isOwn = table.kind === 'standard' && table.resolvedKey.length === path.length;
  const [first, last] = [table.body[0], table.body.at(-1)];
  const indent = lineIndent(text, first?.range[0] ?? start);
  const eol = eolOf(text);
  if (!isOwn) {
    return { start, end, text: `${headerOf(path)}${eol}${linesOf(value, { eol, indent }, '')}` };
  }
  if (first === undefined || last === undefined) {
    const after = lineEnd(text, table.key.range[1]);
    return { start: after, end: after, text: eol + linesOf(value, { eol, indent }, '') };
  }
  return { start: first.range[0], end: last.range[1], text: linesOf(value, { eol, indent }, '').trimStart() };
}

function insertion({ text, program }: Source, path: readonly string[], value: object): TextEdit {
  const root = path.slice(0, -1);
  const holder = holderOf(program, root);
  if (holder !== undefined) {
    const name = path.slice(holder.depth).map(tomlName).join('.');
    return inlineInsertion(text, program, holder.table, `${name} = ${tomlValue(value)}`);
  }
  const eol = eolOf(text);
  const { after, sibling } = placeFor(text, program, root);
  const headerIndent = sibling === undefined ? '' : lineIndent(text, sibling.range[0]);
  const indent = sibling === undefined ? '' : lineIndent(text, sibling.body[0]?.range[0] ?? sibling.range[0]);
  const block = `${headerIndent}${headerOf(path)}${eol}${linesOf(value, { eol, indent }, '')}`;
  if (after !== undefined) return { start: after, end: after, text: `${eol}${eol}${block}` };
  const hasBreak = text === '' || text.endsWith('\n');
  const gap = text.trim() === '' || /\n[ \t]*\r?\n$/.test(text) ? '' : eol;
  return {
    start: text.length,
    end: text.length,
    text: hasBreak ? `${gap}${block}${eol}` : `${eol}${gap}${block}`,
  };
}

/** Where a new table goes: behind the last table of servers, or the end of the text (`after` is undefined). */
function placeFor(
  text: string,
  program: TomlProgram,
  root: readonly string[],
): { after?: number; sibling?: TomlTable | undefined } {
  const { body } = program.body[0];
  const tables = body.filter((item) => item.type === 'TOMLTable');
  const holdsServers = (item: TomlKeyValue, prefix: readonly (string | number)[]) =>
    startsWith([...prefix, ...namesOf(item.key)], root);
  const last = tables.findLast(
    (table) => startsWith(table.resolvedKey, root) || table.body.some((item) => holdsServers(item, table.resolvedKey)),
  );
  if (last !== undefined) {
    const sibling = tables.findLast(
      (table) => startsWith(table.resolvedKey, root) && table.resolvedKey.length === root.length + 1,
    );
    return { after: lineEnd(text, last.range[1]), sibling };
  }
  const keys = body.filter((item) => item.type === 'TOMLKeyValue');
  const lastKey = keys.some((item) => holdsServers(item, [])) ? keys.at(-1) : undefined;
  return lastKey === undefined ? {} : { after: lineEnd(text, lastKey.range[1]) };
}

/** The innermost inline table on the way to `root`, and how many names lead to it. */
function holderOf(
  program: TomlProgram,
  root: readonly string[],
): { readonly table: TomlInlineTable; readonly depth: number } | undefined {
  const search = (
    items: readonly TomlKeyValue[],
    prefix: readonly (string | number)[],
  ): { table: TomlInlineTable; depth: number } | undefined => {
    for (const item of items) {
      const names = [...prefix, ...namesOf(item.key)];
      if (item.value.type !== 'TOMLInlineTable' || !startsWith(root, names)) continue;
      return search(item.value.body, names) ?? { table: item.value, depth: names.length };
    }
    return undefined;
  };
  for (const item of program.body[0].body) {
    const found = item.type === 'TOMLKeyValue' ? search([item], []) : search(item.body, item.resolvedKey);
    if (found !== undefined) return found;
  }
  return undefined;
}

function headerOf(path: readonly string[]): string {
  return `[${path.map(tomlName).join('.')}]`;
}

function linesOf(value: object, { eol, indent }: LineStyle, prefix: string): string {
  return tomlMembers(value)
    .map(([name, item]) => `${indent}${prefix}${tomlName(name)} = ${tomlValue(item)}`)
    .join(eol);
}

function eolOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

function sourceOf(text: string): Source {
  const parsed = parseTomlProgram(text);
  if (parsed.kind === 'error') throw new Error('only valid TOML can be edited');
  return { text, program: parsed.program };
}

/** `value` as a reader of its text gets it. */
function plainCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
