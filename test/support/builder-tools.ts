// The parts of electron-builder that tests ask directly. They are its own dependencies, so they are looked up from it.
import { createRequire } from 'node:module';

const fromBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const fromCore = createRequire(fromBuilder.resolve('app-builder-lib'));

interface Asar {
  createPackage(folder: string, archive: string): Promise<void>;
  extractAll(archive: string, folder: string): void;
  listPackage(archive: string, options: { isPack: boolean }): string[];
}

interface Fuses {
  /** Names to numbers and numbers to names, as TypeScript writes enums. */
  readonly FuseV1Options: Readonly<Record<string, number | string>>;
  /** Fuse number → character code of `0` or `1`. */
  getCurrentFuseWire(executable: string): Promise<Readonly<Record<string, number>>>;
}

interface Configuration {
  readonly asar?: unknown;
  readonly npmRebuild?: unknown;
  readonly electronFuses?: Readonly<Record<string, boolean>>;
}

interface ConfigModule {
  getConfig(projectDir: string, configPath: string, fromOptions: null): Promise<Configuration>;
  validateConfiguration(config: Configuration, logger: { readonly isEnabled: boolean }): Promise<void>;
}

export const asar = fromCore('@electron/asar') as Asar;
export const fuses = fromCore('@electron/fuses') as Fuses;
export const builderConfig = fromCore('./util/config/config.js') as ConfigModule;

/** Names of the fuses that the installed tool knows, in the order of the wire. */
export function fuseNames(): string[] {
  return Object.values(fuses.FuseV1Options).filter((name) => typeof name === 'string');
}
