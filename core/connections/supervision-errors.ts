// The errors that supervision itself reports.
import { PortolanError } from '../../shared/errors.ts';

/** @param waitMs milliseconds until a start is allowed; 0 while another start is on trial */
export function crashLoop(waitMs: number): PortolanError {
  return new PortolanError('SERVER_CRASH_LOOP', 'The server ended by itself too often; it is not started just now.', {
    hint: 'Read its log for the cause, then restart it, or wait.',
    data: { waitMs: Math.ceil(waitMs) },
  });
}

export function startTimeout(startMs: number): PortolanError {
  return new PortolanError('SERVER_START_TIMEOUT', `The server did not get ready within ${startMs / 1_000} seconds.`, {
    hint: 'Read its log for the cause, or allow it more time to start.',
    data: { startMs },
  });
}

export function stoppedMeanwhile(): PortolanError {
  return new PortolanError('SERVER_EXITED', 'The server was stopped while it was being started.', {
    hint: 'Open it again.',
  });
}

/** The deeper cause in place of the immediate one, with the facts of both. */
export function withFault(fault: PortolanError | undefined, error: PortolanError): PortolanError {
  if (fault === undefined) return error;
  const hint = fault.hint === undefined ? {} : { hint: fault.hint };
  return new PortolanError(fault.code, fault.message, {
    ...hint,
    data: { ...error.data, ...fault.data },
    cause: error,
  });
}
