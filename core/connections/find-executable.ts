// Finds the program that a command names, as execvp(3) would, so that a failure can say where was looked and why.
// It runs nothing, and there is never a shell: characters such as `;` or `$` mean nothing here.
import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';

/** Where the C library looks when there is no PATH. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The absolute path of the program.
 * @param where.cwd the child's working directory, absolute: relative commands with a slash start there
 * @param where.path the child's PATH
 * @throws PortolanError SPAWN_NOT_FOUND, SPAWN_NOT_EXECUTABLE, or SPAWN_WRONG_FORMAT for a batch file on Windows
 */
export function findExecutable(
  command: string,
  where: {
    readonly cwd: string;
    readonly path: string | undefined;
    readonly pathExt?: string;
    readonly platform?: NodeJS.Platform;
  },
): string {
  const { cwd, path = DEFAULT_PATH, pathExt = '.COM;.EXE;.BAT;.CMD', platform = process.platform } = where;
  const rules = platform === 'win32' ? win32 : posix;
  const named = command.includes('/') || (platform === 'win32' && command.includes('\\'));
  const folders = named ? [cwd] : path.split(rules.delimiter).map((folder) => (folder === '' ? cwd : folder));
  const suffixes = platform === 'win32' ? ['', ...pathExt.split(';').filter((ext) => ext !== '')] : [''];
  let refused: string | undefined;
  for (const folder of folders) {
    for (const suffix of suffixes) {
      if (platform === 'win32' && suffix === '' && rules.extname(command) === '') continue;
      const file = rules.resolve(cwd, folder, `${command}${suffix}`);
      const kind = kindOf(file);
      if (kind === 'program') return platform === 'win32' ? refuseBatch(file) : file;
      if (kind === 'refused') refused ??= file;
    }
  }
  if (refused !== undefined) {
    throw new PortolanError('SPAWN_NOT_EXECUTABLE', `The system does not allow running ${refused}.`, {
      hint: `Make it executable (chmod +x), and check that it is a program you may run.`,
      data: { path: refused },
    });
  }
  throw notFound(command, named ? rules.resolve(cwd, command) : undefined, folders);
}

function kindOf(file: string): 'program' | 'refused' | 'none' {
  try {
    if (!statSync(file).isFile()) return 'none';
  } catch {
    return 'none';
  }
  try {
    accessSync(file, constants.X_OK);
    return 'program';
  } catch {
    return 'refused';
  }
}

function notFound(command: string, file: string | undefined, folders: readonly string[]): PortolanError {
  if (file !== undefined) {
    return new PortolanError('SPAWN_NOT_FOUND', `There is no program at ${file}.`, {
      hint: 'Install it, or correct the command of this server.',
      data: { command, searched: file },
    });
  }
  return new PortolanError('SPAWN_NOT_FOUND', `The command "${command}" was not found in any folder of PATH.`, {
    hint: `Install it, or give its full path as the command. Looked in: ${folders.join(', ')}.`,
    data: { command, searched: folders.join(', ') },
  });
}

/**
 * Gives the file back unless it is a batch file: those only run through cmd.exe, whose quoting cannot be made safe
 * (CVE-2024-24576, CVE-2024-27980).
 * @throws PortolanError SPAWN_WRONG_FORMAT
 */
export function refuseBatch(file: string): string {
  if (!/\.(?:bat|cmd)$/i.test(file)) return file;
  const tool = /\\(npx|npm)\.cmd$/i.exec(file)?.[1]?.toLowerCase();
  const script =
    tool === undefined ? undefined : win32.join(win32.dirname(file), 'node_modules', 'npm', 'bin', `${tool}-cli.js`);
  throw new PortolanError('SPAWN_WRONG_FORMAT', `${file} is a batch file; batch files would need a shell.`, {
    hint:
      script === undefined
        ? 'Give the program that the batch file starts, with its arguments.'
        : `Use the command "node" with "${script}" as the first argument.`,
    data: { path: file },
  });
}
