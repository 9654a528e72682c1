// Calls through a profile whose server could not be reached at all: they are recorded like calls that a server's own session
// refuses, although no session was there to do it.
import type { PortolanError } from '../../../shared/errors.ts';
import type { Frame } from '../../connections/frame.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { Exchange, SessionFacts } from '../exchange.ts';
import { auditCalls } from '../interceptors/audit-calls.ts';

/** Records that this request, as the server would have got it, ended by `error` before anything left. */
export function recordRefusedCall(
  context: GatewayContext,
  call: { session: SessionFacts; frame: Frame; error: PortolanError },
): void {
  const { audit, clock, logger, optionsOf, redact } = context;
  const { session, frame, error } = call;
  const { id = '', method = '' } = frame;
  const startedAt = clock.monotonic();
  const exchange: Exchange = { session, frame, id, method, startedAt, sent: false, ended: true };
  const recorder = auditCalls({
    audit,
    clock,
    logger,
    strict: () => false,
    captureOf: (server) => optionsOf(server)?.capture ?? 'digest',
    redact,
  });
  try {
    void recorder.before?.(exchange);
  } catch {
    // Nothing was called, so that nothing is hidden when the log cannot be written either.
    return;
  }
  recorder.after?.(exchange, { kind: 'failed', error });
}
