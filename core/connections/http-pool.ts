// The HTTP client under a remote server's connections: undici's pool, loaded when the first of them is made. Only the module that
// is needed: the whole package takes three times as long to load. Deadlines are the callers' own, on their clock.
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { buildConnector as BuildConnector, Pool as PoolType } from 'undici';
import type { Clock } from '../base/clock.ts';

const require = createRequire(import.meta.url);

const MAX_HEADER_BYTES = 16 * 1024;
/** Common servers drop an idle socket after 5 s. A request that meets the close may or may not have run: stay below. */
const IDLE_SOCKET_MS = 4_000;

/** The code of the error of a connection that did not come about in time. */
export const CONNECT_TIMED_OUT = 'CONNECT_TIMED_OUT';

/** Sockets to one origin. `connectMs`: the longest time until a connection stands, TLS included. */
export function createPool(origin: string, options: { clock: Clock; connectMs: number }): PoolType {
  const Pool = require('undici/lib/dispatcher/pool.js') as typeof PoolType;
  return new Pool(origin, {
    connect: connectorOf(options),
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: IDLE_SOCKET_MS,
    keepAliveMaxTimeout: IDLE_SOCKET_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
}

function connectorOf({ clock, connectMs }: { clock: Clock; connectMs: number }): BuildConnector.connector {
  const buildConnector = require('undici/lib/core/connect.js') as typeof BuildConnector;
  const connect = buildConnector({ timeout: 0, allowH2: false });
  return (options, callback) => {
    let isOver = false;
    const timer = clock.setTimeout(() => {
      isOver = true;
      socket.destroy();
      callback(Object.assign(new Error('connect timed out'), { code: CONNECT_TIMED_OUT }), null);
    }, connectMs);
    // The connector gives its socket back at once, though its type does not say so.
    const socket = connect(options, (error, connected) => {
      timer.cancel();
      if (isOver) return;
      isOver = true;
      if (error === null) callback(null, connected);
      else callback(error, null);
    }) as unknown as Socket;
  };
}
