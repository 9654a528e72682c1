// Work that many share, waited for by one who may leave.
import { nobodyWaits } from './sign-in-errors.ts';

/** The promise's outcome, or CONNECTION_LOST as soon as `signal` aborts; the work goes on for the others. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return Promise.reject(nobodyWaits());
  }
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const leave = (): void => reject(nobodyWaits());
  signal.addEventListener('abort', leave, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  return promise;
}
