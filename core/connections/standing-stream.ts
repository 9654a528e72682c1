// The GET stream on which a Streamable HTTP server speaks unasked. It is a bonus: that it is missing, slow or broken
// must never hold up a request. (MCP 2025-11-25, Transports, "Listening for Messages from the Server")
import { type Backoff, backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { waitUnlessAborted } from '../base/wait.ts';
import type { HttpChannel } from './http-channel.ts';
import { mediaType } from './http-errors.ts';
import type { RemoteCare } from './remote-care.ts';
import { drain, type MessageHandlers, readMessages, type StreamPosition } from './http-messages.ts';

const RECONNECT: Backoff = { baseMs: 1_000, capMs: 60_000 };
/** A stream that held this long was a good one: the next wait is short again. */
const STEADY_MS = 30_000;

/** Listens until `signal` aborts or the server says that it has no such stream. Never rejects. */
export async function keepListening(
  channel: HttpChannel,
  options: {
    clock: Clock;
    care: RemoteCare;
    signal: AbortSignal;
    handlers: MessageHandlers;
    log: (text: string) => void;
  },
): Promise<void> {
  const { clock, care, signal, handlers, log } = options;
  const position: StreamPosition = { lastEventId: undefined, retryMs: undefined, events: 0 };
  for (let failures = 0; !signal.aborted; failures++) {
    const startedAt = clock.monotonic();
    const eventsBefore = position.events;
    const resumed = position.lastEventId !== undefined;
    const sleep = new AbortController();
    const stopListening = care.wakes.listen(() => sleep.abort());
    try {
      const response = await channel.get(AbortSignal.any([signal, sleep.signal]), position.lastEventId);
      const status = response.statusCode;
      const isStream = status === 200 && mediaType(response) === 'text/event-stream';
      if (isStream) await readMessages(response, position, handlers);
      else drain(response);
      const mayRecover = isStream || status === 408 || status === 429 || status >= 500;
      if (!mayRecover && !resumed) return;
      if (!mayRecover) position.lastEventId = undefined;
    } catch (error) {
      if (signal.aborted) return;
      if (!sleep.signal.aborted)
        log(`The server's own stream broke: ${error instanceof Error ? error.message : 'unknown cause'}`);
      if (isTooLarge(error)) position.lastEventId = undefined;
    } finally {
      stopListening();
    }
    if (position.events > eventsBefore || clock.monotonic() - startedAt > STEADY_MS) failures = 0;
    const waitMs = Math.max(position.retryMs ?? 0, backoffMs(failures, RECONNECT));
    await waitUnlessAborted(clock, waitMs, signal);
    await care.pace.turn(signal);
  }
}

/** Resuming after the last good event would only bring the same one again. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FRAME_TOO_LARGE';
}
