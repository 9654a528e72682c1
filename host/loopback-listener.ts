// What the listeners on 127.0.0.1 have in common.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { PortolanError } from '../shared/errors.ts';

/** How a server on 127.0.0.1 reads requests: strictly, and no more of them than it must. The Host header is the guard's to judge. */
export const STRICT_READING = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  insecureHTTPParser: false,
  requireHostHeader: false,
} as const;

/** An answer to what the parser could not read. */
export function answerRaw(socket: Socket, status: string): void {
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.destroySoon();
}

/** Listens on 127.0.0.1:`port` (0: any free one) and gives the port. Throws ADDRESS_IN_USE. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  const listening = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) =>
    listening.reject(
      new PortolanError('ADDRESS_IN_USE', `port ${port} on 127.0.0.1 cannot be opened`, {
        hint: 'Choose another port, or 0 for any free one.',
        data: { port, errno: error.code ?? null },
        cause: error,
      }),
    ),
  );
  server.listen({ host: '127.0.0.1', port, exclusive: true }, () => listening.resolve());
  await listening.promise;
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
