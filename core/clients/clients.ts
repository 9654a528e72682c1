// Other MCP clients on this machine: what they hold, bringing it in, writing Portolan's entries into their files.
// Construction and order only; values of secrets go to the keychain and nowhere else.
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import type { ChangeInput, Drift } from '../../shared/model/client-sync.ts';
import type {
  ClientInfo,
  ExportDone,
  ExportPlan,
  ImportDone,
  ImportPlan,
  TextExport,
} from '../../shared/model/import-result.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { Logger } from '../base/logger.ts';
import type { ClientEnv, ClientFormat, EntryRequest } from './client-format.ts';
import { CLIENT_FORMATS, clientFormat } from './client-formats.ts';
import { type ClientPlace, contextOf, placesOf } from './client-places.ts';
import { ClientSync } from './client-sync.ts';
import type { ClientTokens } from './client-tokens.ts';
import { DriftWatch } from './drift-watch.ts';
import { exportText, type TextChoice, textServers } from './export-text.ts';
import { type ImportOptions, ServerImport } from './import-servers.ts';
import { readBounded, type SourceInput } from './read-source.ts';
import { isProgramRunning } from './running.ts';
import { findStaleEntries, type StaleEntry } from './stale-entries.ts';

export interface ClientsOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly backupsDir: string;
  readonly logger: Logger;
  /** Absolute command that starts Portolan, before `connect NAME`. */
  readonly launcher: () => { command: string; args: string[] };
  readonly catalog: ImportOptions['catalog'];
  readonly secrets: ImportOptions['secrets'];
  readonly profile?: (name: string) => Profile | undefined;
  /** Absent: there is no gateway for mode `http`. */
  readonly tokens?: ClientTokens;
  readonly clock?: { now(): number };
  /** Whether a client's program runs; by default the system's processes are looked at. */
  readonly isRunning?: (clientId: string) => Promise<boolean>;
  /** All that drifted in clients' files, whenever that is not what it was. */
  readonly onDrift?: (drift: readonly Drift[]) => void;
}

/** A change of one file, as an export asks for it. */
export interface ExportInput extends Omit<ChangeInput, 'profiles' | 'remove' | 'removeNames'> {
  /** One entry for this profile instead. */
  readonly profile?: string | undefined;
}

export class Clients {
  readonly #options: Pick<ClientsOptions, 'catalog' | 'launcher' | 'profile'>;
  readonly #env: ClientEnv;
  readonly #import: ServerImport;
  /** Many files at once, history, and what others changed. */
  readonly sync: ClientSync;
  readonly #watch: DriftWatch;
  readonly #isRunning: (format: ClientFormat) => Promise<boolean>;
  readonly #logger: Logger;
  /** Changes to files, backups and the catalog happen one after another. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: ClientsOptions) {
    const { env, platform, homeDir, isRunning, catalog, secrets } = options;
    const now = () => (options.clock ?? Date).now();
    const launcher = (): EntryRequest['launcher'] => options.launcher();
    this.#options = options;
    this.#env = { env, platform, homeDir };
    this.#logger = options.logger;
    this.#isRunning = (format) => isRunning?.(format.id) ?? isProgramRunning(format.processNames, platform);
    this.#import = new ServerImport({ env: this.#env, now, launcher, catalog, secrets });
    this.sync = new ClientSync({
      env: this.#env,
      now,
      backupsDir: options.backupsDir,
      launcher,
      list: () => catalog.list(),
      profile: (name) => options.profile?.(name),
      isRunning: this.#isRunning,
      tokens: options.tokens ?? NO_GATEWAY,
      inTurn: (action) => this.#inTurn(action),
    });
    this.#watch = new DriftWatch({
      sync: this.sync,
      logger: options.logger,
      onDrift: (drift) => options.onDrift?.(drift),
    });
  }

  /** Finishes what a crash left half done, then follows the files with entries of Portolan's. Never rejects. */
  start(): Promise<void> {
    return this.#watch.start();
  }

  /** What drifted when it was last looked at. */
  knownDrift(): readonly Drift[] {
    return this.#watch.drift;
  }

  /** Looks now. Never throws for the state of clients' files. */
  checkDrift(): Promise<readonly Drift[]> {
    return this.#watch.check();
  }

  /** Stops following the files. */
  close(): void {
    this.#watch.close();
  }

  /** Whether a client is on this machine: one of its files is, or the folder of one. */
  async isFound(format: ClientFormat): Promise<boolean> {
    return (await this.#info(format, this.#env)).found;
  }

  /**
   * Every known client with its files, those of a project too when `projectDir` is given; a file that cannot be read has
   * no count of entries. Never throws.
   */
  async list(input: { projectDir?: string | undefined } = {}): Promise<ClientInfo[]> {
    const { projectDir } = input;
    const env = projectDir === undefined ? this.#env : { ...this.#env, projectDir };
    return Promise.all(CLIENT_FORMATS.map((format) => this.#info(format, env)));
  }

  /** Entries of Portolan in clients' files whose program is no longer where they say. Files that cannot be read have none. */
  async staleEntries(): Promise<StaleEntry[]> {
    return findStaleEntries(this.#env);
  }

  /** @see ServerImport.plan */
  planImport(input: SourceInput | undefined): Promise<ImportPlan> {
    return this.#import.plan(input ?? {});
  }

  /** @see ServerImport.apply */
  async applyImport(input: { planId: string; keys?: readonly string[] | undefined }): Promise<ImportDone> {
    const done = await this.#inTurn(() => this.#import.apply(input));
    this.#logger.info('servers imported', { added: done.added.length, secrets: done.secrets.length });
    return done;
  }

  /**
   * Plans a set of one file: catalog entries (all enabled ones by default) in a client's file.
   * Throws CLIENT_UNKNOWN, SERVER_NOT_FOUND, PROFILE_NOT_FOUND, INPUT_INVALID, EXPORT_REFUSED, PARSE_ERROR, FILE_NOT_READABLE and
   * FILE_NOT_WRITABLE.
   */
  async planExport({ profile, ...input }: ExportInput): Promise<ExportPlan> {
    const format = clientFormat(input.client);
    if (format.paste !== undefined && input.path === undefined) return this.#planPaste(format, { ...input, profile });
    const change = profile === undefined ? input : { ...input, profiles: [profile] };
    const { planId, files } = await this.sync.plan([change], { strict: true });
    const [file] = files;
    if (file === undefined) throw new PortolanError('INTERNAL', 'A set of one file has no file.');
    const { client: _, ...plan } = file;
    return { planId, ...plan };
  }

  /** @see ChangeSets.apply */
  async applyExport(input: { planId: string; force?: boolean | undefined; by?: string }): Promise<ExportDone> {
    if (input.planId === PASTE_PLAN) {
      throw new PortolanError('EXPORT_REFUSED', 'This client has no file to write.', {
        hint: 'Paste the text of the plan into it.',
      });
    }
    const { id, files } = await this.sync.apply({ by: '', ...input });
    const [file] = files;
    if (file === undefined) throw new PortolanError('INTERNAL', 'A set of one file has no file.');
    const { client: _, ...done } = file;
    this.#logger.info('entries exported', { path: done.path, changed: done.changed });
    return { ...done, ...(id !== undefined && { undoId: id }) };
  }

  /** A client without a file: there is nothing to apply, so no plan is kept. */
  #planPaste(format: ClientFormat, { mode, servers, profile }: ExportInput): ExportPlan {
    if (mode === 'http') {
      throw new PortolanError('EXPORT_REFUSED', `${format.displayName} has no file for an entry of the gateway.`, {
        hint: 'Make a token for it: portolan gateway add',
      });
    }
    const { text, servers: rows, steps = '', reload } = this.exportText({ client: format.id, mode, servers, profile });
    const link = rows.length === 1 && mode === 'connect' ? rows[0]?.link : undefined;
    return {
      planId: PASTE_PLAN,
      diff: { client: format.id, path: format.displayName, exists: false, lines: [], changed: false },
      servers: rows.map(({ link: _link, ...row }) => row),
      blockers: [],
      reload,
      paste: { text, note: steps, ...(link === undefined ? {} : { link }) },
    };
  }

  /** What a person pastes or opens to have servers in a client. Throws CLIENT_UNKNOWN and what `textServers` throws. */
  exportText(input: TextChoice & { readonly client: string }): TextExport {
    const { catalog, launcher, profile } = this.#options;
    const format = clientFormat(input.client);
    const textFormat = format.files(this.#env)[0]?.format ?? 'json';
    return exportText(format, {
      servers: textServers(catalog.list(), (name) => profile?.(name), input),
      mode: input.mode,
      launcher: launcher(),
      textFormat,
      ...(input.profile === undefined ? {} : { profile: input.profile }),
    });
  }

  /**
   * Undoes the last set that changed a file of `client`, in all its files.
   * @see ClientSync.undo
   */
  async undoExport(input: { client: string; path?: string | undefined; force?: boolean }): Promise<ExportDone> {
    const { reload } = clientFormat(input.client);
    const { id, files } = await this.sync.undo(input);
    const path = files.findLast(({ client }) => client === input.client)?.path ?? '';
    this.#logger.info('export undone', { path, files: files.length });
    return { path, changed: true, reload, ...(id !== undefined && { undoId: id }) };
  }

  async #info(format: ClientFormat, env: ClientEnv): Promise<ClientInfo> {
    const places = await placesOf(format, env);
    const files = await Promise.all(places.map(fileInfo));
    const usersOwn = files.filter((file, index) => file.readOnly !== true && places[index]?.projectDir === undefined);
    // A program that was never given a server has its directory, yet no file.
    const own = format.files(this.#env).filter((file) => file.readOnly !== true && !file.path.includes('*'));
    const folders = own.map(({ path }) => dirname(path)).filter((directory) => directory !== env.homeDir);
    const installed = await Promise.all(folders.map(isDirectory));
    return {
      id: format.id,
      displayName: format.displayName,
      monogram: format.monogram,
      found: usersOwn.some((file) => file.exists) || installed.includes(true),
      running: await this.#isRunning(format).catch(() => false),
      files,
      reload: format.reload,
      ...(format.paste === undefined ? {} : { paste: format.paste }),
    };
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(action);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

async function fileInfo(place: ClientPlace): Promise<ClientInfo['files'][number]> {
  const { scope, path, readOnly } = place.file;
  const bytes = await readBounded(path).catch(() => null);
  const result = bytes ? place.format.parse(bytes, contextOf(place)).result : undefined;
  const entries = result === undefined || result.error !== null ? {} : { entries: result.servers.length };
  return { scope, path, exists: bytes !== undefined, ...entries, ...(readOnly === undefined ? {} : { readOnly }) };
}
/** Of a client without a file: there is nothing to apply. */
const PASTE_PLAN = 'paste';

/** What stands for the gateway where there is none. */
const NO_GATEWAY: ClientTokens = {
  gateway: () => ({ reason: 'There is no gateway here.', hint: 'Use the mode connect.' }),
  path: (target) => target,
  make: () => Promise.reject(new PortolanError('EXPORT_REFUSED', 'There is no gateway here.')),
  opens: () => false,
  idOf: () => undefined,
  end: () => Promise.resolve(),
};

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
