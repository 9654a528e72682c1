// A real Streamable HTTP server on loopback that behaves as told: it is well-behaved by default, and every message or HTTP method
// can be given another, hostile reply. It keeps what it has seen.
import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SeenRequest {
  readonly http: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The JSON-RPC method; empty for responses and requests without a body. */
  readonly method: string;
  readonly id: unknown;
  readonly params: Record<string, unknown>;
}

export type Reply = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

export class HttpMcpServer {
  readonly seen: SeenRequest[] = [];
  readonly sessions = new Set<string>();
  /** Sessions that were ever given out, in order. */
  readonly issued: string[] = [];
  /** Sockets that were ever accepted. */
  connections = 0;
  readonly #server: Server;
  readonly #replies = new Map<string, Reply>();
  readonly #withSessions: boolean;

  private constructor(withSessions: boolean) {
    this.#withSessions = withSessions;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: NodeJS.ErrnoException) => {
        // A request that broke off is none.
        if (error.code !== 'ECONNRESET') throw error;
      });
    });
    this.#server.on('connection', () => {
      this.connections++;
    });
  }

  /** Listens on a free loopback port until the test has finished. */
  static async start(options: { sessions?: boolean } = {}): Promise<HttpMcpServer> {
    const server = new HttpMcpServer(options.sessions ?? true);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => server.stop());
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  get url(): string {
    return `${this.origin}/mcp`;
  }

  /** Sets the reply to a JSON-RPC method, or to `GET`, `DELETE`, `POST` (every POST) or `GET /path`. */
  on(what: string, reply: Reply): void {
    this.#replies.set(what, reply);
  }

  count(method: string): number {
    return this.seen.filter((request) => request.method === method).length;
  }

  requests(http: string): SeenRequest[] {
    return this.seen.filter((request) => request.http === http);
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** After `stop`: listens again, where it did. */
  restart(port: number): Promise<void> {
    return new Promise((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const message = (body.length === 0 ? {} : JSON.parse(body.toString())) as Record<string, unknown>;
    const seen: SeenRequest = {
      http: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      method: typeof message['method'] === 'string' ? message['method'] : '',
      id: message['id'],
      params: (message['params'] ?? {}) as Record<string, unknown>,
    };
    this.seen.push(seen);
    const reply =
      this.#replies.get(`${seen.http} ${seen.path}`) ??
      this.#replies.get(seen.method) ??
      this.#replies.get(seen.http) ??
      this.#usual;
    await reply(seen, response);
  }

  /** What a plain server does; replies of tests fall back on it. */
  readonly usual: Reply = (request, response) => this.#usual(request, response);

  readonly #usual: Reply = (request, response) => {
    if (request.method === 'initialize') {
      answerInitialize(request, response, this.#withSessions ? this.#issue() : undefined);
      return;
    }
    const session = request.headers['mcp-session-id'];
    if (this.#withSessions && (typeof session !== 'string' || !this.sessions.has(session))) {
      respond(response, session === undefined ? 400 : 404, {
        jsonrpc: '2.0',
        id: null,
        error: { code: -32_001, message: 'Session not found' },
      });
    } else if (request.http === 'DELETE') {
      this.sessions.delete(String(session));
      response.writeHead(200).end();
    } else if (request.http !== 'POST') response.writeHead(405).end();
    else if (request.id === undefined || request.method === '') response.writeHead(202).end();
    else respond(response, 200, { jsonrpc: '2.0', id: request.id, result: { echo: request.params } });
  };

  #issue(): string {
    const session = randomUUID();
    this.sessions.add(session);
    this.issued.push(session);
    return session;
  }
}

export function answerInitialize(request: SeenRequest, response: ServerResponse, session?: string): void {
  const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'test', version: '1' } };
  respond(
    response,
    200,
    { jsonrpc: '2.0', id: request.id, result },
    session === undefined ? {} : { 'mcp-session-id': session },
  );
}

export function respond(
  response: ServerResponse,
  status: number,
  message: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(message));
}

export function openEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
}

export function sendEvent(
  response: ServerResponse,
  event: { id?: string; retry?: number; event?: string; data?: object | string },
): void {
  const lines: string[] = [];
  if (event.id !== undefined) lines.push(`id: ${event.id}`);
  if (event.retry !== undefined) lines.push(`retry: ${String(event.retry)}`);
  if (event.event !== undefined) lines.push(`event: ${event.event}`);
  if (event.data !== undefined)
    lines.push(`data: ${typeof event.data === 'string' ? event.data : JSON.stringify(event.data)}`);
  response.write(`${lines.join('\n')}\n\n`);
}
