// The host's settings in settings.json. A broken file is set aside and told, never silently emptied.
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import type Conf from 'conf';
import { PortolanError } from '../../shared/errors.ts';
import { type Settings, settingsSchema } from '../../shared/model/system.ts';
import { errnoOf, errnoSentence } from './errno.ts';

export interface SettingsOptions {
  readonly path: string;
  readonly logger: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  /** Epoch milliseconds, for the name of a broken file. */
  readonly now?: () => number;
}

type Values = Record<string, unknown>;

export class SettingsFile {
  readonly path: string;
  /** What a person should know about the file as it was found. */
  readonly notice: string | undefined;
  #settings: Settings;
  #conf: Conf<Values> | undefined;

  private constructor(path: string, settings: Settings, notice: string | undefined) {
    this.path = path;
    this.#settings = settings;
    this.notice = notice;
  }

  /** Reads the settings; defaults stand in for what is missing or not valid. Never throws for the file's state. */
  static open(options: SettingsOptions): SettingsFile {
    const { settings, notice } = read(options.path, options.now?.() ?? Date.now());
    if (notice !== undefined) options.logger.warn(notice, { path: options.path });
    return new SettingsFile(options.path, settings, notice);
  }

  get(): Settings {
    return this.#settings;
  }

  /**
   * Writes single settings; keys of the file that are not ours stay.
   * Throws INPUT_INVALID, and FILE_NOT_WRITABLE with the old settings in force.
   */
  async set(patch: Partial<Settings>): Promise<Settings> {
    const wanted = settingsSchema.safeParse({ ...this.#settings, ...patch });
    if (!wanted.success) {
      const issue = wanted.error.issues[0];
      throw new PortolanError(
        'INPUT_INVALID',
        `${issue?.path.join('.') ?? 'settings'}: ${issue?.message ?? 'not valid'}`,
      );
    }
    // Conf brings a JSON Schema engine along: loaded when something is written, not at every start of the host.
    const { default: ConfStore } = await import('conf');
    try {
      this.#conf ??= new ConfStore<Values>({
        cwd: dirname(this.path),
        configName: basename(this.path, extname(this.path)),
        fileExtension: extname(this.path).slice(1),
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
        clearInvalidConfig: false,
      });
      const conf = this.#conf;
      const values = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      replaceChecked(this.path, () => conf.set(values));
    } catch (error) {
      throw new PortolanError('FILE_NOT_WRITABLE', `${this.path} cannot be written: ${errnoSentence(error)}`, {
        hint: 'The settings stay as they were. Make the file writable for you and try again.',
        data: { path: this.path, errno: errnoOf(error) ?? null },
        cause: error,
      });
    }
    this.#settings = wanted.data;
    return wanted.data;
  }
}

function read(path: string, now: number): { settings: Settings; notice: string | undefined } {
  const defaults = settingsSchema.parse({});
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { settings: defaults, notice: undefined };
    return { settings: defaults, notice: `The settings cannot be read (${errnoSentence(error)}): defaults are used.` };
  }
  const values = parseObject(text);
  if (values === undefined) return { settings: defaults, notice: setAside(path, now) };
  const whole = settingsSchema.safeParse(values);
  if (whole.success) return { settings: whole.data, notice: undefined };
  // One value that is not valid does not take the others along.
  const bad = new Set(whole.error.issues.map((issue) => String(issue.path[0])));
  const good = Object.fromEntries(Object.entries(values).filter(([key]) => !bad.has(key)));
  return {
    settings: settingsSchema.parse(good),
    notice: `Defaults are used for settings that are not valid: ${[...bad].join(', ')}.`,
  };
}

function parseObject(text: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function setAside(path: string, now: number): string {
  const aside = `${path}.broken-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  try {
    renameSync(path, aside);
    return `The settings were not readable as JSON and have been set aside as ${basename(aside)}: defaults are used.`;
  } catch (error) {
    return `The settings are not readable as JSON and could not be set aside (${errnoSentence(error)}): defaults are used.`;
  }
}

/**
 * Conf syncs the new file and renames it, but takes a short write (a file size limit) for a whole one and leaves the
 * directory unsynced. So the old file keeps a second name until the new one has been read back.
 */
function replaceChecked(path: string, write: () => void): void {
  const previous = `${path}.previous`;
  rmSync(previous, { force: true });
  const existed = existsSync(path);
  if (existed) linkSync(path, previous);
  try {
    write();
    if (parseObject(readFileSync(path, 'utf8')) === undefined) throw new Error('it was not written in full');
  } catch (error) {
    if (existed) renameSync(previous, path);
    else rmSync(path, { force: true });
    throw error;
  } finally {
    rmSync(previous, { force: true });
  }
  syncDirectory(dirname(path));
}

function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
