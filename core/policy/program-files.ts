// Which files a command runs, as far as it tells: the program itself, and what an interpreter is given to run. It reads
// names and rights only; what is in the files is executable-pins.ts.
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** One file that a start runs. */
export interface ProgramFile {
  /** 0 for the program, n for argument n, counted from 1. */
  readonly position: number;
  /** Absolute, without links. */
  readonly path: string;
}

const INTERPRETER =
  /^(?:node|nodejs|deno|bun|tsx|ts-node|python[\d.]*|pypy[\d.]*|ruby|perl|php|lua[\d.]*|java|sh|bash|dash|zsh|ksh|pwsh)(?:\.exe)?$/i;
/** Options whose value is the next argument; where the value is a file, it is loaded before the script. */
const TAKES_VALUE = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '--env-file',
  '-C',
  '--conditions',
  '-W',
  '-X',
  '-I',
  '--config',
  '--import-map',
  '--tsconfig',
]);
/** Options after which no script follows: the code is in the arguments, or named as a module. */
const NO_SCRIPT = new Set(['-c', '-e', '-m', '-p', '--eval', '--print']);

/**
 * The files that starting `file` with `args` in `cwd` runs. After an interpreter that is the script: the first argument
 * that is a file, and files given to options before it. What these load in turn is not known here.
 */
export function programFiles(file: string, args: readonly string[], cwd: string): ProgramFile[] {
  const path = realpathSync(file);
  const files: ProgramFile[] = [{ position: 0, path }];
  if (![file, path].some((name) => INTERPRETER.test(basename(name)))) return files;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (NO_SCRIPT.has(arg)) break;
    if (arg.startsWith('-') && !TAKES_VALUE.has(arg)) continue;
    const isOption = arg.startsWith('-');
    if (isOption) index += 1;
    const found = regularFile(resolve(cwd, args[index] ?? ''));
    if (found !== undefined) files.push({ position: index + 1, path: found });
    if (found !== undefined && !isOption) break;
  }
  return files;
}

function regularFile(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Can the person this process runs as put another file in the place of `path`: the file or a folder above it is theirs
 * or writable? The programs of the system are not: their package manager replaces them, with rights that a program of
 * this person lacks, and whoever has those rights needs no detour. For root, and on Windows, the answer is always yes.
 */
export function isReplaceable(path: string): boolean {
  for (let place = path; ; place = dirname(place)) {
    if (isOurs(place)) return true;
    if (dirname(place) === place) return false;
  }
}

function isOurs(place: string): boolean {
  try {
    if (statSync(place).uid === process.getuid?.()) return true;
    accessSync(place, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
