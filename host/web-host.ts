// The loopback web host: the same window in a browser. Off until someone who can open the control socket asks for it.
//
// Controls, and the attack that each one answers:
// - bound to 127.0.0.1 alone, never 0.0.0.0 or ::             → other machines, "NeighborJack"
// - Host must be exactly 127.0.0.1:PORT, once, origin-form    → DNS rebinding: a page of evil.test whose name now means us
// - any Origin but our own, any cross-site Sec-Fetch-Site: 403 → requests forged by other pages (fetch, form, image, beacon)
// - no cookie; a bearer token that a page must add by script  → the same: a browser sends nothing of ours by itself
// - the token comes for a one-time code, handed over by the   → other local users and pages: they never see the code
//   control socket; compared in constant time, counted
// - application/json only, POST only for procedures           → simple requests that need no preflight
// - strict parser, no chunked bodies, header and body bounds  → request smuggling, memory exhaustion
// - time limits, and strangers give way when it gets full     → slow headers, slow bodies, connection floods
// - CSP, nosniff, CORP, COOP, no-store, no CORS header        → script injection, reads by other origins, caches
// What it cannot stop: a process of the same user. That one can open the control socket anyway.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { http } from '../core/base/node-http.ts';
import type { Logger } from '../core/base/logger.ts';
import { limitConnections } from './connection-limit.ts';
import { answerRaw, listenOnLoopback, STRICT_READING } from './loopback-listener.ts';
import { readSmallBody } from './read-body.ts';
import type { StaticFiles } from './static-files.ts';
import { bearerOf, refusalOf, type Refusal } from './web-guard.ts';
import { SECURITY_HEADERS } from './web-headers.ts';
import type { WebSession, WebSessions } from './web-sessions.ts';

const MAX_CONNECTIONS = 128;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_CODE_BODY_BYTES = 1_024;

export interface WebHost {
  /** `http://127.0.0.1:PORT`. */
  readonly base: string;
  /** Refused requests by reason, since the start. */
  readonly refused: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1:`port` (0: any free one). Throws ADDRESS_IN_USE.
 * `rpc` answers requests under /rpc that have passed every check.
 */
export async function openWebHost(options: {
  port: number;
  sessions: WebSessions;
  files: StaticFiles;
  rpc(req: IncomingMessage, res: ServerResponse): Promise<void>;
  logger: Logger;
}): Promise<WebHost> {
  const { sessions, files, logger } = options;
  const refused = new Map<string, number>();
  const limit = limitConnections(MAX_CONNECTIONS);
  let authority = '';

  const refuse = (res: ServerResponse, { status, reason }: Refusal): void => {
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
    logger.debug('refused a web request', { status, reason });
    const headers: Record<string, string> = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
    if (status === 405) headers['Allow'] = 'GET, HEAD, POST';
    if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
    // The rest of the body is never read: the connection ends with the answer.
    res.writeHead(status, headers).end(`${reason}\n`, () => res.socket?.destroySoon());
  };

  const withSession = (req: IncomingMessage, res: ServerResponse): WebSession | undefined => {
    const token = bearerOf(req);
    const outcome = token === undefined ? ({ kind: 'refused' } as const) : sessions.authenticate(token);
    if (outcome.kind === 'session') {
      limit.trust(req.socket);
      return outcome.session;
    }
    refuse(res, outcome.kind === 'too-many' ? { status: 429, reason: 'guessing' } : { status: 401, reason: 'token' });
    return undefined;
  };

  const openSession = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await readSmallBody(req, MAX_CODE_BODY_BYTES);
    const code: unknown = body?.['code'];
    const outcome = typeof code === 'string' ? sessions.redeem(code) : ({ kind: 'refused' } as const);
    switch (outcome.kind) {
      case 'opened':
        return sendJson(res, { token: outcome.token });
      case 'too-many':
        return refuse(res, { status: 429, reason: 'guessing' });
      case 'refused':
        return refuse(res, { status: 401, reason: 'code' });
    }
  };

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) res.setHeader(name, value);
    const refusal = refusalOf(req, authority);
    if (refusal !== undefined) return refuse(res, refusal);
    const pathname = (req.url ?? '/').split('?', 1)[0] ?? '/';
    if (req.method !== 'POST') {
      if (pathname === '/session' || pathname.startsWith('/rpc')) return refuse(res, { status: 405, reason: 'method' });
      return files.serve(req, res, pathname) ? undefined : refuse(res, { status: 404, reason: 'path' });
    }
    if (pathname === '/session') return openSession(req, res);
    if (pathname !== '/session/end' && !pathname.startsWith('/rpc/'))
      return refuse(res, { status: 404, reason: 'path' });
    const session = withSession(req, res);
    if (session === undefined) return;
    if (pathname === '/session/end') {
      sendJson(res, {});
      sessions.end(session.id);
      return;
    }
    const cut = (): void => {
      req.socket.destroy();
    };
    session.onEnd.add(cut);
    res.once('close', () => session.onEnd.delete(cut));
    await options.rpc(req, res);
  };

  const server = http.createServer({ ...STRICT_READING, requestTimeout: REQUEST_TIMEOUT_MS }, (req, res) => {
    handle(req, res).catch((error: unknown) => {
      logger.error('a web request failed', { error });
      if (res.headersSent) res.destroy();
      else refuse(res, { status: 500, reason: 'internal' });
    });
  });
  server.on('connection', (socket: Socket) => limit.add(socket));
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
  return {
    base: `http://${authority}`,
    refused,
    close: () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      limit.destroyAll();
      return closed.promise;
    },
  };
}

function sendJson(res: ServerResponse, value: object): void {
  const body = JSON.stringify(value);
  res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
}
