// Splits a command line into words as a shell would, and expands nothing.

/**
 * The commands of `text`, one per line, each as its words: quotes and backslashes are taken off, a backslash (or a caret or
 * a backtick) at the end of a line continues it, `#` begins a comment. Undefined when a quote is not closed.
 */
export function shellCommands(text: string): string[][] | undefined {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  const joined = text.replaceAll(/[ \t]*[\\^`][ \t]*\r?\n[ \t]*/g, ' ');
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (let index = 0; index < joined.length; index += 1) {
    const [character, next] = [joined[index] ?? '', joined[index + 1]];
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"' && next !== undefined && '"\\$`'.includes(next)) {
        word = (word ?? '') + next;
        index += 1;
      } else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      endWord();
      if (character === '\n' && words.length > 0) commands.push(words);
      if (character === '\n') words = [];
    } else if (character === '#' && word === undefined) {
      while (index + 1 < joined.length && joined[index + 1] !== '\n') index += 1;
    } else if (character === '\\' && next !== undefined && /[\s"'\\$]/.test(next)) {
      word = (word ?? '') + next;
      index += 1;
    } else word = (word ?? '') + character;
  }
  endWord();
  if (words.length > 0) commands.push(words);
  return quote === undefined ? commands : undefined;
}
