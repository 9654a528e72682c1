// A guarded fetch for tests, servers for it to meet, and name lookups with given answers.
import { createServer, type RequestListener } from 'node:http';
import type { LookupFunction } from 'node:net';
import { systemClock } from '../../../core/base/clock.ts';
import {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
} from '../../../core/identity/guarded-fetch.ts';
import { listen } from './listen.ts';

/** An address of this machine: as the home of a fetch, it opens this machine. */
export const HERE = new URL('http://127.0.0.1:1/mcp');

/** A guarded fetch on the machine's clock. */
export function guarded(options: Partial<GuardedFetchOptions>): GuardedFetch {
  return createGuardedFetch({ clock: systemClock, ...options });
}

/** An HTTP server on a free port of this machine. */
export function serve(listener: RequestListener): ReturnType<typeof listen> {
  return listen(createServer(listener));
}

/** A lookup that gives one answer after the other; the last one again and again. */
export function answering(...answers: readonly (readonly string[])[]): LookupFunction {
  let asked = 0;
  return (_host, _options, callback) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}
