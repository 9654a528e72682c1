// What a modern server must check in a request before it does anything with it: the part that stands in the message itself.
// Pure; it must not know connections or HTTP headers. (MCP 2026-07-28, Base protocol, `_meta`; Versioning)
import { objectOf, textOf } from '../base/json-object.ts';
import { META, MODERN_VERSIONS, metaOf } from '../connections/era.ts';
import type { Frame } from '../connections/frame.ts';

const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const UNSUPPORTED_VERSION = -32_022;

/** Levels of the log, the most talkative first. (RFC 5424) */
const LOG_LEVELS: readonly string[] = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** Why a request is refused: the members of the JSON-RPC error, and the status of the HTTP answer. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly data: object | undefined;
  readonly httpStatus: number;
}

const METHODS: ReadonlySet<string> = new Set([
  'server/discover',
  'subscriptions/listen',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
  // The tasks extension.
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
]);

/** First part of the names that belong to MCP itself. */
const OWN_NAMESPACES: ReadonlySet<string> = new Set([
  'completion',
  'elicitation',
  'logging',
  'notifications',
  'prompts',
  'resources',
  'roots',
  'sampling',
  'server',
  'subscriptions',
  'tasks',
  'tools',
]);

/**
 * Why this request breaks the rules of MCP 2026-07-28; undefined when it keeps them. Refused are: missing or malformed `_meta`
 * (-32602), another protocol version (-32022 with `supported` and `requested`), and names that MCP has removed or never had
 * (-32601). A name in a namespace of its own may belong to an extension: whether it exists is for the server to say.
 */
export function checkModernRequest(frame: Frame): Refusal | undefined {
  const meta = metaOf(frame);
  const version = textOf(meta?.[META.protocolVersion]);
  if (version === undefined) return badMeta(META.protocolVersion, 'a string');
  if (!MODERN_VERSIONS.includes(version)) {
    return {
      code: UNSUPPORTED_VERSION,
      message: 'Unsupported protocol version',
      data: { supported: MODERN_VERSIONS, requested: version },
      httpStatus: 400,
    };
  }
  if (objectOf(meta?.[META.clientCapabilities]) === undefined) return badMeta(META.clientCapabilities, 'an object');
  const level = meta?.[META.logLevel];
  if (level !== undefined && (typeof level !== 'string' || !LOG_LEVELS.includes(level)))
    return badMeta(META.logLevel, 'a level of the log');
  return hasName(frame.method ?? '') ? undefined : unknownMethod(frame.method ?? '');
}

/** The refusal of a method that does not exist. */
function unknownMethod(method: string): Refusal {
  return { code: METHOD_NOT_FOUND, message: 'Method not found', data: { method }, httpStatus: 404 };
}

function hasName(method: string): boolean {
  const [namespace = ''] = method.split('/');
  return METHODS.has(method) || (method.includes('/') && !OWN_NAMESPACES.has(namespace));
}

function badMeta(key: string, what: string): Refusal {
  return {
    code: INVALID_PARAMS,
    message: `Invalid params: _meta["${key}"] must be ${what}`,
    data: { key },
    httpStatus: 400,
  };
}
