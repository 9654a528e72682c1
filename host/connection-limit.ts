// A bound on open connections that a flood of slow strangers cannot turn against the person: when it is reached, the
// oldest connection that has not shown a valid token goes first.
import type { Socket } from 'node:net';

export interface ConnectionLimit {
  /** Connections that are open now. */
  readonly size: number;
  /** Counts a new connection, at the price of an older stranger; a new one is closed when everyone is trusted. */
  add(socket: Socket): void;
  /** The connection carried a request with a valid token. */
  trust(socket: Socket): void;
  destroyAll(): void;
}

/** At most `max` connections at a time. */
export function limitConnections(max: number): ConnectionLimit {
  // Sets keep insertion order: the first stranger is the oldest.
  const strangers = new Set<Socket>();
  const trusted = new Set<Socket>();
  return {
    get size() {
      return strangers.size + trusted.size;
    },
    add: (socket) => {
      if (strangers.size + trusted.size >= max) {
        const [oldest] = strangers;
        if (oldest === undefined) {
          socket.destroy();
          return;
        }
        strangers.delete(oldest);
        oldest.destroy();
      }
      strangers.add(socket);
      socket.once('close', () => {
        strangers.delete(socket);
        trusted.delete(socket);
      });
    },
    trust: (socket) => {
      if (strangers.delete(socket)) trusted.add(socket);
    },
    destroyAll: () => {
      for (const socket of [...strangers, ...trusted]) socket.destroy();
    },
  };
}
