// The one shape of everything that looks at a request on its way: small files under interceptors/, composed in session.ts in
// the order in which they run. An interceptor never changes bytes and never sends any;
// what must change on the way is changed in one place, `outgoingFrame`.
import type { Ending, Exchange } from './exchange.ts';

export interface Interceptor {
  readonly name: string;
  /**
   * Runs before any byte of the request leaves. Throwing (or rejecting with) a PortolanError refuses the request. A promise
   * holds it, and everything that the client sent after it, back.
   */
  before?(exchange: Exchange): Promise<void> | undefined;
  /** Runs exactly once for each request that was read, after the client has its answer, whether or not `before` let it pass. */
  after?(exchange: Exchange, ending: Ending): void;
}

/** Runs `before` of each in order. Undefined when none of them waits: the hot path has no promise. */
export function runBefore(interceptors: readonly Interceptor[], exchange: Exchange): Promise<void> | undefined {
  for (const [index, interceptor] of interceptors.entries()) {
    const waiting = interceptor.before?.(exchange);
    if (waiting !== undefined) return waiting.then(() => runBefore(interceptors.slice(index + 1), exchange));
  }
  return undefined;
}

/** Runs `after` of each, last to first. */
export function runAfter(interceptors: readonly Interceptor[], exchange: Exchange, ending: Ending): void {
  for (let index = interceptors.length - 1; index >= 0; index--) interceptors[index]?.after?.(exchange, ending);
}
