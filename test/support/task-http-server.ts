// A real server with the tasks extension over Streamable HTTP (2026-07-28) on loopback, strict where the extension is.
import { META } from '../../core/connections/era.ts';
import { TASKS_EXTENSION } from '../../core/tasks/task-wire.ts';
import { TaskBook, TOOLS } from '../fixtures/task-book.mjs';
import { HttpMcpServer, respond, type SeenRequest } from './http-mcp-server.ts';

type Json = Record<string, unknown>;

export class TaskHttpServer {
  readonly http: HttpMcpServer;
  readonly book: InstanceType<typeof TaskBook>;
  /** Methods that came, in order. */
  readonly seen: string[] = [];
  /** Set to answer everything with this status, as a server in trouble does. */
  trouble: { status: number; headers?: Record<string, string> } | undefined;

  private constructor(http: HttpMcpServer, options: { ttlMs?: number | null; pollMs?: number }) {
    this.http = http;
    this.book = new TaskBook(options);
    http.on('GET', (_request, response) => void response.writeHead(405).end());
    http.on('DELETE', (_request, response) => void response.writeHead(405).end());
    http.on('POST', (request, response) => {
      this.seen.push(request.method);
      if (this.trouble !== undefined) {
        response.writeHead(this.trouble.status, this.trouble.headers).end();
        return;
      }
      void this.#answer(request).then(
        (result) => respond(response, 200, { jsonrpc: '2.0', id: request.id, result }),
        (error: { code?: number; message: string }) =>
          respond(response, 200, {
            jsonrpc: '2.0',
            id: request.id,
            error: { code: error.code ?? -32_603, message: error.message },
          }),
      );
    });
  }

  /** Listens on a free loopback port until the test has finished. */
  static async start(options: { ttlMs?: number | null; pollMs?: number } = {}): Promise<TaskHttpServer> {
    return new TaskHttpServer(await HttpMcpServer.start({ sessions: false }), options);
  }

  get url(): string {
    return this.http.url;
  }

  async #answer(request: SeenRequest): Promise<object> {
    const { params } = request;
    switch (request.method) {
      case 'server/discover':
        return {
          resultType: 'complete',
          supportedVersions: ['2026-07-28'],
          capabilities: { tools: {}, extensions: { [TASKS_EXTENSION]: {} } },
          ttlMs: 60_000,
          cacheScope: 'private',
          _meta: { [META.serverInfo]: { name: 'task-http-server', version: '1' } },
        };
      case 'tools/list':
        return {
          resultType: 'complete',
          ttlMs: 0,
          cacheScope: 'private',
          tools: Object.entries(TOOLS).map(([name, { schema }]) => ({ name, inputSchema: schema })),
        };
      case 'tools/call': {
        const name = String(params['name']);
        const mayBeTask = TOOLS[name]?.task !== undefined && declared(params);
        if (!mayBeTask) return { resultType: 'complete', ...(await this.book.run(name, params['arguments'])) };
        return { resultType: 'task', ...this.book.extension(this.book.start(name, params['arguments'])) };
      }
      case 'tasks/get':
      case 'tasks/update':
      case 'tasks/cancel':
        return this.#onTask(request, params);
      default:
        throw Object.assign(new Error('no such method'), { code: -32_601 });
    }
  }

  #onTask(request: SeenRequest, params: Json): object {
    const taskId = String(params['taskId']);
    if (!declared(params)) throw Object.assign(new Error('the extension is not declared'), { code: -32_021 });
    if (request.headers['mcp-name'] !== taskId) throw Object.assign(new Error('header mismatch'), { code: -32_020 });
    const task = this.book.tasks.get(taskId);
    if (task === undefined) throw Object.assign(new Error('no such task'), { code: -32_602 });
    if (request.method === 'tasks/update') this.book.answer(task, params['inputResponses']);
    if (request.method === 'tasks/cancel') this.book.cancel(task);
    return { resultType: 'complete', ...(request.method === 'tasks/get' ? this.book.extension(task) : {}) };
  }
}

function declared(params: Json): boolean {
  const meta = params['_meta'] as Record<string, { extensions?: Json }> | undefined;
  return meta?.[META.clientCapabilities]?.extensions?.[TASKS_EXTENSION] !== undefined;
}
