// A TCP proxy on loopback that breaks connections where it is told to: after so many bytes in one direction.
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

type Direction = 'request' | 'answer';

export class ChaosProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut: { readonly direction: Direction; bytes: number } | undefined;

  private constructor(targetPort: number) {
    this.#server = createServer((client) => this.#join(client, connect({ port: targetPort, host: '127.0.0.1' })));
  }

  /** Forwards to this port until the test has finished. */
  static async start(targetPort: number): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      for (const socket of proxy.#sockets) socket.destroy();
      await new Promise((resolve) => proxy.#server.close(resolve));
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Once: lets `bytes` more bytes through in this direction, of all connections together, and breaks the one that they came on. */
  cutAfter(bytes: number, direction: Direction): void {
    this.#cut = { direction, bytes };
  }

  /** True once the break that was asked for has happened. */
  get hasCut(): boolean {
    return this.#cut === undefined;
  }

  #join(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => this.#pass(chunk, 'request', { from: client, to: server }));
    server.on('data', (chunk: Buffer) => this.#pass(chunk, 'answer', { from: server, to: client }));
  }

  #pass(chunk: Buffer, direction: Direction, { from, to }: { from: Socket; to: Socket }): void {
    const cut = this.#cut;
    if (cut?.direction !== direction) {
      to.write(chunk);
      return;
    }
    const allowed = chunk.subarray(0, cut.bytes);
    cut.bytes -= allowed.length;
    if (cut.bytes > 0) {
      to.write(allowed);
      return;
    }
    this.#cut = undefined;
    from.removeAllListeners('data');
    // What was let through arrives; only then does the connection break.
    to.end(allowed, () => from.destroy());
  }
}
