// Members of an inline table of TOML and the commas between them.
import type { TextEdit } from './toml-lines.ts';
import type { TomlInlineTable, TomlKeyValue, TomlProgram } from './toml-tree.ts';

/** Adds `member` (`name = value`) as the last one of `table`. */
export function inlineInsertion(text: string, program: TomlProgram, table: TomlInlineTable, member: string): TextEdit {
  const [start, end] = table.range;
  const last = table.body.at(-1);
  if (last === undefined) {
    const space = text.slice(start + 1, end - 1) === '' ? ' ' : '';
    return { start: start + 1, end: start + 1, text: ` ${member}${space}` };
  }
  const comma = commaIn(program, last.range[1], end);
  const at = comma === undefined ? last.range[1] : comma + 1;
  return { start: at, end: at, text: `${comma === undefined ? ',' : ''} ${member}` };
}

/** Takes `item` out of `table`, with the comma that it needs no more. */
export function inlineRemoval(
  text: string,
  program: TomlProgram,
  table: TomlInlineTable,
  item: TomlKeyValue,
): TextEdit[] {
  const [start, end] = item.range;
  const index = table.body.indexOf(item);
  const [before, next] = [table.body[index - 1], table.body[index + 1]];
  const following = commaIn(program, end, next?.range[0] ?? table.range[1]);
  const spaces = (offset: number) => /^[ \t]*/.exec(text.slice(offset))?.[0].length ?? 0;
  if (following !== undefined) {
    const stop = following + 1;
    if (text.slice(end, following).trim() === '') return [{ start, end: stop + spaces(stop), text: '' }];
    return [
      { start, end, text: '' },
      { start: following, end: stop, text: '' },
    ];
  }
  const lead = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const removal = { start: start - lead, end, text: '' };
  const preceding = before === undefined ? undefined : commaIn(program, before.range[1], start);
  return preceding === undefined ? [removal] : [{ start: preceding, end: preceding + 1, text: '' }, removal];
}

/** Offset of the comma between two offsets, comments left aside. */
function commaIn(program: TomlProgram, from: number, to: number): number | undefined {
  return program.tokens.find((token) => token.range[0] >= from && token.range[0] < to && token.value === ',')?.range[0];
}
