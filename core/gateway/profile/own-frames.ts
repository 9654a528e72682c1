// Messages that a profile makes itself, and the client's own with single members changed. Nothing is parsed a second time.
import type { JsonObject } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { errorFrame, type Frame } from '../../connections/frame.ts';

/** JSON-RPC 2.0 section 5.1: there is no such tool, prompt or resource. (MCP, Tools, Error Handling) */
export const INVALID_PARAMS = -32_602;

/** A response whose result is this JSON text; the text is only parsed when somebody looks into it. */
export function resultFrame(id: string, result: Buffer | string): Frame {
  const bytes = Buffer.concat([
    Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":`),
    typeof result === 'string' ? Buffer.from(result) : result,
    Buffer.from('}'),
  ]);
  let message: JsonObject | undefined;
  return {
    bytes,
    kind: 'response',
    id,
    method: undefined,
    get message() {
      return (message ??= JSON.parse(bytes.toString('utf8')) as JsonObject);
    },
  };
}

export function invalidParams(id: string, message: string): Frame {
  return errorFrame(id, INVALID_PARAMS, message);
}

/** The message with the member at `path` set to `value`; every other byte stays. */
export function withMember(frame: Frame, path: readonly string[], value: unknown): Frame {
  const bytes = setMember(frame.bytes, path, JSON.stringify(value));
  return { ...frame, bytes, message: replaced(frame.message, path, value) };
}

function replaced(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const [key = '', ...rest] = path;
  const inner = object[key];
  const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  return { ...object, [key]: rest.length === 0 ? value : replaced(isObject ? (inner as JsonObject) : {}, rest, value) };
}
