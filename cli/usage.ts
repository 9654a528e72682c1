// What the parser of the command line complains about, as Portolan's own errors: a cause and the nearest right word.
import type { Command, CommanderError } from 'commander';
import { PortolanError } from '../shared/errors.ts';
import { nearest } from './nearest.ts';

/** True when the words before `--` ask for JSON, whether or not they make sense otherwise. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
}

/** The parser's complaint as INPUT_INVALID. */
export function usageError(error: CommanderError, program: Command, args: readonly string[]): PortolanError {
  const [sentence = '', guess] = error.message.replace(/^error: /, '').split(/\n?\(Did you mean (?:one of )?(.*)\?\)/);
  return new PortolanError('INPUT_INVALID', sentence.trim().replace(/\.$/, ''), {
    hint: guess
      ? `Did you mean ${guess}?`
      : `Run "${[...pathOf(program, args), '--help'].join(' ')}" to see what it takes.`,
  });
}

/** An error for the first word of `args` that is no command where only commands may stand; undefined when all are known. */
export function unknownWord(program: Command, args: readonly string[]): PortolanError | undefined {
  let group = program;
  const path = ['portolan'];
  for (const word of args) {
    if (word.startsWith('-') || group.commands.length === 0) return undefined;
    const next = group.commands.find((command) => command.name() === word || command.aliases().includes(word));
    if (!next) return unknownCommand(path, word, wordsOf(group));
    group = next;
    path.push(word);
  }
  return undefined;
}

/** The error for `word`, which is none of `known`. */
export function unknownCommand(path: readonly string[], word: string, known: readonly string[]): PortolanError {
  const [guess] = nearest(word, known);
  const prefix = path.join(' ');
  return new PortolanError('INPUT_INVALID', `there is no command "${[...path.slice(1), word].join(' ')}"`, {
    hint: guess ? `Did you mean "${prefix} ${guess}"?` : `"${prefix} --help" shows every command.`,
  });
}

function wordsOf(group: Command): string[] {
  return group.commands.flatMap((command) => [command.name(), ...command.aliases()]);
}

function pathOf(program: Command, args: readonly string[]): string[] {
  const path = ['portolan'];
  let group: Command | undefined = program;
  for (const word of args) {
    group = group?.commands.find((command) => command.name() === word || command.aliases().includes(word));
    if (!group) break;
    path.push(word);
  }
  return path;
}
