// Who asked for what is running now: lets a part's callback tell a change made through the host from one made by
// another program.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../core/audit/audit-event.ts';

const storage = new AsyncLocalStorage<Caller>();

/** Runs `fn` on behalf of `caller`. */
export function onBehalfOf<T>(caller: Caller, fn: () => T): T {
  return storage.run(caller, fn);
}

/** The caller of the procedure that led here, or undefined when no procedure did. */
export function currentCaller(): Caller | undefined {
  return storage.getStore();
}
