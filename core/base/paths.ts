// Where everything of one data directory lives, and making that directory safe to use.
// Pure rules and directory modes only: nothing here reads or writes a file's content.
import { accessSync, chmodSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import { errnoOf, errnoSentence } from './errno.ts';

/** Absolute paths of one data directory; on Windows `socket` is the name of a pipe. */
export interface Paths {
  readonly home: string;
  readonly catalog: string;
  readonly settings: string;
  readonly stateDb: string;
  /** The encrypted file, where a person chose it for secrets. */
  readonly vaultFile: string;
  readonly auditDir: string;
  readonly cacheDir: string;
  readonly runDir: string;
  readonly logDir: string;
  readonly socket: string;
  readonly descriptor: string;
  readonly lock: string;
  readonly backupsDir: string;
}

/** A socket's path must fit into `sun_path`: 104 bytes on macOS, 108 on Linux, the ending NUL included. */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * The places of the data directory that `env` chooses: PORTOLAN_HOME when set (a relative one is taken from the
 * working directory), else the platform's place for a person's data. Creates nothing.
 * Throws DATA_DIR_UNUSABLE when the person's home directory cannot be told.
 */
export function resolvePaths(env: NodeJS.ProcessEnv): Paths {
  const chosen = env['PORTOLAN_HOME'];
  const home = chosen ? resolve(chosen) : platformDataDir(env);
  const runDir = join(home, 'run');
  return {
    home,
    catalog: join(home, 'catalog.json'),
    settings: join(home, 'settings.json'),
    stateDb: join(home, 'state.db'),
    vaultFile: join(home, 'vault.enc'),
    auditDir: join(home, 'audit'),
    cacheDir: join(home, 'cache'),
    runDir,
    logDir: join(home, 'logs'),
    socket: socketPath(home, runDir),
    descriptor: join(runDir, 'host.json'),
    lock: join(runDir, 'host.lock'),
    backupsDir: join(home, 'backups'),
  };
}

/**
 * Creates the directories with mode 0700 and takes other people's rights away from directories and files that are
 * looser. Returns the paths that had to be repaired.
 * Throws DATA_DIR_UNSAFE for a symbolic link or another owner, DATA_DIR_UNUSABLE when the system refuses.
 */
export function prepareDataDir(paths: Paths): { repaired: string[] } {
  const repaired: string[] = [];
  const directories = [paths.home, paths.auditDir, paths.cacheDir, paths.runDir, paths.logDir, paths.backupsDir];
  if (process.platform !== 'win32' && dirname(paths.socket) !== paths.runDir) directories.push(dirname(paths.socket));
  for (const path of directories) {
    if (prepareDirectory(path)) repaired.push(path);
  }
  const { catalog, settings, vaultFile, stateDb } = paths;
  for (const path of [catalog, settings, vaultFile, stateDb, `${stateDb}-wal`, `${stateDb}-shm`]) {
    if (repairFile(path)) repaired.push(path);
  }
  return { repaired };
}

/** The same place as env-paths' `data` for "Portolan" without suffix, but from `env` and without loading a package. */
function platformDataDir(env: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case 'win32':
      return join(env['LOCALAPPDATA'] || join(userHome(env), 'AppData', 'Local'), 'Portolan', 'Data');
    case 'darwin':
      return join(userHome(env), 'Library', 'Application Support', 'Portolan');
    default: {
      // XDG Base Directory Specification: a relative path is invalid and must be ignored.
      const dataHome = env['XDG_DATA_HOME'];
      const base = dataHome && isAbsolute(dataHome) ? dataHome : join(userHome(env), '.local', 'share');
      return join(base, 'Portolan');
    }
  }
}

function userHome(env: NodeJS.ProcessEnv): string {
  const fromEnv = process.platform === 'win32' ? env['USERPROFILE'] : env['HOME'];
  const home = fromEnv || systemHome();
  if (home !== undefined && isAbsolute(home)) return home;
  throw new PortolanError('DATA_DIR_UNUSABLE', 'the home directory of this user is not known', {
    hint: 'Set PORTOLAN_HOME to the absolute path of a directory for Portolan’s data.',
  });
}

function systemHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

function socketPath(home: string, runDir: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\portolan-${shortHash(home)}`;
  const plain = join(runDir, 'host.sock');
  if (Buffer.byteLength(plain) <= MAX_SOCKET_PATH_BYTES) return plain;
  return join(tmpdir(), `portolan-${process.getuid?.() ?? 0}`, `${shortHash(home)}.sock`);
}

function shortHash(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** True when it was not there. Step by step: Node's recursive way never ends below /proc, where nothing can be made. */
function makeDirectory(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** True when the directory was there with looser rights. */
function prepareDirectory(path: string): boolean {
  try {
    const created = makeDirectory(path);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) throw unsafe(path, 'is not a plain directory');
    if (!stat.isDirectory()) {
      throw new PortolanError('DATA_DIR_UNUSABLE', `${path} is a file, so nothing can be kept in it`, {
        hint: 'Set PORTOLAN_HOME to a directory, or move the file away.',
        data: { path },
      });
    }
    const loose = process.platform !== 'win32' && (stat.mode & 0o777) !== 0o700;
    if (process.platform !== 'win32') {
      if (stat.uid !== process.getuid?.()) throw unsafe(path, 'belongs to another user');
      if (loose) chmodSync(path, 0o700);
    }
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return loose && !created;
  } catch (error) {
    if (error instanceof PortolanError) throw error;
    if (isSymbolicLink(path)) throw unsafe(path, 'is not a plain directory');
    throw unusable(path, error);
  }
}

/** True when the file was readable or writable for others. Links are left alone: their target is someone's choice. */
function repairFile(path: string): boolean {
  if (process.platform === 'win32') return false;
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile() || (stat.mode & 0o777) === 0o600) return false;
    if (stat.uid !== process.getuid?.()) throw unsafe(path, 'belongs to another user');
    chmodSync(path, 0o600);
    return true;
  } catch (error) {
    if (error instanceof PortolanError) throw error;
    throw unusable(path, error);
  }
}

function isSymbolicLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function unsafe(path: string, what: string): PortolanError {
  return new PortolanError('DATA_DIR_UNSAFE', `${path} ${what}`, {
    hint: 'Portolan keeps its data only in places that are yours alone. Move it away, or set PORTOLAN_HOME to another directory.',
    data: { path },
  });
}

function unusable(path: string, error: unknown): PortolanError {
  return new PortolanError('DATA_DIR_UNUSABLE', `${path} cannot be used: ${errnoSentence(error)}`, {
    hint: 'Make the directory writable for you, or set PORTOLAN_HOME to another one.',
    data: { path, errno: errnoOf(error) ?? null },
    cause: error,
  });
}
