// Takes up a broken event stream where it stopped: always by GET, whatever had opened it, and not before the time that the
// server asked for. (MCP 2025-11-25, Transports, "Resumability and Redelivery")
import type { HttpResponse } from './http-response.ts';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import { type Backoff, backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { waitUnlessAborted } from '../base/wait.ts';
import type { HttpChannel } from './http-channel.ts';
import { statusError } from './http-errors.ts';
import { drain, type StreamPosition } from './http-messages.ts';

const DELAY: Backoff = { baseMs: 1_000, capMs: 30_000 };
const MAX_FAILURES = 5;

/**
 * The answer that goes on after `position.lastEventId`. Connection failures and server errors are tried again, five times.
 * @throws PortolanError what the last try met; SESSION_LOST for 404. data.sent is true: the request had left long before.
 */
export async function resumeStream(
  channel: HttpChannel,
  position: StreamPosition,
  options: { clock: Clock; signal: AbortSignal },
): Promise<HttpResponse> {
  const { clock, signal } = options;
  for (let failures = 0; ; failures++) {
    const extra = failures === 0 && position.retryMs !== undefined ? 0 : backoffMs(failures, DELAY);
    await waitUnlessAborted(clock, (position.retryMs ?? 0) + extra, signal);
    const result = await tryOnce(channel, position, options);
    if (!('problem' in result)) return result.response;
    if (result.isFinal || signal.aborted || failures >= MAX_FAILURES) throw asSent(result.problem);
  }
}

/** The error with data.sent true: the server may have acted on the request. */
export function asSent(error: PortolanError): PortolanError {
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new PortolanError(error.code, error.message, { ...hint, data: { ...error.data, sent: true }, cause: error });
}

/** The server answered 404 for the session and a new one did not help. */
export function sessionLost(cause?: unknown): PortolanError {
  return new PortolanError('SESSION_LOST', 'The server has lost the session.', {
    hint: 'Connect to the server again.',
    data: { sent: true, status: 404 },
    cause,
  });
}

type Result = { readonly response: HttpResponse } | { readonly problem: PortolanError; readonly isFinal: boolean };

async function tryOnce(
  channel: HttpChannel,
  position: StreamPosition,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Result> {
  try {
    const response = await channel.get(signal, position.lastEventId);
    const status = response.statusCode;
    if (status < 300) return { response };
    drain(response);
    const problem = status === 404 ? sessionLost() : statusError(response, clock.now());
    return { problem, isFinal: status < 500 && status !== 429 };
  } catch (error) {
    const problem = toPortolanError(error);
    return { problem, isFinal: problem.code === 'URL_REFUSED' };
  }
}
