// A server on a free port of this machine for the time of one test, which counts its connections.
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Listening {
  readonly port: number;
  /** Connections so far. */
  readonly connections: () => number;
}

export async function listen(server: Server, host = '127.0.0.1'): Promise<Listening> {
  let connections = 0;
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}
