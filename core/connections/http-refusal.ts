// The body of an HTTP refusal: it may be the JSON-RPC answer to the request, or say no more than its status.
import type { HttpResponse } from './http-response.ts';
import type { ErrorData } from '../../shared/errors.ts';
import { type Frame, exactIdKey, parseFrame } from './frame.ts';
import { mediaType } from './http-errors.ts';
import { drain, readBody } from './http-messages.ts';

const METHOD_NOT_FOUND = -32_601;

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
  if (mediaType(response) !== 'application/json') {
    drain(response);
    return { answer: undefined, data: {} };
  }
  try {
    const frame = parseFrame(await readBody(response), 'server');
    const code = errorCode(frame);
    if (code === undefined) return { answer: undefined, data: {} };
    const isOurs = requestId !== undefined && frame.id !== undefined && exactIdKey(frame.id) === exactIdKey(requestId);
    const isAnswer = isOurs && (response.statusCode !== 404 || code === METHOD_NOT_FOUND);
    return { answer: isAnswer ? frame : undefined, data: { rpcCode: code } };
  } catch {
    return { answer: undefined, data: {} };
  }
}

function errorCode(frame: Frame): number | undefined {
  const error = frame.message['error'];
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}
