// Between one entry of the file and the model: reading a node, and the edits that make a node say what the model says.
import { PortolanError } from '../../shared/errors.ts';
import type { Endpoint, ServerEntry, ServerOptions } from '../../shared/model/server-entry.ts';
import { serverOptionsSchema } from '../../shared/model/server-entry.ts';
import { AUTH_KEYS, authForm } from './auth-form.ts';
import { removeIn, setIn } from '../base/json-edit.ts';
import { remoteFormSchema, stdioFormSchema } from './catalog-schema.ts';
import { checkEndpointUrl } from './endpoint-url.ts';

/** Old options with `undefined` or an empty text meaning "take it away". */
export type OptionsPatch = { readonly [Key in keyof ServerOptions]?: ServerOptions[Key] | undefined };

type PortolanKey =
  | 'enabled'
  | 'protocolEra'
  | 'sharing'
  | 'capture'
  | 'passBaggage'
  | 'timeouts'
  | 'auth'
  | 'source'
  | 'clients';
const PORTOLAN_KEYS: readonly PortolanKey[] = [
  'enabled',
  'protocolEra',
  'sharing',
  'capture',
  'passBaggage',
  'timeouts',
  'auth',
  'source',
  'clients',
];
/** Every key of the options of an entry. */
export const OPTION_KEYS: readonly (keyof ServerOptions)[] = ['title', 'description', ...PORTOLAN_KEYS];
const KNOWN_KEYS: { readonly [Key in PortolanKey]?: readonly string[] } = {
  timeouts: ['startMs', 'idleMs', 'totalMs'],
  auth: AUTH_KEYS,
  source: ['kind', 'detail', 'registry', 'url', 'entry', 'server', 'version', 'sha256', 'type', 'inputs'],
};
const DEFAULTS = serverOptionsSchema.parse({});
const STDIO_KEYS = ['command', 'args', 'env', 'cwd'] as const;
const REMOTE_KEYS = ['url', 'headers'] as const;

/** The entry that a value of the file means, or half a sentence on what is wrong with it. */
export function readEntry(name: string, value: unknown): { entry: ServerEntry } | { problem: string } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { problem: 'it is not an object' };
  const kind = kindOf(value);
  if ('problem' in kind) return kind;
  const form = kind.stdio ? stdioFormSchema.safeParse(value) : remoteFormSchema.safeParse(value);
  if (!form.success) {
    const issue = form.error.issues[0];
    return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}` };
  }
  const { title, description, portolan = {} } = form.data;
  const options = serverOptionsSchema.parse({ title, description, ...portolan });
  const endpoint =
    'command' in form.data ? stdioOf(stdioFormSchema.parse(value)) : remoteOf(remoteFormSchema.parse(value));
  if (endpoint.type !== 'stdio') {
    try {
      checkEndpointUrl(endpoint.url);
    } catch (error) {
      return { problem: `url: ${error instanceof PortolanError ? error.message : 'not valid'}` };
    }
  }
  return { entry: { name, endpoint, options } };
}

/** The value that a new entry is written as: everything that is not a default. */
export function writeEntry(entry: ServerEntry): object {
  const { endpoint, options } = entry;
  const portolan = Object.fromEntries(
    PORTOLAN_KEYS.filter((key) => isWorthWriting(key, options[key])).map((key) => [key, formOf(key, options)]),
  );
  return {
    ...(options.title ? { title: options.title } : {}),
    ...(options.description ? { description: options.description } : {}),
    ...endpointForm(endpoint),
    ...(Object.keys(portolan).length > 0 ? { portolan } : {}),
  };
}

/** `text` with the endpoint of the entry at `path` changed from `before` to `after`. */
export function editEndpoint(text: string, path: readonly string[], before: Endpoint, after: Endpoint): string {
  const form: Readonly<Record<string, unknown>> = endpointForm(after);
  const foreign = after.type === 'stdio' ? REMOTE_KEYS : STDIO_KEYS;
  let result = text;
  if (before.type !== after.type) result = setIn(result, [...path, 'type'], after.type);
  for (const key of after.type === 'stdio' ? STDIO_KEYS : REMOTE_KEYS) {
    const value = form[key];
    if (key === 'env' || key === 'headers') {
      result = editMap(result, [...path, key], mapOf(before, key), mapOf(after, key));
    } else if (value === undefined) {
      result = removeIn(result, [...path, key]);
    } else {
      result = setIn(result, [...path, key], value);
    }
  }
  // Only a change of kind makes the other kind's keys ours to remove.
  if ((before.type === 'stdio') !== (after.type === 'stdio')) {
    for (const key of foreign) result = removeIn(result, [...path, key]);
  }
  return result;
}

/** `text` with single options of the entry at `path` changed; a default is written only over something that is there. */
export function editOptions(text: string, path: readonly string[], before: ServerOptions, patch: OptionsPatch): string {
  let result = text;
  for (const key of ['title', 'description'] as const) {
    if (!(key in patch)) continue;
    result = patch[key] ? setIn(result, [...path, key], patch[key]) : removeIn(result, [...path, key]);
  }
  for (const key of PORTOLAN_KEYS) {
    if (!(key in patch)) continue;
    const at = [...path, 'portolan', key];
    const value = patch[key];
    if (value === undefined) result = removeIn(result, at);
    // Foreign keys are replaced as a whole: there is nothing of ours to merge.
    else if (key === 'clients') result = setIn(result, at, value);
    else if (typeof value === 'object')
      result = editKnownKeys(result, at, keysToEdit(key, before, patch), { ...value });
    else if (value !== before[key]) result = setIn(result, at, value);
  }
  return result;
}

/** Sets or removes the keys of ours in the object at `path`; others in it stay. */
function editKnownKeys(
  text: string,
  path: readonly string[],
  keys: readonly string[],
  values: Readonly<Record<string, unknown>>,
): string {
  return keys.reduce(
    (result, key) =>
      values[key] === undefined ? removeIn(result, [...path, key]) : setIn(result, [...path, key], values[key]),
    text,
  );
}

function editMap(
  text: string,
  path: readonly string[],
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string {
  if (Object.keys(after).length === 0) return Object.keys(before).length === 0 ? text : removeIn(text, path);
  let result = text;
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) result = removeIn(result, [...path, name]);
  }
  for (const [name, value] of Object.entries(after)) result = setIn(result, [...path, name], value);
  return result;
}

function mapOf(endpoint: Endpoint, key: 'env' | 'headers'): Readonly<Record<string, string>> {
  if (endpoint.type === 'stdio') return key === 'env' ? endpoint.env : {};
  return key === 'headers' ? endpoint.headers : {};
}

function kindOf(value: object): { stdio: boolean } | { problem: string } {
  const type = 'type' in value ? value.type : undefined;
  const hasCommand = 'command' in value;
  const hasUrl = 'url' in value;
  if (type === undefined) {
    if (hasCommand && hasUrl) return { problem: 'it has both a command and a url; say which with type' };
    return hasCommand || hasUrl ? { stdio: hasCommand } : { problem: 'it has neither a command nor a url' };
  }
  if (type === 'stdio') return { stdio: true };
  if (type === 'http' || type === 'streamable-http' || type === 'sse' || type === 'http-auto') return { stdio: false };
  return { problem: 'type: it must be stdio, streamable-http, sse or http-auto' };
}

function stdioOf(form: ReturnType<typeof stdioFormSchema.parse>): Endpoint {
  const { command, args = [], env = {}, cwd } = form;
  return { type: 'stdio', command, args, env, ...(cwd === undefined ? {} : { cwd }) };
}

function remoteOf(form: ReturnType<typeof remoteFormSchema.parse>): Endpoint {
  const { type = 'http-auto', url, headers = {} } = form;
  return { type: type === 'http' ? 'streamable-http' : type, url, headers };
}

function endpointForm(endpoint: Endpoint): Readonly<Record<string, unknown>> {
  if (endpoint.type !== 'stdio') {
    const { type, url, headers } = endpoint;
    return { type, url, ...(Object.keys(headers).length > 0 ? { headers } : {}) };
  }
  const { type, command, args, env, cwd } = endpoint;
  return {
    type,
    command,
    ...(args.length > 0 ? { args } : {}),
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function formOf(key: PortolanKey, options: ServerOptions): unknown {
  return key === 'auth' && options.auth !== undefined ? authForm(options.auth) : options[key];
}

/** The known keys in an object of options. The way to sign in has a default: it is left alone unless it changes. */
function keysToEdit(key: PortolanKey, before: ServerOptions, { auth }: OptionsPatch): readonly string[] {
  const isSameWay = (before.auth?.way ?? 'auto') === auth?.way;
  return (KNOWN_KEYS[key] ?? []).filter((known) => key !== 'auth' || known !== 'way' || !isSameWay);
}

function isWorthWriting(key: PortolanKey, value: unknown): boolean {
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(DEFAULTS[key]);
}
