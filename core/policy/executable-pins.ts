// An approval is bound to what a command runs, not to its name: the files of a server's first start are pinned by their
// content, and a later start whose files differ is refused until the person approves them. It starts nothing.
//
// The first start counts as approved because a person added the entry; another command in the entry is the person's word
// as well and pins anew. Between the look at a file and its start by the kernel lies a moment that no program can close.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { PortolanError } from '../../shared/errors.ts';
import type { ProgramFileState } from '../../shared/model/approval.ts';
import type { StdioEndpoint } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';
import type { StateDb } from '../base/state-db.ts';
import { isReplaceable, type ProgramFile } from './program-files.ts';

export interface PinsOptions {
  readonly stateDb: Pick<StateDb, 'db'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Another rule for tests: which files are pinned. */
  readonly isReplaceable?: (path: string) => boolean;
}

/** What is started: the entry as the catalog has it, references not resolved, and the files it comes down to. */
export interface ProgramStart {
  readonly server: string;
  readonly endpoint: StdioEndpoint;
  readonly files: readonly ProgramFile[];
}

/** How a file is recognised without reading it. The time of change cannot be set back as the others can. */
interface Stamp {
  readonly size: string;
  readonly mtime: string;
  readonly ctime: string;
  readonly inode: string;
}

interface Pin extends Stamp {
  readonly position: number;
  readonly path: string;
  /** Null for a file that only the system's package manager replaces. */
  readonly sha256: string | null;
}

interface Comparison {
  readonly state: ProgramFileState;
  /** As it would be pinned now; undefined when there is nothing to pin. */
  readonly now: Pin | undefined;
  /** The pin in force is exactly that. */
  readonly isKept: boolean;
}

export class ExecutablePins {
  readonly #db: StateDb['db'];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #isReplaceable: (path: string) => boolean;

  constructor(options: PinsOptions) {
    this.#db = options.stateDb.db;
    this.#clock = options.clock;
    this.#isReplaceable = options.isReplaceable ?? isReplaceable;
  }

  /**
   * Lets a start pass whose files are as pinned, and pins those of a first start. A file is read only when its size,
   * times or inode differ.
   * @throws PortolanError APPROVAL_NEEDED when a file is another one; DATA_DIR_UNUSABLE when a pin cannot be kept
   */
  async check(start: ProgramStart): Promise<void> {
    const compared = await this.#compare(start);
    const changed = compared.find(({ state }) => state.state === 'changed');
    if (changed !== undefined) throw approvalNeeded(start.server, changed.state);
    if (!compared.every(({ isKept }) => isKept)) this.#keep(start, compared);
  }

  /** What is pinned and what is there now, file by file; changes nothing. */
  async look(start: ProgramStart): Promise<ProgramFileState[]> {
    return (await this.#compare(start)).map(({ state }) => state);
  }

  /**
   * Pins the files as they are now.
   * @param digest `digestOf` what the person was shown
   * @throws PortolanError FILE_CHANGED when they are not what the person was shown; DATA_DIR_UNUSABLE
   */
  async approve(start: ProgramStart, digest: string): Promise<ProgramFileState[]> {
    const compared = await this.#compare(start);
    const states = compared.map(({ state }) => state);
    if (digestOf(states) !== digest) {
      throw new PortolanError('FILE_CHANGED', 'The files changed again after they were shown; nothing was approved.', {
        hint: 'Look at them once more before you approve them.',
      });
    }
    this.#keep(start, compared);
    return states;
  }

  /** The server left the catalog: when it comes back, a person has added it anew. */
  forget(server: string): void {
    this.#db.prepare('DELETE FROM executable_pins WHERE server = ?').run(server);
  }

  async #compare(start: ProgramStart): Promise<Comparison[]> {
    const pins = this.#pinsOf(start);
    const compared: Comparison[] = [];
    for (const file of start.files) compared.push(await this.#compareFile(file, pins.get(file.position)));
    for (const pin of pins.values()) {
      // What is not there at all fails by itself; what is there and no file, such as a folder, would be run unseen.
      if (start.files.some(({ position }) => position === pin.position) || !existsSync(pin.path)) continue;
      const state = {
        path: pin.path,
        state: 'changed',
        pinnedPath: pin.path,
        ...hashOf('pinned', pin.sha256),
      } as const;
      compared.push({ state, now: undefined, isKept: false });
    }
    return compared;
  }

  async #compareFile({ position, path }: ProgramFile, pin: Pin | undefined): Promise<Comparison> {
    const stamp = stampOf(path);
    const isReplaceable = this.#isReplaceable(path);
    const isUntouched = pin !== undefined && pin.path === path && sameStamp(pin, stamp);
    if (isUntouched && (pin.sha256 !== null || !isReplaceable)) {
      const state = { path, state: 'same', pinnedPath: path, ...hashOf('pinned', pin.sha256) } as const;
      return { state: { ...state, ...hashOf('now', pin.sha256) }, now: pin, isKept: true };
    }
    const isRead = isReplaceable || (pin !== undefined && pin.sha256 !== null);
    const sha256 = isRead ? (this.#knownContent(path, stamp) ?? (await contentOf(path, stamp))) : null;
    const now = { position, path, sha256, ...stamp };
    if (pin === undefined) return { state: { path, state: 'new', ...hashOf('now', sha256) }, now, isKept: false };
    // From one program of the system to another, as an update leaves it: a new name is nothing to ask about.
    const isSame = sha256 === pin.sha256 && (sha256 === null || path === pin.path);
    const state = {
      path,
      state: isSame ? 'same' : 'changed',
      pinnedPath: pin.path,
      ...hashOf('pinned', pin.sha256),
      ...hashOf('now', sha256),
    } as const;
    return { state, now, isKept: false };
  }

  /** Many servers share one interpreter: another's pin tells the content without reading it again. */
  #knownContent(path: string, { size, mtime, ctime, inode }: Stamp): string | undefined {
    const row = this.#db
      .prepare(
        `SELECT sha256 FROM executable_pins
         WHERE path = ? AND size = ? AND mtime = ? AND ctime = ? AND inode = ? AND sha256 IS NOT NULL LIMIT 1`,
      )
      .get(path, size, mtime, ctime, inode);
    return row === undefined ? undefined : String(row['sha256']);
  }

  #pinsOf({ server, endpoint }: ProgramStart): Map<number, Pin> {
    const rows = this.#db
      .prepare('SELECT * FROM executable_pins WHERE server = ? AND command = ?')
      .all(server, commandDigest(endpoint));
    return new Map(rows.map((row) => [Number(row['position']), toPin(row)]));
  }

  #keep({ server, endpoint }: ProgramStart, compared: readonly Comparison[]): void {
    const at = new Date(this.#clock.now()).toISOString();
    const command = commandDigest(endpoint);
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      this.forget(server);
      const insert = this.#db.prepare(
        `INSERT INTO executable_pins (server, position, command, path, sha256, size, mtime, ctime, inode, pinned_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const { now } of compared) {
        if (now === undefined) continue;
        const { position, path, sha256, size, mtime, ctime, inode } = now;
        insert.run(server, position, command, path, sha256, size, mtime, ctime, inode, at);
      }
      this.#db.exec('COMMIT');
    } catch (cause) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw new PortolanError('DATA_DIR_UNUSABLE', `What ${server} runs could not be noted in the data folder.`, {
        hint: 'Make room on the disk, then start it again.',
        cause,
      });
    }
  }
}

/** Names exactly these files with exactly this content: an approval carries it back. */
export function digestOf(files: readonly ProgramFileState[]): string {
  const facts = files.map(({ path, now, pinned, pinnedPath }) => [path, now, pinned, pinnedPath]);
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

function commandDigest({ command, args, cwd }: StdioEndpoint): string {
  return createHash('sha256')
    .update(JSON.stringify([command, args, cwd ?? null]))
    .digest('hex');
}

function hashOf<Name extends 'pinned' | 'now'>(name: Name, sha256: string | null): Partial<Record<Name, string>> {
  return sha256 === null ? {} : ({ [name]: sha256 } as Record<Name, string>);
}

function stampOf(path: string): Stamp {
  const { size, mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true });
  return { size: String(size), mtime: String(mtimeNs), ctime: String(ctimeNs), inode: String(ino) };
}

function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.size === b.size && a.mtime === b.mtime && a.ctime === b.ctime && a.inode === b.inode;
}

/** SHA-256 of the content, in hex. A program that may be run but not read is told by its stamp: any change counts. */
async function contentOf(path: string, stamp: Stamp): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) hash.update(chunk as Buffer);
  } catch (cause) {
    if (errnoOf(cause) === 'EACCES') return `unreadable:${Object.values(stamp).join(':')}`;
    throw new PortolanError('SPAWN_NOT_FOUND', `${path} cannot be read: ${errnoSentence(cause)}.`, { cause });
  }
  return hash.digest('hex');
}

function toPin(row: Readonly<Record<string, unknown>>): Pin {
  const text = (name: string) => String(row[name]);
  return {
    position: Number(row['position']),
    path: text('path'),
    sha256: row['sha256'] === null ? null : text('sha256'),
    size: text('size'),
    mtime: text('mtime'),
    ctime: text('ctime'),
    inode: text('inode'),
  };
}

function approvalNeeded(server: string, { path, pinnedPath = path, pinned, now }: ProgramFileState): PortolanError {
  const message =
    path === pinnedPath
      ? `${path} is not the file that was approved for ${server}: its content has changed.`
      : `${server} would now run ${path}; approved was ${pinnedPath}.`;
  return new PortolanError('APPROVAL_NEEDED', message, {
    hint: `If you know why, for example an update, approve it: portolan approve ${server}`,
    data: { path, pinnedPath, pinned: pinned ?? null, now: now ?? null },
  });
}
