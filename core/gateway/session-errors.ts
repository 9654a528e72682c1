// What a client and a server are told when a request does not end by an answer.
import { PortolanError } from '../../shared/errors.ts';
import { type Frame, parseFrame } from '../connections/frame.ts';
import type { Exchange } from './exchange.ts';
import { INITIALIZE } from './handshake.ts';
import { isAudited } from './interceptors/audit-calls.ts';

/** A `notifications/cancelled` for the request with this id (source text). (MCP 2025-11-25, Cancellation) */
export function cancelledFrame(id: string, reason: string): Frame {
  const params = `{"requestId":${id},"reason":${JSON.stringify(reason)}}`;
  return parseFrame(Buffer.from(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`), 'server');
}

/**
 * What became of a request whose server was lost: OUTCOME_UNKNOWN when it may have had an effect and its bytes may have been
 * read, else the loss itself. An answer that says "not done" (HTTP 4xx, sign-in) is no loss.
 */
export function failureOf(exchange: Exchange, error: PortolanError): PortolanError {
  const left = exchange.sent && error.data['sent'] !== false;
  if (!left || !isAudited(exchange.method) || isRefusal(error)) return error;
  const { retryAfterMs } = error.data;
  return new PortolanError('OUTCOME_UNKNOWN', `${error.message} The call may have been carried out.`, {
    hint: 'Look at the effect before you call again.',
    data: { cause: error.code, ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}) },
    cause: error,
  });
}

/** The error for a request that took too long. */
export function timeoutOf(exchange: Exchange, limit: 'idle' | 'total', ms: number): PortolanError {
  if (exchange.method === INITIALIZE) {
    return new PortolanError('SERVER_START_TIMEOUT', `The server did not answer the handshake within ${ms} ms.`, {
      hint: 'Look at the log of the server, or give it more time in its entry.',
    });
  }
  const cause =
    limit === 'idle' ? `The server showed no sign of life for ${ms} ms.` : `No answer came within ${ms} ms.`;
  return new PortolanError('REQUEST_TIMEOUT', cause, {
    hint: 'Give the server more time in its entry, or look whether it hangs.',
    data: { limit, ms, sent: exchange.sent },
  });
}

/** For a server that asks the client something under an id that is still in use, or far too much at once. */
export function refusedQuestion(): PortolanError {
  return new PortolanError('SERVER_BUSY', 'The client has too many requests to answer, or one with this very id.');
}

function isRefusal(error: PortolanError): boolean {
  switch (error.code) {
    case 'UNAUTHENTICATED':
    case 'NEEDS_SIGN_IN':
    case 'FORBIDDEN':
      return true;
    case 'HTTP_STATUS': {
      const status = error.data['status'];
      return typeof status === 'number' && status >= 400 && status < 500;
    }
    default:
      return false;
  }
}
