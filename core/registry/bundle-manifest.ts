// What the manifest of an MCP bundle says about running it: the command for this platform, and what a person is asked.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import type { BundleTemplate } from './server-json-entry.ts';
import type { InputTemplate } from './server-json.ts';

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: 'win32',
  darwin: 'darwin',
  linux: 'linux',
};
const MAX_ITEMS = 200;

/**
 * @param text of `manifest.json`; undefined when there is none
 * @param folder where the bundle is unpacked, absolute
 * @throws PortolanError BUNDLE_REFUSED
 */
export function bundleTemplate(text: string | undefined, folder: string, platform: NodeJS.Platform): BundleTemplate {
  const manifest = parse(text);
  const config = objectOf(objectOf(manifest['server'])?.['mcp_config']);
  const own = objectOf(objectOf(config?.['platform_overrides'])?.[PLATFORMS[platform] ?? '']) ?? {};
  const command = textOf(own['command']) ?? textOf(config?.['command']);
  if (command === undefined || command === '') throw refused('its manifest names no command');
  const args = own['args'] ?? config?.['args'] ?? [];
  if (!Array.isArray(args) || args.length > MAX_ITEMS || !args.every((one) => typeof one === 'string'))
    throw refused('its manifest names no list of arguments');
  const env = { ...objectOf(config?.['env']), ...objectOf(own['env']) };
  const settings = readSettings(manifest['user_config']);
  const fixed = (name: string, value: string) => inputOf(name, placed(value, folder), settings);
  return {
    command: fixed('command', command),
    words: args.flatMap((one) => spread(one, settings).map((word) => fixed('argument', word))),
    environment: Object.entries(env).flatMap(([name, value]) =>
      typeof value === 'string' ? [fixed(name, value)] : [],
    ),
  };
}

/** Places of the manifest's own language, and `${user_config.x}` as the variable `{x}`. */
function placed(value: string, folder: string): string {
  const places: Readonly<Record<string, string>> = {
    __dirname: folder,
    HOME: homedir(),
    DESKTOP: join(homedir(), 'Desktop'),
    DOCUMENTS: join(homedir(), 'Documents'),
    DOWNLOADS: join(homedir(), 'Downloads'),
    '/': process.platform === 'win32' ? '\\' : '/',
    pathSeparator: process.platform === 'win32' ? '\\' : '/',
  };
  return value.replaceAll(/\$\{([^${}]*)\}/g, (whole, name: string) => {
    if (Object.hasOwn(places, name)) return places[name] ?? whole;
    return name.startsWith('user_config.') ? `{${name.slice('user_config.'.length)}}` : whole;
  });
}

/** A setting with several values stands as an argument of its own; only its first value is asked for. */
function spread(word: string, settings: ReadonlyMap<string, InputTemplate>): string[] {
  const name = /^\$\{user_config\.([\w.-]+)\}$/.exec(word)?.[1];
  const setting = name === undefined ? undefined : settings.get(name);
  return setting !== undefined && !setting.isRequired && setting.default === undefined ? [] : [word];
}

function inputOf(name: string, value: string, variables: ReadonlyMap<string, InputTemplate>): InputTemplate {
  return { ...BARE, name, isRequired: false, value, variables };
}

function readSettings(value: unknown): ReadonlyMap<string, InputTemplate> {
  const settings = Object.entries(objectOf(value) ?? {});
  if (settings.length > MAX_ITEMS) throw refused('its manifest asks for too much');
  return new Map(
    settings.map(([name, one]) => {
      const raw = objectOf(one) ?? {};
      const kind = textOf(raw['type']);
      const format =
        kind === 'number' || kind === 'boolean'
          ? kind
          : kind === 'file' || kind === 'directory'
            ? 'filepath'
            : 'string';
      const preset = raw['default'];
      const isPlain = typeof preset === 'string' || typeof preset === 'number' || typeof preset === 'boolean';
      const setting: InputTemplate = {
        ...BARE,
        name: textOf(raw['title']) ?? name,
        description: textOf(raw['description']),
        isRequired: raw['required'] === true,
        isSecret: raw['sensitive'] === true,
        format,
        default: isPlain ? placed(String(preset), '') : undefined,
      };
      return [name, setting];
    }),
  );
}

const BARE = {
  description: undefined,
  isSecret: false,
  format: 'string',
  default: undefined,
  placeholder: undefined,
  choices: undefined,
  value: undefined,
  variables: new Map<string, InputTemplate>(),
} as const;

function parse(text: string | undefined): JsonObject {
  if (text === undefined) throw refused('it has no manifest');
  try {
    const manifest = objectOf(JSON.parse(text));
    if (manifest !== undefined) return manifest;
  } catch {
    // Told below.
  }
  throw refused('its manifest is no JSON object');
}

function refused(why: string): PortolanError {
  return new PortolanError('BUNDLE_REFUSED', `The bundle cannot be used: ${why}.`, { hint: 'Tell its publisher.' });
}
