// How a message to a remote server ends without an answer: the same for every transport over HTTP.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Exchange, InFlight } from './in-flight.ts';
import { asSent } from './resume-stream.ts';
import type { SafeRepeats } from './safe-repeats.ts';
import type { UpstreamEvents } from './upstream.ts';

/** Attempts until the message is settled, again after a failure only where `repeats` allows it; else `fail` ends it. Never rejects. */
export async function attemptUntilSettled(
  exchange: Exchange,
  repeats: Pick<SafeRepeats, 'after'>,
  { attempt, fail }: { attempt: () => Promise<void>; fail: (error: PortolanError) => void },
): Promise<void> {
  while (!exchange.settled) {
    try {
      await attempt();
    } catch (error) {
      const problem = toPortolanError(error);
      if (!(await repeats.after(problem))) fail(problem);
    }
  }
}

/** Settles the message and tells of it, once: a request by its failure, anything else in the log. */
export function failExchange(
  exchange: Exchange,
  error: PortolanError,
  to: { inFlight: InFlight; events: UpstreamEvents; log: (text: string) => void },
): void {
  if (!to.inFlight.settle(exchange)) return;
  const { id, kind } = exchange.frame;
  if (kind === 'request' && id !== undefined)
    to.events.onRequestFailed(id, 'sent' in error.data ? error : asSent(error));
  else to.log(`A message did not reach the server: ${error.message}`);
}

/** The message waits for a person to sign in, or goes on: meanwhile the server has nothing of it. */
export function noteWaiting(exchange: Exchange, isWaiting: boolean, events: UpstreamEvents): void {
  exchange.isWaiting = isWaiting;
  exchange.posted = !isWaiting;
  events.onPersonAsked?.(exchange.frame.id ?? '', isWaiting);
}

export function closedError(sent: boolean): PortolanError {
  return new PortolanError('CONNECTION_LOST', 'The connection to the server was closed.', { data: { sent } });
}

/** The answer to a POST ended and held none to its request. */
export function unanswered(wasStream: boolean): PortolanError {
  return wasStream
    ? new PortolanError('CONNECTION_LOST', 'The server ended its stream without an answer.', { data: { sent: true } })
    : new PortolanError('PROTOCOL_ERROR', 'The server answered with a message that belongs to another request.', {
        data: { sent: true },
      });
}
