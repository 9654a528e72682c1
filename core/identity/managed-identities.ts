// Identities that an administrator sets for everyone on this computer: one file, only read, and only when nobody but root and
// its reader could have written it.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import type { Identity } from '../../shared/model/identity.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';
import { membersOf, nodeAt, parseJsonTree, plainValue, positionOf } from '../base/json-tree.ts';
import { type FileWatch, watchFile } from '../base/file-watch.ts';
import { readIdentity } from '../catalog/identity-form.ts';

export interface ManagedReading {
  readonly path: string;
  readonly identities: ReadonlyMap<string, Identity>;
  /** What is wrong with the file or with single identities; each with line and column when there is a place. */
  readonly problems: readonly PortolanError[];
}

export interface ManagedIdentitiesOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly logger: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  onChange(): void;
}

const FILE = 'identities.json';
const MAX_BYTES = 1024 * 1024;

/** Holds what the file says, and follows it. */
export class ManagedIdentities {
  readonly #options: ManagedIdentitiesOptions;
  readonly #watch: FileWatch;
  #reading: ManagedReading;

  private constructor(options: ManagedIdentitiesOptions, reading: ManagedReading) {
    this.#options = options;
    this.#reading = reading;
    this.#warn();
    this.#watch = watchFile(reading.path, () => void this.#reload());
  }

  /** Never throws for what is in the file: see `problems`. */
  static async open(options: ManagedIdentitiesOptions): Promise<ManagedIdentities> {
    return new ManagedIdentities(options, await readManagedIdentities(managedDirectory(options.env)));
  }

  get identities(): ReadonlyMap<string, Identity> {
    return this.#reading.identities;
  }

  get problems(): readonly PortolanError[] {
    return this.#reading.problems;
  }

  close(): void {
    this.#watch.close();
  }

  async #reload(): Promise<void> {
    this.#reading = await readManagedIdentities(managedDirectory(this.#options.env));
    this.#warn();
    this.#options.onChange();
  }

  #warn(): void {
    for (const { code, message, data } of this.#reading.problems) {
      this.#options.logger.warn('managed identities are left out', { code, reason: message, ...data });
    }
  }
}

/** Where an administrator puts what holds for every user; `PORTOLAN_MANAGED_DIR` names another place. */
export function managedDirectory(env: NodeJS.ProcessEnv): string {
  const chosen = env['PORTOLAN_MANAGED_DIR'];
  if (chosen) return chosen;
  switch (process.platform) {
    case 'win32':
      return join(env['ProgramData'] || 'C:\\ProgramData', 'Portolan');
    case 'darwin':
      return '/Library/Application Support/Portolan';
    default:
      return '/etc/portolan';
  }
}

/** A missing file holds none. Never throws. */
export async function readManagedIdentities(directory: string): Promise<ManagedReading> {
  const path = join(directory, FILE);
  try {
    const text = await readSafely(directory, path);
    return { path, ...contentOf(path, text) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { path, identities: new Map(), problems: [] };
    const problem =
      error instanceof PortolanError
        ? error
        : new PortolanError('FILE_NOT_READABLE', `${path} cannot be read: ${errnoSentence(error)}`, { data: { path } });
    return { path, identities: new Map(), problems: [problem] };
  }
}

async function readSafely(directory: string, path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    // The open file is looked at, so that it cannot be exchanged in between.
    const info = await file.stat();
    checkOwner(path, info);
    checkOwner(directory, await stat(directory));
    if (info.size > MAX_BYTES) throw unusable(path, 'it is larger than 1 MiB');
    return await decoded(file, path);
  } finally {
    await file.close();
  }
}

async function decoded(file: FileHandle, path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
  } catch {
    throw unusable(path, 'it is not UTF-8 text');
  }
}

/** On Windows the system alone lets nobody but administrators write there. */
function checkOwner(path: string, { uid, mode }: { readonly uid: number; readonly mode: number }): void {
  if (process.platform === 'win32') return;
  const isForeign = uid !== 0 && uid !== process.getuid?.();
  const what = isForeign
    ? 'belongs to another user'
    : (mode & 0o022) !== 0
      ? 'can be written by other users'
      : undefined;
  if (what === undefined) return;
  throw new PortolanError('FILE_NOT_READABLE', `${path} ${what}, so the identities in it are not used.`, {
    hint: 'Let it and its directory belong to root, with rights to write for the owner alone.',
    data: { path },
  });
}

function contentOf(path: string, text: string): Omit<ManagedReading, 'path'> {
  const parsed = parseJsonTree(text);
  if (parsed.kind === 'error') return broken(path, parsed.message, parsed);
  const root = parsed.tree.root;
  const node = nodeAt(root, ['identities']);
  if (root?.type !== 'object' || node?.type !== 'object') {
    const offset = (node ?? root)?.offset ?? 0;
    return broken(path, 'it must hold "identities", an object in braces', positionOf(text, offset));
  }
  const identities = new Map<string, Identity>();
  const problems: PortolanError[] = [];
  for (const [name, { value }] of membersOf(node)) {
    const read = readIdentity(name, plainValue(value));
    if ('value' in read) identities.set(name, read.value);
    else {
      const message = `identity ${JSON.stringify(name)} cannot be used: ${read.problem}`;
      problems.push(unusable(path, message, positionOf(text, value.offset)));
    }
  }
  return { identities, problems };
}

function broken(
  path: string,
  message: string,
  place: { readonly line: number; readonly column: number },
): Omit<ManagedReading, 'path'> {
  return { identities: new Map(), problems: [unusable(path, message, place)] };
}

function unusable(
  path: string,
  what: string,
  place?: { readonly line: number; readonly column: number },
): PortolanError {
  const at = place === undefined ? '' : `, line ${place.line}, column ${place.column}`;
  return new PortolanError('CATALOG_INVALID', `${path}${at}: ${what}`, {
    hint: 'The administrator of this computer has to correct the file; until then it is left out.',
    data: { path, ...(place !== undefined && { line: place.line, column: place.column }) },
  });
}
