// A catalog entry in a client's own form, so that the client reaches the server itself; or why it cannot be.
import type { ServerAuth } from '../../shared/model/server-auth.ts';
import type { RemoteEndpoint, ServerEntry, StdioEndpoint } from '../../shared/model/server-entry.ts';
import type { EntryAnswer, EntryRequest } from './client-format.ts';
import { emptyRecord } from '../base/json-tree.ts';
import { toClientSyntax, type VariableSyntax } from './variables.ts';

type RemoteType = RemoteEndpoint['type'];

/** What a client's file can hold. */
export interface EntryShape {
  readonly displayName: string;
  readonly variables: VariableSyntax;
  readonly cwd: boolean;
  /** Value of `type` for stdio entries; absent: not written. */
  readonly stdioType?: string;
  /** Value of `type` per transport; null: no `type` is written; absent: the client cannot hold that transport. */
  readonly remoteTypes: Readonly<Partial<Record<RemoteType, string | null>>>;
  readonly timeoutField?: string;
  readonly oauth?: OauthShape;
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
}

/** The entry for `request` in a client of `shape`: three keys that start Portolan, or the native form. */
export function entryFor(shape: EntryShape, request: EntryRequest): EntryAnswer {
  const { server, launcher } = request;
  if (request.mode === 'connect') {
    const words = connectWords(server.name, request.profile);
    return { kind: 'entry', entry: { command: launcher.command, args: [...launcher.args, ...words] } };
  }
  if (!server.options.enabled) return refused('it is disabled, which the file of this client cannot say');
  const { endpoint } = server;
  try {
    const entry =
      endpoint.type === 'stdio' ? stdioEntry(shape, endpoint, request) : remoteEntry(shape, endpoint, request);
    return { kind: 'entry', entry: { ...entry, ...timeoutOf(shape, server) } };
  } catch (error) {
    if (error instanceof CannotHold) return refused(error.message);
    throw error;
  }
}

/** What follows the launcher in an entry that starts Portolan. */
export function connectWords(server: string, profile: string | undefined): string[] {
  return profile === undefined ? ['connect', server] : ['connect', '--profile', profile];
}

/** Carries a reason out of the translation of one string. */
class CannotHold extends Error {}

function stdioEntry(shape: EntryShape, endpoint: StdioEndpoint, request: EntryRequest): Record<string, unknown> {
  if (endpoint.cwd !== undefined && !shape.cwd) throw new CannotHold(`${shape.displayName} has no working directory`);
  const write = writerFor(shape, request);
  return {
    ...(shape.stdioType === undefined ? {} : { type: shape.stdioType }),
    command: write(endpoint.command),
    args: endpoint.args.map(write),
    ...mapped('env', endpoint.env, write),
    ...(endpoint.cwd === undefined ? {} : { cwd: write(endpoint.cwd) }),
  };
}

function remoteEntry(shape: EntryShape, endpoint: RemoteEndpoint, request: EntryRequest): Record<string, unknown> {
  const type = shape.remoteTypes[endpoint.type];
  if (type === undefined) {
    throw new CannotHold(
      endpoint.type === 'http-auto' && Object.keys(shape.remoteTypes).length > 0
        ? `${shape.displayName} must be told the transport, and this entry leaves it open`
        : `${shape.displayName} cannot reach a remote server of this transport by itself`,
    );
  }
  const write = writerFor(shape, request);
  return {
    ...(type === null ? {} : { type }),
    url: write(endpoint.url),
    ...mapped('headers', endpoint.headers, write),
    ...oauthOf(shape, request.server.options.auth, write),
  };
}

/** The settings of a client id; without one the client signs in by itself. */
function oauthOf(shape: EntryShape, auth: ServerAuth | undefined, write: (text: string) => string): object {
  if (auth?.clientId === undefined || shape.oauth === undefined) return {};
  const { field, clientId, clientSecret, port, scopes } = shape.oauth;
  if (auth.clientSecret !== undefined && clientSecret === undefined) {
    throw new CannotHold(`${shape.displayName} keeps the secret of a client elsewhere`);
  }
  const block: Record<string, unknown> = { [clientId]: write(auth.clientId) };
  if (clientSecret !== undefined && auth.clientSecret !== undefined) block[clientSecret] = write(auth.clientSecret);
  if (port !== undefined && auth.redirectPort !== undefined) block[port] = auth.redirectPort;
  if (scopes !== undefined && auth.scopes !== undefined) {
    block['scopes'] = scopes === 'list' ? auth.scopes : auth.scopes.join(' ');
  }
  return { [field]: block };
}

function writerFor(shape: EntryShape, request: EntryRequest): (text: string) => string {
  return (text) => {
    const written = toClientSyntax(text, shape.variables, shape.displayName, request.inputs);
    if ('reason' in written) throw new CannotHold(written.reason);
    return written.text;
  };
}

function mapped(
  key: string,
  values: Readonly<Record<string, string>>,
  write: (text: string) => string,
): Record<string, unknown> {
  const result = emptyRecord<string>();
  for (const [name, value] of Object.entries(values)) result[name] = write(value);
  return Object.keys(result).length === 0 ? {} : { [key]: result };
}

function timeoutOf(shape: EntryShape, server: ServerEntry): Record<string, unknown> {
  const timeout = server.options.timeouts.totalMs;
  return shape.timeoutField === undefined || timeout === undefined ? {} : { [shape.timeoutField]: timeout };
}

function refused(reason: string): EntryAnswer {
  return { kind: 'refused', reason };
}
