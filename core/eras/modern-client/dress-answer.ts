// A legacy server's answer in the form that a modern caller must get. Everything but the named members keeps its bytes.
// (MCP 2026-07-28, Base protocol, Result type and Error codes; Caching)
import { objectOf } from '../../base/json-object.ts';
import { deleteMember, setMember } from '../../base/json-splice.ts';
import { META } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';
import { INTERNAL_ERROR, INVALID_PARAMS } from '../modern-request-rules.ts';

const CACHEABLE: ReadonlySet<string> = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
]);

/** Legacy code of a resource that does not exist. (MCP 2025-11-25, Resources) */
const RESOURCE_NOT_FOUND = -32_002;

/**
 * The answer with `id`: a result says that it is complete, who the server is (`serverInfo`: source text) and, where it could be
 * cached, that it should not be; an error has a code that modern MCP defines.
 */
export function dressedAnswer(answer: Frame, id: string, method: string, serverInfo: string | undefined): Frame {
  let { bytes } = answer;
  if (answer.id !== id) bytes = setMember(bytes, ['id'], id);
  const { result, error } = answer.message;
  if (objectOf(result) !== undefined) bytes = dressedResult(bytes, method, serverInfo);
  const code = objectOf(error)?.['code'];
  if (typeof code === 'number' && modernCode(code) !== code) {
    bytes = set(bytes, ['error', 'code'], String(modernCode(code)));
  }
  return bytes === answer.bytes ? answer : parseFrame(bytes, 'server');
}

function dressedResult(answer: Buffer, method: string, serverInfo: string | undefined): Buffer {
  let bytes = set(answer, ['result', 'resultType'], '"complete"');
  if (CACHEABLE.has(method)) {
    bytes = set(bytes, ['result', 'ttlMs'], '0');
    bytes = set(bytes, ['result', 'cacheScope'], '"private"');
  }
  return serverInfo === undefined ? bytes : set(bytes, ['result', '_meta', META.serverInfo], serverInfo);
}

/** Codes that are reserved and mean nothing, or something else, in modern MCP never reach the caller. */
function modernCode(code: number): number {
  if (code === RESOURCE_NOT_FOUND) return INVALID_PARAMS;
  return code <= -32_020 && code >= -32_099 ? INTERNAL_ERROR : code;
}

/** A server may write a key twice, and readers take the last: so all of them go before the one that counts is put in. */
function set(json: Buffer, path: readonly string[], source: string): Buffer {
  let rest = json;
  for (let next = deleteMember(rest, path); next !== rest; next = deleteMember(rest, path)) rest = next;
  return setMember(rest, path, source);
}
