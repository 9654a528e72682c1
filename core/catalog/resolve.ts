// Turns references in an entry into values, on the way to a process or a request; nowhere else are they resolved.
// One pass: what a value brings with it is never read as a reference again.
import { PortolanError } from '../../shared/errors.ts';
import type { Endpoint, ServerEntry, ServerOptions } from '../../shared/model/server-entry.ts';
import type { ServerAuth } from '../../shared/model/server-auth.ts';
import { AUTH_REFERENCES } from './auth-form.ts';
import { checkEndpointUrl } from './endpoint-url.ts';

/** An entry whose references are resolved to literals; `secretValues` for redaction. It holds secrets: never log it. */
export interface ResolvedServer {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly options: ServerOptions;
  /** How to sign in, when the entry says so. */
  readonly auth?: ResolvedServerAuth;
  readonly secretValues: readonly string[];
}

/** The settings of a sign-in with every reference resolved. It holds secrets: never log it. */
export type ResolvedServerAuth = ServerAuth;

export interface ReferenceSources {
  /** Throws SECRET_NOT_FOUND or a KEYCHAIN_* code. */
  secret(name: string): Promise<string>;
  readonly env: NodeJS.ProcessEnv;
  /** The value that a person gave; undefined when there is none. Throws a KEYCHAIN_* code. */
  input?(id: string): Promise<{ readonly text: string; readonly secret: boolean } | undefined>;
}

export interface Reference {
  readonly kind: 'secret' | 'env' | 'input';
  readonly name: string;
  /** Where it stands, such as `env.TOKEN`, `args[1]` or `headers.Authorization`. */
  readonly path: string;
}

const REFERENCE = /\$\{(secret|env|input):([^{}]*)\}/g;

/**
 * Resolves `${secret:NAME}`, `${input:id}`, `${env:NAME}` and `${env:NAME:-default}` (the default also stands for an empty variable) in
 * command, args, env, cwd, url, headers and the block `auth`. Other text, `~`, `%NAME%` and other `${…}` included, stays as it is.
 * Throws INPUT_NEEDED and REFERENCE_UNRESOLVED naming field and reference, what `sources.secret` throws, and URL_REFUSED when the
 * resolved address is not one that a server may have.
 */
export async function resolveEntry(entry: ServerEntry, sources: ReferenceSources): Promise<ResolvedServer> {
  const secretValues = new Set<string>();
  const resolveText = async (text: string, path: string): Promise<string> => {
    let result = '';
    let done = 0;
    for (const match of text.matchAll(REFERENCE)) {
      const [reference, kind, name = ''] = match;
      result += text.slice(done, match.index);
      if (kind === 'secret') {
        const value = await sources.secret(name);
        if (value !== '') secretValues.add(value);
        result += value;
      } else if (kind === 'input') {
        const value = await sources.input?.(name);
        if (value === undefined) throw inputNeeded(entry.name, path, name);
        if (value.secret && value.text !== '') secretValues.add(value.text);
        result += value.text;
      } else {
        const value = envValue(name, sources.env);
        if (value === undefined) throw unresolved(entry.name, path, reference);
        result += value;
      }
      done = match.index + reference.length;
    }
    return result + text.slice(done);
  };

  const endpoint = await mapTexts(entry.endpoint, resolveText);
  if (endpoint.type !== 'stdio') checkEndpointUrl(endpoint.url);
  const auth = entry.options.auth === undefined ? {} : { auth: await resolveAuth(entry.options.auth, resolveText) };
  return { name: entry.name, endpoint, options: entry.options, ...auth, secretValues: [...secretValues] };
}

/** Every reference in the entry, in the order of its fields. */
export function referencesOf(entry: ServerEntry): Reference[] {
  return [...textsOf(entry.endpoint), ...textsOfAuth(entry.options.auth)].flatMap(({ text, path }) =>
    [...text.matchAll(REFERENCE)].map(([, kind, inner = '']) => {
      const name = kind === 'env' ? (inner.split(':-')[0] ?? '') : inner;
      return { kind: kind === 'secret' || kind === 'env' ? kind : 'input', name, path };
    }),
  );
}

function envValue(inner: string, env: NodeJS.ProcessEnv): string | undefined {
  const mark = inner.indexOf(':-');
  if (mark < 0) return inner === '' ? undefined : env[inner];
  return env[inner.slice(0, mark)] || inner.slice(mark + 2);
}

function textsOf(endpoint: Endpoint): { text: string; path: string }[] {
  const map = (field: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, text]) => ({ text, path: `${field}.${name}` }));
  if (endpoint.type !== 'stdio') return [{ text: endpoint.url, path: 'url' }, ...map('headers', endpoint.headers)];
  return [
    { text: endpoint.command, path: 'command' },
    ...endpoint.args.map((text, index) => ({ text, path: `args[${index}]` })),
    ...map('env', endpoint.env),
    ...(endpoint.cwd === undefined ? [] : [{ text: endpoint.cwd, path: 'cwd' }]),
  ];
}

function textsOfAuth(auth: ServerAuth | undefined): { text: string; path: string }[] {
  return AUTH_REFERENCES.flatMap((key) => {
    const text = auth?.[key];
    return text === undefined ? [] : [{ text, path: `auth.${key}` }];
  });
}

async function resolveAuth(
  auth: ServerAuth,
  change: (text: string, path: string) => Promise<string>,
): Promise<ResolvedServerAuth> {
  const resolved: Record<string, string> = {};
  for (const key of AUTH_REFERENCES) {
    const text = auth[key];
    if (text !== undefined) resolved[key] = await change(text, `auth.${key}`);
  }
  return { ...auth, ...resolved };
}

async function mapTexts(
  endpoint: Endpoint,
  change: (text: string, path: string) => Promise<string>,
): Promise<Endpoint> {
  const resolved = new Map<string, string>();
  for (const { text, path } of textsOf(endpoint)) resolved.set(path, await change(text, path));
  const at = (path: string, text: string) => resolved.get(path) ?? text;
  const map = (field: string, values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, text]) => [name, at(`${field}.${name}`, text)]));
  if (endpoint.type !== 'stdio') {
    return { type: endpoint.type, url: at('url', endpoint.url), headers: map('headers', endpoint.headers) };
  }
  return {
    type: 'stdio',
    command: at('command', endpoint.command),
    args: endpoint.args.map((text, index) => at(`args[${index}]`, text)),
    env: map('env', endpoint.env),
    ...(endpoint.cwd === undefined ? {} : { cwd: at('cwd', endpoint.cwd) }),
  };
}

function unresolved(server: string, field: string, reference: string): PortolanError {
  // The default of a reference is not repeated: it is a part of the configuration, not of the cause.
  const shown = reference.replace(/:-.*\}$/s, '}');
  return new PortolanError('REFERENCE_UNRESOLVED', `${field} of ${server} refers to ${shown}, which has no value`, {
    hint: `Set the variable where Portolan’s host is started, or write a default as in ${shown.slice(0, -1)}:-default}.`,
    data: { server, field, reference: shown },
  });
}

function inputNeeded(server: string, field: string, id: string): PortolanError {
  return new PortolanError('INPUT_NEEDED', `${server} asks for the input ${JSON.stringify(id)}, which has no value`, {
    hint: `Give it one in Settings, Inputs, or with: portolan input set ${id}`,
    data: { server, field, input: id },
  });
}
