// Writes entries into other programs' files on a person's word: one plan over any number of files, one preview, all of it
// applied or nothing. An export to one client is a set of one file.
import { randomBytes } from 'node:crypto';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { ChangeInput, FilePlan, SetDone, SetPlan } from '../../shared/model/client-sync.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { type ClientEnv, type ClientFormat, type EntryRequest, SHARED_SCOPES } from './client-format.ts';
import { clientFormat } from './client-formats.ts';
import type { ClientTokens } from './client-tokens.ts';
import { buildExportPlan, type GatewayAccess, type PlanContext, type PlannedExport, tokensIn } from './export-plan.ts';
import { type ExportPlace, exportPlace } from './export-place.ts';
import { entriesIn, readText } from './file-entries.ts';
import { entryTarget, profileOf } from './own-entry.ts';
import { PlanStore } from './plan-store.ts';
import type { SetChange, SetWriter } from './set-writer.ts';
import { checkUnchanged } from './swap-files.ts';
import { readTarget, type TargetFile } from './target-file.ts';
import { wantedEntries } from './wanted-entries.ts';

export interface ChangeSetOptions {
  readonly env: ClientEnv;
  readonly now: () => number;
  readonly launcher: () => EntryRequest['launcher'];
  readonly list: () => readonly ServerEntry[];
  readonly profile: (name: string) => Profile | undefined;
  readonly isRunning: (format: ClientFormat) => Promise<boolean>;
  readonly tokens: ClientTokens;
  readonly writer: SetWriter;
}

/** One file of a set with all that is asked of it. */
interface FileTask {
  readonly format: ClientFormat;
  readonly scope: ChangeInput['scope'];
  readonly place: ExportPlace;
  readonly inputs: readonly ChangeInput[];
}

interface PlannedFile extends FileTask {
  readonly file: TargetFile;
  readonly planned: PlannedExport;
  /** Stands where the token of mode `http` will be, which is made when the set is written. It opens nothing. */
  readonly placeholder: string;
}

type Blocker = FilePlan['blockers'][number];

export class ChangeSets {
  readonly #options: ChangeSetOptions;
  readonly #plans: PlanStore<readonly (FileTask | PlannedFile)[]>;

  constructor(options: ChangeSetOptions) {
    this.#options = options;
    this.#plans = new PlanStore(options.now);
  }

  /**
   * Plans all changes, those of one file together. What stops a single file is a blocker of it.
   * Throws CLIENT_UNKNOWN, SERVER_NOT_FOUND, PROFILE_NOT_FOUND, INPUT_INVALID, and EXPORT_REFUSED for mode `http` while the
   * gateway is off. `strict`: what stops a file is thrown as well.
   */
  async plan(changes: readonly ChangeInput[], { strict = false } = {}): Promise<SetPlan> {
    const files: FilePlan[] = [];
    const kept: (FileTask | PlannedFile)[] = [];
    for (const task of await this.#tasks(changes)) {
      try {
        const planned = await this.#planFile(task);
        kept.push(planned);
        files.push(await this.#shown(planned));
      } catch (error) {
        if (strict) throw error;
        kept.push(task);
        files.push(refusedFile(task, toPortolanError(error)));
      }
    }
    return { planId: this.#plans.put(kept), files, changed: files.filter(({ diff }) => diff.changed).length };
  }

  /**
   * Writes what was planned in all files or in none, after a copy of each. Throws NOT_FOUND (plan ended), CLIENT_RUNNING
   * unless `force`, the error of a file that cannot be written, FILE_CHANGED, FILE_NOT_WRITABLE.
   */
  async apply(input: { planId: string; force?: boolean | undefined; by: string }): Promise<SetDone> {
    const { writer } = this.#options;
    const files = this.#plans.get(input.planId);
    const changed: PlannedFile[] = [];
    for (const file of files) {
      // What could not be planned is tried again: the file may be right now, yet nobody has seen that.
      if (!('planned' in file)) throw await this.#planFile(file).then(ended, toPortolanError);
      if (file.planned.data !== undefined) changed.push(file);
    }
    for (const { format } of input.force === true ? [] : changed) {
      const [blocker] = await this.#blockers(format);
      if (blocker !== undefined) throw blockerError(blocker);
    }
    const tokens: string[] = [];
    try {
      const changes: SetChange[] = [];
      const after: string[] = [];
      for (const file of changed) {
        const planned = await this.#withToken(file, tokens);
        changes.push(changeOf(planned));
        after.push(planned.planned.after);
      }
      const ended = await this.#endedBy(changed, after);
      const record = changes.length === 0 ? undefined : await writer.write(changes, { by: input.by, tokens, ended });
      this.#plans.delete(input.planId);
      const written = new Set(changed.map(({ place }) => place.path));
      return {
        ...(record !== undefined && { id: record.id }),
        files: files.map(({ format, place }) => ({
          client: format.id,
          path: place.path,
          changed: written.has(place.path),
          reload: format.reload,
        })),
      };
    } catch (error) {
      for (const id of tokens) await this.#options.tokens.end(id);
      throw error;
    }
  }

  /** Why a client's file cannot be written now, unless a person insists. */
  async #blockers(format: ClientFormat): Promise<Blocker[]> {
    if (!format.rewritesFile || !(await this.#options.isRunning(format))) return [];
    return [runningBlocker(format)];
  }

  /** The files of a set, each once, in the order in which they were named. */
  async #tasks(changes: readonly ChangeInput[]): Promise<FileTask[]> {
    const tasks = new Map<string, FileTask>();
    for (const input of changes) {
      const format = clientFormat(input.client);
      const place = await exportPlace(format, input, this.#options.env);
      if (input.mode === 'http') this.#gatewayUrl();
      wantedEntries(input, this.#options);
      const before = tasks.get(place.path);
      if (before !== undefined && before.format !== format) {
        throw new PortolanError('INPUT_INVALID', `${place.path} is named as a file of two clients.`);
      }
      tasks.set(place.path, { format, scope: input.scope, place, inputs: [...(before?.inputs ?? []), input] });
    }
    return [...tasks.values()];
  }

  async #planFile(task: FileTask): Promise<PlannedFile> {
    const file = await readTarget(task.place.path);
    const placeholder = randomBytes(32).toString('base64url');
    return { ...task, file, placeholder, planned: this.#build(task, file, placeholder) };
  }

  #build({ format, scope, place, inputs }: FileTask, file: TargetFile, token: string): PlannedExport {
    const wanted = new Map(
      inputs.flatMap((input) => wantedEntries(input, this.#options)).map((entry) => [entry.target, entry]),
    );
    const targets = new Set(inputs.flatMap(({ remove }) => remove ?? []));
    const names = new Set(inputs.flatMap(({ removeNames }) => removeNames ?? []));
    const present = targets.size + names.size === 0 ? new Map() : entriesIn(place, file, readText(file).text);
    const removed = [...present].flatMap(([clientName, entry]) => {
      const target = entryTarget(entry);
      // Only what leads to Portolan is ever taken out.
      if (target === undefined || !(targets.has(target) || names.has(clientName))) return [];
      return [{ name: profileOf(target) ?? target, clientName, action: 'remove' as const }];
    });
    const launcher = this.#options.launcher();
    const gateway = inputs.some(({ mode }) => mode === 'http') ? this.#access(scope, token) : { refused: '' };
    const context: PlanContext = { launcher, gateway };
    return buildExportPlan(format, place, file, [...wanted.values()], removed, context);
  }

  #access(scope: FileTask['scope'], token: string): PlanContext['gateway'] {
    if (SHARED_SCOPES.has(scope)) {
      return { refused: 'a token does not belong in a project’s file, which others read (SECRET_IN_PROJECT_FILE)' };
    }
    const { tokens } = this.#options;
    const base = this.#gatewayUrl();
    const access: GatewayAccess = {
      token,
      urlOf: (target) => base + tokens.path(target),
      opens: (candidate, target) => tokens.opens(candidate, target),
    };
    return access;
  }

  #gatewayUrl(): string {
    const gateway = this.#options.tokens.gateway();
    if ('url' in gateway) return gateway.url;
    throw new PortolanError('EXPORT_REFUSED', gateway.reason, { hint: gateway.hint });
  }

  /** The same with a real token where one is needed, made now. Its id goes into `tokens`. */
  async #withToken(file: PlannedFile, tokens: string[]): Promise<PlannedFile> {
    const { planned, placeholder, format } = file;
    if (!planned.after.includes(placeholder)) return file;
    // No token is made for a set that will not be written.
    await checkUnchanged(file.file);
    const targets = planned.entries.filter(({ mode }) => mode === 'http').map(({ target }) => target);
    const { id, token } = await this.#options.tokens.make(format.displayName, [...new Set(targets)]);
    tokens.push(id);
    return { ...file, planned: this.#build(file, file.file, token) };
  }

  /** Gateway clients of earlier exports whose token no file of the set holds any more. */
  async #endedBy(files: readonly PlannedFile[], texts: readonly string[]): Promise<string[]> {
    const ours = new Set((await this.#options.writer.store.load()).tokens);
    if (ours.size === 0) return [];
    const idsIn = (text: string) =>
      tokensIn(text)
        .flatMap((token) => this.#options.tokens.idOf(token) ?? [])
        .filter((id) => ours.has(id));
    const after = new Set(texts.flatMap(idsIn));
    return [...new Set(files.flatMap(({ planned }) => idsIn(planned.before)))].filter((id) => !after.has(id));
  }

  async #shown({ format, planned }: PlannedFile): Promise<FilePlan> {
    const blockers = planned.data === undefined ? [] : await this.#blockers(format);
    return {
      client: format.id,
      diff: planned.diff,
      servers: [...planned.servers],
      blockers,
      reload: format.reload,
    };
  }
}

function changeOf({ format, file, scope, planned }: PlannedFile): SetChange {
  const moved = planned.servers.filter(({ action }) => action !== 'same' && action !== 'refuse');
  return {
    client: format.id,
    format,
    file,
    data: planned.data,
    // A project's file is shared with others; a user's file is his own.
    newMode: SHARED_SCOPES.has(scope) ? 0o644 & ~process.umask() : 0o600,
    servers: [...new Set(moved.map(({ name }) => name))],
    entries: planned.entries,
    removed: moved.filter(({ action }) => action === 'remove').map(({ clientName }) => clientName),
  };
}

/** What a person is told about a client that would undo the change. */
export function runningBlocker(format: ClientFormat): Blocker {
  return {
    code: 'CLIENT_RUNNING',
    message: `${format.displayName} writes this file again when it quits, and would undo the change.`,
    hint: `Quit ${format.displayName} fully, then try again.`,
  };
}

export function blockerError(blocker: Blocker): PortolanError {
  return new PortolanError('CLIENT_RUNNING', blocker.message, blocker.hint === undefined ? {} : { hint: blocker.hint });
}

/** A file that could not be planned: nothing of the set is written until it can. */
function refusedFile({ format, place }: FileTask, { code, message, hint }: PortolanError): FilePlan {
  return {
    client: format.id,
    diff: { client: format.id, path: place.path, exists: true, lines: [], changed: false },
    servers: [],
    blockers: [{ code, message, ...(hint !== undefined && { hint }) }],
    reload: format.reload,
  };
}

function ended(): PortolanError {
  return new PortolanError('FILE_CHANGED', 'A file of this set was changed after the preview.', {
    hint: 'Show the new preview.',
  });
}
