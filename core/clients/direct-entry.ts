// A catalog entry in a client's own form, so that the client reaches the server itself; or why it cannot be.
import type { ServerAuth } from '../../shared/model/server-auth.ts';
import type { RemoteEndpoint, ServerEntry, StdioEndpoint } from '../../shared/model/server-entry.ts';
import type { EntryAnswer, EntryRequest } from './client-format.ts';
import { emptyRecord } from '../base/json-tree.ts';
import { findRefs, toClientSyntax, type VariableSyntax } from './variables.ts';

type RemoteType = RemoteEndpoint['type'];

/** What a client's file can hold. */
export interface EntryShape {
  readonly displayName: string;
  readonly variables: VariableSyntax;
  readonly cwd: boolean;
  /** It starts no programs. */
  readonly stdio?: false;
  /** Its command must not hold spaces. */
  readonly spacelessCommand?: true;
  /** Value of `type` for stdio entries; absent: not written. */
  readonly stdioType?: string;
  /** An entry without `type` is refused, so that one that starts Portolan has it too. */
  readonly typeRequired?: true;
  /** Value of `type` per transport; null: no `type` is written; absent: the client cannot hold that transport. */
  readonly remoteTypes: Readonly<Partial<Record<RemoteType, string | null>>>;
  /** Field of the limit of one call. */
  readonly timeout?: {
    readonly field: string;
    readonly unit: 'ms' | 's';
    readonly max?: number;
    readonly fractions?: true;
  };
  readonly oauth?: OauthShape;
  /** Own names of common fields; `url` also per transport. */
  readonly fields?: Readonly<Partial<Record<'type' | 'command' | 'args' | 'env' | 'cwd' | 'headers', string>>>;
  readonly urlFields?: Readonly<Partial<Record<RemoteType, string>>>;
  /** `command` is one list with the arguments. */
  readonly commandIsList?: true;
  /** The key that says whether an entry is on; absent: the file cannot say it. */
  readonly enabled?: { readonly field: string; readonly negative: boolean; readonly always?: true };
  /** Keys that every entry of this client must have beside those above, such as its display name. */
  readonly always?: (name: string) => Readonly<Record<string, unknown>>;
  /** Values that this client writes in keys of their own instead of references in strings. Takes them out of `entry`. */
  readonly finish?: (entry: Record<string, unknown>, request: EntryRequest) => EntryAnswer;
}

/** How a client holds a client id that a person has entered. */
interface OauthShape {
  readonly field: string;
  readonly clientId: string;
  /** Absent: it keeps secrets elsewhere. */
  readonly clientSecret?: string;
  readonly port?: string;
  /** Whether it takes scopes as a list or as one text; absent: not at all. */
  readonly scopes?: 'list' | 'text';
  /** Own name of the scopes. */
  readonly scopesField?: string;
}

/** The entry for `request` in a client of `shape`: one that starts Portolan, one for its gateway, or the native form. */
export function entryFor(shape: EntryShape, request: EntryRequest): EntryAnswer {
  const { server, launcher, gateway } = request;
  if (request.mode === 'connect') {
    const words = connectWords(server.name, request.profile);
    const args = [...launcher.args, ...words];
    const starting: StdioEndpoint = { type: 'stdio', command: launcher.command, args, env: {} };
    const plain = shape.typeRequired === true ? shape : { ...shape, stdioType: undefined };
    // A client that expands what is in the path of Portolan would start something else.
    const expanded = [starting.command, ...args].some((text) => findRefs(text, shape.variables).length > 0);
    if (expanded) return refused(`${shape.displayName} would expand a part of the path of Portolan`);
    return answered(() => {
      const fields = stdioFields(plain, starting, (text) => text);
      return { kind: 'entry', entry: { ...shape.always?.(server.name), ...fields, ...onOf(shape, true) } };
    });
  }
  if (request.mode === 'http') {
    if (gateway === undefined) return refused('the gateway is not open');
    const headers = { Authorization: `Bearer ${gateway.token}` };
    const reached: ServerEntry = { ...server, endpoint: { type: 'streamable-http', url: gateway.url, headers } };
    return native(shape, {
      ...request,
      server: { ...reached, options: { ...server.options, enabled: true, auth: undefined } },
    });
  }
  return native(shape, request);
}

function native(shape: EntryShape, request: EntryRequest): EntryAnswer {
  const { server } = request;
  const { enabled } = server.options;
  if (!enabled && shape.enabled === undefined)
    return refused('it is disabled, which the file of this client cannot say');
  const { endpoint } = server;
  return answered(() => {
    const write = writerFor(shape, request);
    const fields =
      endpoint.type === 'stdio' ? stdioFields(shape, endpoint, write) : remoteFields(shape, endpoint, request, write);
    const entry = { ...shape.always?.(server.name), ...fields, ...timeoutOf(shape, server), ...onOf(shape, enabled) };
    return shape.finish?.(entry, request) ?? { kind: 'entry', entry };
  });
}

function answered(make: () => EntryAnswer): EntryAnswer {
  try {
    return make();
  } catch (error) {
    if (error instanceof CannotHold) return refused(error.message);
    throw error;
  }
}

/** The key that says whether the entry is on, where it is needed. */
function onOf({ enabled }: EntryShape, on: boolean): Record<string, unknown> {
  if (enabled === undefined || (on && enabled.always !== true)) return {};
  return { [enabled.field]: enabled.negative ? !on : on };
}

/** What follows the launcher in an entry that starts Portolan. */
function connectWords(server: string, profile: string | undefined): string[] {
  return profile === undefined ? ['connect', server] : ['connect', '--profile', profile];
}

/** One string of the catalog in the client's own syntax; throws CannotHold. */
type Write = (text: string) => string;

/** What an entry that starts a command depends on. */
type StdioShape = Omit<EntryShape, 'stdioType'> & { readonly stdioType?: string | undefined };

/** Carries a reason out of the translation of one string. */
class CannotHold extends Error {}

function stdioFields(shape: StdioShape, endpoint: StdioEndpoint, write: Write): Record<string, unknown> {
  if (shape.stdio === false) throw new CannotHold(`${shape.displayName} starts no programs`);
  if (shape.spacelessCommand === true && /\s/.test(endpoint.command)) {
    throw new CannotHold(`${shape.displayName} does not start a command with spaces in it`);
  }
  if (endpoint.cwd !== undefined && !shape.cwd) throw new CannotHold(`${shape.displayName} has no working directory`);
  const name = (field: 'type' | 'command' | 'args' | 'env' | 'cwd') => shape.fields?.[field] ?? field;
  const [command, args] = [write(endpoint.command), endpoint.args.map(write)];
  return {
    ...(shape.stdioType === undefined ? {} : { [name('type')]: shape.stdioType }),
    ...(shape.commandIsList === true
      ? { [name('command')]: [command, ...args] }
      : { [name('command')]: command, [name('args')]: args }),
    ...mapped(name('env'), endpoint.env, write),
    ...(endpoint.cwd === undefined ? {} : { [name('cwd')]: write(endpoint.cwd) }),
  };
}

function remoteFields(
  shape: EntryShape,
  endpoint: RemoteEndpoint,
  request: EntryRequest,
  write: Write,
): Record<string, unknown> {
  const type = shape.remoteTypes[endpoint.type];
  if (type === undefined) {
    throw new CannotHold(
      endpoint.type === 'http-auto' && Object.keys(shape.remoteTypes).length > 0
        ? `${shape.displayName} must be told the transport, and this entry leaves it open`
        : `${shape.displayName} cannot reach a remote server of this transport by itself`,
    );
  }
  return {
    ...(type === null ? {} : { [shape.fields?.type ?? 'type']: type }),
    [shape.urlFields?.[endpoint.type] ?? 'url']: write(endpoint.url),
    ...mapped(shape.fields?.headers ?? 'headers', endpoint.headers, write),
    ...oauthOf(shape, request.server.options.auth, write),
  };
}

/** The settings of a client id; without one the client signs in by itself. */
function oauthOf(shape: EntryShape, auth: ServerAuth | undefined, write: Write): object {
  if (auth?.clientId === undefined || shape.oauth === undefined) return {};
  const { field, clientId, clientSecret, port, scopes, scopesField = 'scopes' } = shape.oauth;
  if (auth.clientSecret !== undefined && clientSecret === undefined) {
    throw new CannotHold(`${shape.displayName} keeps the secret of a client elsewhere`);
  }
  const block: Record<string, unknown> = { [clientId]: write(auth.clientId) };
  if (clientSecret !== undefined && auth.clientSecret !== undefined) block[clientSecret] = write(auth.clientSecret);
  if (port !== undefined && auth.redirectPort !== undefined) block[port] = auth.redirectPort;
  if (scopes !== undefined && auth.scopes !== undefined) {
    block[scopesField] = scopes === 'list' ? auth.scopes : auth.scopes.join(' ');
  }
  return { [field]: block };
}

function writerFor(shape: EntryShape, request: EntryRequest): Write {
  return (text) => {
    const written = toClientSyntax(text, shape.variables, shape.displayName, request.inputs);
    if ('reason' in written) throw new CannotHold(written.reason);
    return written.text;
  };
}

function mapped(key: string, values: Readonly<Record<string, string>>, write: Write): Record<string, unknown> {
  const result = emptyRecord<string>();
  for (const [name, value] of Object.entries(values)) result[name] = write(value);
  return Object.keys(result).length === 0 ? {} : { [key]: result };
}

function timeoutOf({ timeout }: EntryShape, server: ServerEntry): Record<string, unknown> {
  const totalMs = server.options.timeouts.totalMs;
  if (timeout === undefined || totalMs === undefined) return {};
  const seconds = timeout.fractions === true ? totalMs / 1000 : Math.ceil(totalMs / 1000);
  const value = timeout.unit === 's' ? seconds : totalMs;
  return { [timeout.field]: Math.min(value, timeout.max ?? value) };
}

function refused(reason: string): EntryAnswer {
  return { kind: 'refused', reason };
}
