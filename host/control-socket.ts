// The host's one front door: HTTP on a Unix socket (0600 in a 0700 directory) or a named pipe. Whoever can open it is
// the same user; there is no token. It only routes: procedures, the desktop window's files, health, shims' upgrades, and
// what hosts say to each other at a hand-over.
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { http } from '../core/base/node-http.ts';
import type { Logger } from '../core/base/logger.ts';
import { PortolanError, toPortolanError } from '../shared/errors.ts';
import { httpStatusOf } from '../shared/http-status.ts';
import { readSmallBody } from './read-body.ts';
import { SECURITY_HEADERS } from './web-headers.ts';

/** What `GET /health` answers. */
export interface Health {
  readonly pid: number;
  readonly version: string;
  readonly draining: boolean;
}

export interface ControlHandlers {
  health(): Health;
  rpc(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Answers with the window's file of `pathname`; false when there is none: nothing was sent. */
  file(req: IncomingMessage, res: ServerResponse, pathname: string): Promise<boolean>;
  /** Takes over an upgraded connection: writes the 101 itself. A thrown PortolanError becomes a plain HTTP answer. */
  connect(req: IncomingMessage, socket: Socket, head: Buffer): Promise<void>;
  handOver(version: string): void;
  adopt(message: Record<string, unknown>): void;
}

export interface ControlSocket {
  /** Open connections, upgraded ones included. */
  readonly open: number;
  /** Stops accepting and removes the socket; open connections stay. */
  stopListening(): void;
  /** Ends what is still open. */
  destroyAll(): void;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_HEADER_BYTES = 64 * 1024;
/** Pending frames of a hand-over: a message may be 64 MiB, a third more in base64. */
const MAX_ADOPT_BYTES = 512 * 1024 * 1024;
const MAX_SMALL_BODY_BYTES = 4_096;

/** Listens at `path`. The caller holds the instance lock, so a socket that is there is a dead host's and is replaced. */
export async function openControlSocket(options: {
  path: string;
  handlers: ControlHandlers;
  logger: Logger;
}): Promise<ControlSocket> {
  const { path, handlers, logger } = options;
  const sockets = new Set<Socket>();

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = req.url ?? '/';
    if (url.startsWith('/rpc/')) return handlers.rpc(req, res);
    switch (`${req.method} ${url}`) {
      case 'GET /health':
        return sendJson(res, 200, handlers.health());
      case 'POST /hand-over': {
        const body = await readSmallBody(req, MAX_SMALL_BODY_BYTES);
        handlers.handOver(typeof body?.['version'] === 'string' ? body['version'] : '0.0.0');
        return sendJson(res, 202, {});
      }
      case 'POST /adopt': {
        const body = await readSmallBody(req, MAX_ADOPT_BYTES);
        if (body === undefined) throw new PortolanError('INPUT_INVALID', 'the body is not a JSON object');
        handlers.adopt(body);
        return sendJson(res, 200, {});
      }
      default:
        if (req.method === 'GET' && (await sendFile(req, res))) return;
        throw new PortolanError('NOT_FOUND', 'there is nothing at this address');
    }
  };

  const sendFile = (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) res.setHeader(name, value);
    return handlers.file(req, res, (req.url ?? '/').split('?', 1)[0] ?? '/');
  };

  const server = http.createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: 5_000,
    },
    (req, res) => {
      handle(req, res).catch((error: unknown) => {
        const known = report(error, logger);
        const isRpc = (req.url ?? '').startsWith('/rpc/');
        if (res.headersSent) res.destroy();
        else sendJson(res, httpStatusOf(known.code), isRpc ? rpcRefusal(known) : refusalBody(known));
      });
    },
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => {
    // A shim may die at any moment; whoever reads the stream sees its end.
    socket.on('error', () => undefined);
    handlers.connect(req, socket, head).catch((error: unknown) => refuseUpgrade(socket, report(error, logger)));
  });
  await listen(server, path);
  return {
    get open() {
      return sockets.size;
    },
    stopListening: () => {
      server.close();
      server.closeIdleConnections();
    },
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listen(server: ReturnType<typeof http.createServer>, path: string): Promise<void> {
  if (process.platform !== 'win32') {
    const stale = lstatSync(path, { throwIfNoEntry: false });
    if (stale !== undefined && !stale.isSocket()) {
      throw new PortolanError('DATA_DIR_UNUSABLE', `${path} is in the way: it is not a socket`, {
        hint: 'Move it away and start again.',
        data: { path },
      });
    }
    rmSync(path, { force: true });
  }
  const listening = Promise.withResolvers<void>();
  server.once('error', (error) =>
    listening.reject(
      new PortolanError('ADDRESS_IN_USE', `the control socket ${path} cannot be opened`, {
        hint: 'Another program holds this address; end it or set PORTOLAN_HOME to another directory.',
        data: { path },
        cause: error,
      }),
    ),
  );
  server.listen(path, () => listening.resolve());
  await listening.promise;
  if (process.platform !== 'win32') chmodSync(path, 0o600);
}

function report(error: unknown, logger: Logger): PortolanError {
  const known = toPortolanError(error);
  if (known.code !== 'INTERNAL') return known;
  logger.error('a request on the control socket failed', { error });
  return new PortolanError('INTERNAL', 'something went wrong inside Portolan', { hint: 'The log says more.' });
}

function refusalBody({ code, message, hint }: PortolanError): object {
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** A refusal in oRPC's own form, for what fails before oRPC sees the request. */
function rpcRefusal({ code, message, hint }: PortolanError): object {
  const data = hint === undefined ? {} : { hint };
  return { json: { defined: true, code, status: httpStatusOf(code), message, data } };
}

function sendJson(res: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
  res.writeHead(status, headers).end(body);
}

function refuseUpgrade(socket: Socket, error: PortolanError): void {
  const body = JSON.stringify(refusalBody(error));
  const status = httpStatusOf(error.code);
  socket.end(
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? 'Refused'}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}
