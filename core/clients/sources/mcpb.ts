// Bundles (MCPB, formerly DXT; manifest 0.1 to 0.4): the manifest as a server whose settings are inputs. The files of the
// bundle stay packed, so that `${__dirname}` has no meaning yet and is reported.
import type { ImportedServer, ImportWarning } from '../../../shared/model/import-result.ts';
import { parseJsonTree, plainValue } from '../../base/json-tree.ts';
import type { ParseContext, ParsedFile } from '../client-format.ts';
import { decodeFile } from '../file-text.ts';
import { parseProblem } from '../read-file.ts';
import { type Fields, isFields, textOf } from './loose-fields.ts';
import { type SourceContent, sourceError, sourceFormat, sourceResult } from './source-format.ts';

const ID = 'mcpb';
const FORMATS: Readonly<Record<string, string>> = {
  directory: 'filepath',
  file: 'filepath',
  number: 'number',
  boolean: 'boolean',
};
const REFERENCE = /\$\{([^{}]*)\}/g;

/** Reads the text of a manifest; `readBundleManifest` gets it out of a bundle. */
export const mcpb = sourceFormat(ID, 'MCP bundle', parse);

/** Reads a `manifest.json`, with what it says for `platform` (`darwin`, `win32`, `linux`) put over the rest. Never throws. */
export function readManifest(value: unknown, platform: string): SourceContent {
  const nothing = { servers: [], inputs: [] };
  if (!isFields(value) || !isFields(value['server'])) return { ...nothing, warnings: [{ code: 'NO_SERVERS_KEY' }] };
  const name = textOf(value, 'name') ?? 'bundle';
  const config = value['server']['mcp_config'];
  if (!isFields(config)) return { ...nothing, warnings: [{ code: 'SERVER_SKIPPED_EMPTY', server: name }] };
  const overrides = isFields(config['platform_overrides']) ? config['platform_overrides'][platform] : undefined;
  const own: Fields = isFields(overrides) ? overrides : {};
  const warnings: ImportWarning[] = [];
  const settings = isFields(value['user_config']) ? value['user_config'] : {};
  const command = textOf(own, 'command') ?? textOf(config, 'command');
  if (command === undefined) return { ...nothing, warnings: [{ code: 'SERVER_SKIPPED_EMPTY', server: name }] };
  const seen = new Set<string>();
  const write = (text: string, path: string) =>
    text.replaceAll(REFERENCE, (source: string, inner: string) => {
      const setting = /^user_config\.(.+)$/.exec(inner)?.[1];
      if (setting !== undefined && Object.hasOwn(settings, setting)) return `\${input:${inputId(setting)}}`;
      // A reference of the catalog has no meaning in a manifest, and must not get one.
      if (/^(?:secret|env|input):/.test(inner)) throw new ReferenceInManifest();
      if (!seen.has(path)) warnings.push({ code: 'CLIENT_BUILTIN_VARIABLE', server: name, path });
      seen.add(path);
      return source;
    });
  try {
    const args = texts(own['args'] ?? config['args']).map((text, index) => write(text, `/args/${index}`));
    const env = Object.entries({ ...fieldsOf(config['env']), ...fieldsOf(own['env']) }).flatMap(([key, text]) =>
      typeof text === 'string' ? [[key, write(text, `/env/${key}`)] as const] : [],
    );
    const [title, description] = [textOf(value, 'display_name'), textOf(value, 'description')];
    const server: ImportedServer = {
      name,
      transport: 'stdio',
      enabled: true,
      command: write(command, '/command'),
      args,
      env: Object.fromEntries(env),
      ...(title === undefined ? {} : { displayName: title }),
      ...(description === undefined ? {} : { description }),
    };
    return {
      servers: [server],
      inputs: Object.entries(settings).flatMap(([key, setting]) => inputOf(key, setting)),
      warnings,
    };
  } catch (error) {
    if (!(error instanceof ReferenceInManifest)) throw error;
    return { ...nothing, warnings: [{ code: 'SECRET_REFERENCE', server: name }] };
  }
}

class ReferenceInManifest extends Error {}

function parse(bytes: Buffer, context: ParseContext): ParsedFile {
  const read = parseJsonTree(decodeFile(bytes)?.text ?? '{');
  if (read.kind === 'error') {
    const { line, column } = read;
    return sourceError(ID, context, { code: 'PARSE_ERROR', line, column, message: parseProblem(read, 'json') });
  }
  if (read.tree.root?.type !== 'object') return sourceError(ID, context, { code: 'ROOT_NOT_OBJECT' });
  return sourceResult(ID, context, readManifest(plainValue(read.tree.root), context.platform ?? 'linux'));
}

function inputOf(key: string, setting: unknown): Record<string, unknown>[] {
  if (!isFields(setting)) return [];
  const secret = setting['sensitive'] === true;
  const description = textOf(setting, 'description') ?? textOf(setting, 'title');
  const [fallback, type] = [setting['default'], textOf(setting, 'type') ?? 'string'];
  const format = Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined;
  return [
    {
      id: inputId(key),
      kind: 'prompt',
      secret,
      ...(setting['required'] === true ? { required: true } : {}),
      ...(description === undefined ? {} : { description }),
      ...(secret || fallback === undefined ? {} : { default: fallback }),
      ...(format === undefined ? {} : { format }),
      ...(setting['multiple'] === true ? { multiple: true } : {}),
      ...(typeof setting['min'] === 'number' ? { min: setting['min'] } : {}),
      ...(typeof setting['max'] === 'number' ? { max: setting['max'] } : {}),
    },
  ];
}

function inputId(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 64);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
