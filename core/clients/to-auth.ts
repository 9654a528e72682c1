// Sign-in settings of a client as the block `auth` of an entry, and which of them have no place there.
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { ServerAuth } from '../../shared/model/server-auth.ts';
import { pointerSegment } from '../base/json-tree.ts';

export interface ConvertedAuth {
  /** Absent when nothing of it is of use here. */
  readonly auth?: ServerAuth;
  /** JSON pointers of what was left out. */
  readonly leftOut: readonly string[];
}

type Settings = { -readonly [Key in keyof ServerAuth]: ServerAuth[Key] };

const SECRET_REFERENCE = /^\$\{(?:secret|env):[^{}]+\}$/;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/** Portolan does these wherever the server takes them. */
const DONE_ANYWAY = new Set(['enterpriseManaged', 'xaa', 'enabled']);

/** `convert` gives a text at a pointer in Portolan's syntax. Literal secrets of `server` are references already. */
export function toAuth(server: ImportedServer, convert: (path: string, value: string) => string): ConvertedAuth {
  const auth: Settings = { way: 'auto' };
  const leftOut: string[] = [];
  for (const [key, value] of Object.entries(server.oauth ?? {})) {
    const path = `/oauth${pointerSegment(key)}`;
    const isTaken = server.transport !== 'stdio' && take(auth, key, value, (text) => convert(path, text));
    if (!isTaken) leftOut.push(path);
  }
  const isPlain = Object.keys(auth).length === 1 && auth.way === 'auto';
  return { leftOut, ...(isPlain ? {} : { auth }) };
}

function take(auth: Settings, key: string, value: unknown, convert: (text: string) => string): boolean {
  const text = typeof value === 'string' ? convert(value) : undefined;
  if (key === 'disabled' && value === true) {
    auth.way = 'none';
    return true;
  }
  if (key === 'clientId' && text !== undefined && text !== '' && !/\$\{(?!(?:secret|env):)/.test(text)) {
    auth.clientId = text;
    return true;
  }
  if (key === 'clientSecret' && text !== undefined && SECRET_REFERENCE.test(text)) {
    auth.clientSecret = text;
    return true;
  }
  if (key === 'issuer' && text !== undefined && URL.canParse(text)) {
    auth.issuer = text;
    return true;
  }
  if (key === 'scopes' || key === 'scope') return takeScopes(auth, text?.split(' ') ?? value);
  if (key === 'callbackPort' && typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536) {
    auth.redirectPort = value;
    return true;
  }
  return DONE_ANYWAY.has(key) && value === true;
}

function takeScopes(auth: Settings, value: unknown): boolean {
  const isList = (list: unknown): list is string[] =>
    Array.isArray(list) && list.every((item) => typeof item === 'string' && (item === '' || SCOPE.test(item)));
  if (!isList(value)) return false;
  const scopes = [...(auth.scopes ?? []), ...value].filter((scope) => scope !== '');
  if (scopes.length > 0) auth.scopes = [...new Set(scopes)];
  return true;
}
