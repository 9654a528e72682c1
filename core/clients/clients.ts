// Other MCP clients on this machine: what they hold, bringing it in, writing Portolan's entries into their files.
// Construction and order only; values of secrets go to the keychain and nowhere else.
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
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
import { type ExportInput, ServerExport } from './export-servers.ts';
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
  readonly clock?: { now(): number };
  /** Whether a client's program runs; by default the system's processes are looked at. */
  readonly isRunning?: (clientId: string) => Promise<boolean>;
}

export class Clients {
  readonly #options: Pick<ClientsOptions, 'catalog' | 'launcher' | 'profile'>;
  readonly #env: ClientEnv;
  readonly #import: ServerImport;
  readonly #export: ServerExport;
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
    this.#export = new ServerExport({
      env: this.#env,
      now,
      backupsDir: options.backupsDir,
      launcher,
      list: () => catalog.list(),
      profile: (name) => options.profile?.(name),
      isRunning: this.#isRunning,
    });
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

  /** @see ServerExport.plan */
  planExport(input: ExportInput): Promise<ExportPlan> {
    return this.#export.plan(input);
  }

  /** @see ServerExport.apply */
  async applyExport(input: { planId: string; force?: boolean | undefined }): Promise<ExportDone> {
    const done = await this.#inTurn(() => this.#export.apply(input));
    this.#logger.info('entries exported', { path: done.path, changed: done.changed });
    return done;
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

  /** @see ServerExport.undo */
  async undoExport(input: { client: string; path?: string | undefined }): Promise<ExportDone> {
    const done = await this.#inTurn(() => this.#export.undo(input));
    this.#logger.info('export undone', { path: done.path });
    return done;
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

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
