// The body of an HTTP refusal: it may be the JSON-RPC answer to the request, or say no more than its status.
import type { HttpResponse } from './http-response.ts';
import type { ErrorData } from '../../shared/errors.ts';
import { setMember } from '../base/json-splice.ts';
import { DISCOVER } from './era.ts';
import { type Frame, exactIdKey, parseFrame } from './frame.ts';
import { readFrames } from './frame-reader.ts';
import { mediaType } from './http-errors.ts';
import { drain, readBody } from './http-messages.ts';

const METHOD_NOT_FOUND = -32_601;
/** Sign-in, refused access, a message or headers too large, too many requests. */
const OF_HTTP = new Set([401, 403, 413, 429, 431]);
const NO_ANSWER: Refusal = { answer: undefined, data: {} };

export interface Refusal {
  /** The error response for the request in question. */
  readonly answer: Frame | undefined;
  /** For the error's data: `rpcCode` when the body was some JSON-RPC error. */
  readonly data: ErrorData;
}

/**
 * Reads the body of an answer of status 300 or above. An error response with the id of the request is its answer; with a 404 only
 * "method not found" is, since a 404 otherwise says that the session is gone. Never rejects: an unreadable body is none.
 */
export async function readRefusal(response: HttpResponse, requestId: string | undefined): Promise<Refusal> {
  const { frame, code } = await readError(response);
  if (frame === undefined || code === undefined) return NO_ANSWER;
  const isAnswer = hasId(frame, requestId) && (response.statusCode !== 404 || code === METHOD_NOT_FOUND);
  return { answer: isAnswer ? frame : undefined, data: { rpcCode: code } };
}

/**
 * The same for MCP 2026-07-28, where 400 and 404 carry the protocol's own errors: one without an id answers the request too, and
 * gets its id. Statuses that mean something to HTTP itself stay what they are, whatever their body says; and what a failing server
 * says of `server/discover` tells nothing about it. (MCP 2026-07-28, Streamable HTTP, "Server Validation")
 */
export async function readModernRefusal(response: HttpResponse, request: Frame): Promise<Refusal> {
  const status = response.statusCode;
  const { frame, code } = await readError(response);
  if (frame === undefined || code === undefined) return NO_ANSWER;
  const data = { rpcCode: code };
  const isOutage = status >= 500 && request.method === DISCOVER;
  if (request.id === undefined || status < 400 || OF_HTTP.has(status) || isOutage) return { answer: undefined, data };
  if (hasId(frame, request.id)) return { answer: frame, data };
  const isNameless = (frame.id === undefined || frame.id === 'null') && (status === 400 || status === 404);
  return { answer: isNameless ? parseFrame(setMember(frame.bytes, ['id'], request.id), 'server') : undefined, data };
}

/** The body when it is a JSON-RPC error, and its code. */
async function readError(response: HttpResponse): Promise<{ frame?: Frame; code?: number | undefined }> {
  if (mediaType(response) !== 'application/json') {
    drain(response);
    return {};
  }
  try {
    const [frame, ...others] = await readFrames(await readBody(response));
    return frame === undefined || others.length > 0 ? {} : { frame, code: errorCode(frame) };
  } catch {
    return {};
  }
}

function hasId(frame: Frame, id: string | undefined): boolean {
  return id !== undefined && frame.id !== undefined && exactIdKey(frame.id) === exactIdKey(id);
}

function errorCode(frame: Frame): number | undefined {
  const error = frame.message['error'];
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}
