// The listener of the HTTP gateway: the door for AI clients that speak MCP over HTTP. Off until a person turns it on.
//
// Controls, and the attack that each one answers:
// - bound to 127.0.0.1 alone                                  → other machines, "NeighborJack"
// - Host must be exactly 127.0.0.1:PORT or the public origin's → DNS rebinding
// - any Origin but the public one, cross-site fetches: 403    → web pages; before a byte of the body is read
// - application/json only, no CORS header, no cookie          → simple requests, reads by other origins
// - a token for each client, compared in constant time, after → other local programs and users; guessing is slowed down,
//   ten wrong ones in a second 429; revoked at once             a stolen token opens what its client might and is revocable
// - strict parser, no chunked bodies, bounds on everything    → request smuggling, memory exhaustion
// - X-Forwarded-* is never read                               → a forged origin
// The token is for Portolan alone: no header of a request but `Mcp-Param-*` reaches a server.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { http } from '../core/base/node-http.ts';
import type { Logger } from '../core/base/logger.ts';
import { type GatewayClients, mayUse } from '../core/gateway/http/gateway-clients.ts';
import { readGatewayPath } from '../core/gateway/http/gateway-target.ts';
import type { HttpGateway } from '../core/gateway/http/http-gateway.ts';
import type { GatewayClient } from '../shared/model/gateway.ts';
import { limitConnections } from './connection-limit.ts';
import { gatewayRefusal } from './gateway-guard.ts';
import { answerRaw, listenOnLoopback, STRICT_READING } from './loopback-listener.ts';
import { bearerOf, type Refusal } from './web-guard.ts';
import { SECURITY_HEADERS } from './web-headers.ts';

const MAX_CONNECTIONS = 128;
const REQUEST_TIMEOUT_MS = 60_000;

export interface GatewayHost {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Refused requests by reason, since the start. */
  readonly refused: ReadonlyMap<string, number>;
  /** Cuts what a client has open. */
  cut(clientId: string): void;
  /** Takes no new connections; those that are open go on. The port is free afterwards. */
  stopListening(): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1:`port` (0: any free one). Throws ADDRESS_IN_USE. */
export async function openGatewayHost(options: {
  port: number;
  publicOrigin(): string | undefined;
  clients: GatewayClients;
  gateway: Pick<HttpGateway, 'handle'>;
  logger: Logger;
  /** A connection came or went, or a client's use was noted. */
  onChanged(): void;
}): Promise<GatewayHost> {
  const { clients, gateway, logger } = options;
  const refused = new Map<string, number>();
  const limit = limitConnections(MAX_CONNECTIONS);
  const open = new Map<string, Set<ServerResponse>>();
  let authority = '';

  const refuse = (res: ServerResponse, { status, reason }: Refusal): void => {
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
    logger.debug('refused a request to the gateway', { status, reason });
    const headers: Record<string, string> = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
    if (status === 405) headers['Allow'] = 'GET, POST, DELETE';
    if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
    if (status === 429) headers['Retry-After'] = '1';
    // The rest of the body is never read: the connection ends with the answer.
    res.writeHead(status, headers).end(`${reason}\n`, () => res.socket?.destroySoon());
  };

  const admit = (req: IncomingMessage, secret: string | undefined): GatewayClient | Refusal => {
    const admission = secret === undefined ? clients.admit(bearerOf(req), 'header') : clients.admit(secret, 'path');
    if (admission.kind === 'client') return admission.client;
    return admission.kind === 'too-many' ? { status: 429, reason: 'guessing' } : { status: 401, reason: 'token' };
  };

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) res.setHeader(name, value);
    const refusal = gatewayRefusal(req, { authority, publicOrigin: options.publicOrigin() });
    if (refusal !== undefined) return refuse(res, refusal);
    const path = readGatewayPath((req.url ?? '/').split('?', 1)[0] ?? '/');
    if (path === undefined) return refuse(res, { status: 404, reason: 'path' });
    const client = admit(req, path.secret);
    if ('status' in client) return refuse(res, client);
    limit.trust(req.socket);
    if (!mayUse(client, path.target)) return refuse(res, { status: 403, reason: 'restricted' });
    const mine = open.get(client.id) ?? new Set();
    open.set(client.id, mine.add(res));
    res.once('close', () => {
      mine.delete(res);
      if (mine.size === 0 && open.get(client.id) === mine) open.delete(client.id);
    });
    await gateway.handle(req, res, { client, target: path.target });
  };

  const server: Server = http.createServer(
    { ...STRICT_READING, requestTimeout: REQUEST_TIMEOUT_MS, noDelay: true },
    (req, res) => {
      handle(req, res).catch((error: unknown) => {
        logger.error('a request to the gateway failed', { error });
        if (res.headersSent) res.destroy();
        else refuse(res, { status: 500, reason: 'internal' });
      });
    },
  );
  server.on('connection', (socket: Socket) => {
    limit.add(socket);
    options.onChanged();
    socket.once('close', () => options.onChanged());
  });
  server.on('connect', (_req: IncomingMessage, socket: Socket) => answerRaw(socket, '405 Method Not Allowed'));
  server.on('checkContinue', (_req: IncomingMessage, res: ServerResponse) =>
    refuse(res, { status: 417, reason: 'expect' }),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refused.set('malformed', (refused.get('malformed') ?? 0) + 1);
    answerRaw(socket, error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request');
  });
  const port = await listenOnLoopback(server, options.port);
  authority = `127.0.0.1:${port}`;
  const closed = Promise.withResolvers<void>();
  const stopListening = (): void => void server.close(() => closed.resolve());
  return {
    port,
    get connections() {
      return limit.size;
    },
    refused,
    cut: (clientId) => {
      for (const res of open.get(clientId) ?? []) res.destroy();
    },
    stopListening,
    close: () => {
      stopListening();
      limit.destroyAll();
      return closed.promise;
    },
  };
}
