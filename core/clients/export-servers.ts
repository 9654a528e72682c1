// Writes entries into other programs' files on a person's word: plan, apply, undo. Every file is backed up first, only
// changed while it is what the person saw, and never written when it does not parse.
import { isAbsolute } from 'node:path';
import { stat } from 'node:fs/promises';
import { PortolanError } from '../../shared/errors.ts';
import type { ExportDone, ExportPlan } from '../../shared/model/import-result.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { addBackup, type BackupRecord, dropBackup, listBackups, readCopy } from './backups.ts';
import {
  type ClientEnv,
  type ClientFile,
  type ClientFormat,
  type EntryRequest,
  type ExportMode,
  SHARED_SCOPES,
} from './client-format.ts';
import { clientFormat } from './client-formats.ts';
import { matchesOf } from './expand-files.ts';
import { buildExportPlan, type FileForm } from './export-plan.ts';
import { withLockDirectory } from './lock-directory.ts';
import { buildPastePlan } from './paste-plan.ts';
import { PlanStore } from './plan-store.ts';
import { bytesHash, readTarget, replaceTarget, type TargetFile } from './target-file.ts';

export interface ExportOptions {
  readonly env: ClientEnv;
  readonly now: () => number;
  readonly backupsDir: string;
  readonly launcher: () => EntryRequest['launcher'];
  readonly list: () => readonly ServerEntry[];
  readonly profile: (name: string) => Profile | undefined;
  readonly isRunning: (format: ClientFormat) => Promise<boolean>;
}

export interface ExportInput {
  readonly client: string;
  /** A scope of the client's files that Portolan writes. */
  readonly scope: string;
  readonly projectDir?: string | undefined;
  readonly path?: string | undefined;
  readonly mode: ExportMode;
  readonly servers?: readonly string[] | undefined;
  /** One entry for this profile instead. */
  readonly profile?: string | undefined;
}

interface StoredExport {
  readonly format: ClientFormat;
  readonly file: TargetFile;
  readonly data: Buffer | undefined;
  readonly newMode: number;
}

type Blocker = ExportPlan['blockers'][number];

export class ServerExport {
  readonly #options: ExportOptions;
  readonly #plans: PlanStore<StoredExport>;

  constructor(options: ExportOptions) {
    this.#options = options;
    this.#plans = new PlanStore(options.now);
  }

  /**
   * Plans writing catalog entries (all enabled ones by default) into one file of a client.
   * Throws CLIENT_UNKNOWN, SERVER_NOT_FOUND, PROFILE_NOT_FOUND, INPUT_INVALID, EXPORT_REFUSED, PARSE_ERROR, FILE_NOT_READABLE and
   * FILE_NOT_WRITABLE.
   */
  async plan(input: ExportInput): Promise<ExportPlan> {
    const format = clientFormat(input.client);
    const { mode, profile } = input;
    const chosen = profile === undefined ? this.#chosen(input) : [this.#entryOf(profile, mode)];
    if (format.paste !== undefined && input.path === undefined) return this.#planPaste(format, chosen, input);
    const { path, ...form } = await this.#placeFor(format, input);
    const file = await readTarget(path);
    const planned = buildExportPlan(format, form, file, chosen, mode, this.#options.launcher(), profile);
    // A project's file is shared with others; a user's file is his own.
    const newMode = SHARED_SCOPES.has(input.scope) ? 0o644 & ~process.umask() : 0o600;
    const planId = this.#plans.put({ format, file, data: planned.data, newMode });
    return {
      planId,
      diff: planned.diff,
      servers: [...planned.servers],
      blockers: await this.#blockers(format),
      reload: format.reload,
    };
  }

  /**
   * Writes what was planned, after a backup. Throws NOT_FOUND (plan ended), CLIENT_RUNNING unless `force`,
   * FILE_CHANGED when the file is not what the preview was made from, FILE_NOT_WRITABLE.
   */
  async apply(input: { planId: string; force?: boolean | undefined }): Promise<ExportDone> {
    const { format, file, data, newMode } = this.#plans.get(input.planId);
    if (data === undefined) return { path: file.path, changed: false, reload: format.reload };
    const blocker = input.force === true ? undefined : (await this.#blockers(format))[0];
    if (blocker !== undefined) throw blockerError(blocker);
    const undoId = await locked(format, file.target, async () => {
      const current = await readTarget(file.path);
      if (current.target !== file.target || bytesHash(current.bytes) !== bytesHash(file.bytes))
        throw changedSince(file.path);
      // The mode is that of now: it may have been tightened since the preview.
      return this.#write(format, current, data, newMode);
    });
    this.#plans.delete(input.planId);
    return { path: file.path, changed: true, undoId, reload: format.reload };
  }

  /**
   * Puts back the bytes from before the last export to a client, or to one file of it; a file that the export made is
   * removed. Throws NOTHING_TO_UNDO, FILE_CHANGED when the file is not what the export left, CLIENT_RUNNING.
   */
  async undo(input: { client: string; path?: string | undefined }): Promise<ExportDone> {
    const format = clientFormat(input.client);
    const blocker = (await this.#blockers(format))[0];
    if (blocker !== undefined) throw blockerError(blocker);
    const { backupsDir } = this.#options;
    for (;;) {
      const records = (await listBackups(backupsDir)).filter((record) => record.client === format.id);
      const record = records.findLast(
        ({ path, target }) => input.path === undefined || [path, target].includes(input.path),
      );
      if (record === undefined) throw nothingToUndo(format);
      const done = await locked(format, record.target, () => this.#restore(record));
      await dropBackup(backupsDir, record);
      if (done) return { path: record.path, changed: true, reload: format.reload };
    }
  }

  /** Nothing will be written: applying this plan changes nothing. */
  #planPaste(format: ClientFormat, chosen: readonly ServerEntry[], { mode, profile }: ExportInput): ExportPlan {
    const { launcher } = this.#options;
    const file: TargetFile = { path: format.displayName, target: '', bytes: undefined, mode: undefined };
    const planId = this.#plans.put({ format, file, data: undefined, newMode: 0o600 });
    const plan = buildPastePlan(format, file, chosen, { mode, launcher: launcher(), ...(profile && { profile }) });
    return { planId, ...plan, blockers: [], reload: format.reload };
  }

  async #write(format: ClientFormat, file: TargetFile, data: Buffer, newMode: number): Promise<string> {
    const { backupsDir, now } = this.#options;
    const record = await addBackup(
      backupsDir,
      {
        client: format.id,
        path: file.path,
        target: file.target,
        at: new Date(now()).toISOString(),
        before: bytesHash(file.bytes),
        after: bytesHash(data),
        ...(file.mode === undefined ? {} : { mode: file.mode }),
      },
      file.bytes,
    );
    try {
      await replaceTarget(file, data, newMode);
    } catch (error) {
      await dropBackup(backupsDir, record).catch(() => undefined);
      throw error;
    }
    if (bytesHash((await readTarget(file.path)).bytes) !== record.after) throw changedSince(file.path);
    return record.id;
  }

  /** False when the file already is as it was: the export never took effect. */
  async #restore(record: BackupRecord): Promise<boolean> {
    const file = await readTarget(record.target);
    const now = bytesHash(file.bytes);
    if (now === record.before) return false;
    if (now !== record.after) throw changedSince(record.path);
    const before = await readCopy(this.#options.backupsDir, record);
    await replaceTarget(file, before, record.mode ?? 0o600);
    return true;
  }

  #chosen(input: ExportInput): ServerEntry[] {
    const all = this.#options.list();
    if (input.servers === undefined) return all.filter((entry) => entry.options.enabled);
    return [...new Set(input.servers)].map((name) => {
      const found = all.find((entry) => entry.name === name);
      if (found !== undefined) return found;
      throw new PortolanError('SERVER_NOT_FOUND', `No server is called ${name}.`, {
        hint: 'Choose one of the catalog.',
      });
    });
  }

  /** A profile in the place of a server; nothing but its name is written. */
  #entryOf(name: string, mode: ExportMode): ServerEntry {
    const profile = this.#options.profile(name);
    if (profile === undefined) {
      throw new PortolanError('PROFILE_NOT_FOUND', `No profile is called ${name}.`, {
        hint: 'See the names with: portolan profile list',
      });
    }
    if (mode === 'direct') {
      throw new PortolanError('INPUT_INVALID', 'A profile can only be reached through Portolan.', {
        hint: 'Leave out the mode, or export servers.',
      });
    }
    const endpoint = { type: 'stdio', command: 'portolan', args: [], env: {} } as const;
    const options = { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} } as const;
    return { name, endpoint: { ...endpoint, args: [] }, options };
  }

  async #placeFor(format: ClientFormat, input: ExportInput): Promise<FileForm & { path: string }> {
    for (const path of [input.path, input.projectDir]) {
      if (path !== undefined && !isAbsolute(path)) throw invalid(`${path} is not an absolute path.`);
    }
    if (input.path === undefined && input.scope === 'project' && input.projectDir === undefined)
      throw invalid('A project export needs its folder.');
    const { env } = this.#options;
    const declared = format
      .files(input.projectDir === undefined ? env : { ...env, projectDir: input.projectDir })
      .filter((file) => file.readOnly !== true);
    const files = (await Promise.all(declared.map(matchesOf))).flat();
    const formOf = (file: ClientFile | undefined): FileForm => ({
      format: file?.format ?? files[0]?.format ?? 'json',
      place: file?.place ?? format.place,
      scope: file?.scope ?? input.scope,
    });
    if (input.path !== undefined) {
      return { path: input.path, ...formOf(files.find((file) => file.path === input.path)) };
    }
    const ofScope = files.filter((file) => file.scope === input.scope);
    const present = await Promise.all(ofScope.map(async (file) => ({ file, there: await exists(file.path) })));
    const file = present.findLast(({ there }) => there)?.file ?? ofScope[0];
    if (file !== undefined) return { path: file.path, ...formOf(file) };
    throw new PortolanError('EXPORT_REFUSED', `${format.displayName} has no ${input.scope} file of its own.`, {
      hint: 'Name the file to write.',
    });
  }

  async #blockers(format: ClientFormat): Promise<Blocker[]> {
    if (!format.rewritesFile || !(await this.#options.isRunning(format))) return [];
    return [
      {
        code: 'CLIENT_RUNNING',
        message: `${format.displayName} writes this file again when it quits, and would undo the change.`,
        hint: `Quit ${format.displayName} fully, then try again.`,
      },
    ];
  }
}

async function locked<Result>(format: ClientFormat, target: string, action: () => Promise<Result>): Promise<Result> {
  return format.locksFile ? withLockDirectory(target, action) : action();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function blockerError(blocker: Blocker): PortolanError {
  return new PortolanError('CLIENT_RUNNING', blocker.message, blocker.hint === undefined ? {} : { hint: blocker.hint });
}

function changedSince(path: string): PortolanError {
  return new PortolanError('FILE_CHANGED', `${path} was changed by another program.`, {
    hint: 'Show the new preview.',
    data: { path },
  });
}

function nothingToUndo(format: ClientFormat): PortolanError {
  return new PortolanError('NOTHING_TO_UNDO', `There is no export to ${format.displayName} to undo.`);
}

function invalid(message: string): PortolanError {
  return new PortolanError('INPUT_INVALID', message, { hint: 'Give an absolute path.' });
}
