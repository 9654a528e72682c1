// A real server of MCP 2026-07-28 over Streamable HTTP on loopback, written by hand and strict: it checks headers against bodies as
// the specification says. Tools, form of the answers and every single reply can be set; it keeps what it has seen.
import type { ServerResponse } from 'node:http';
import { decodeHeaderValue } from '../../core/connections/header-value.ts';
import { HttpMcpServer, openEvents, type Reply, respond, type SeenRequest, sendEvent } from './http-mcp-server.ts';
import { RemoteClient, type RemoteOptions } from './remote-client.ts';

export const VERSION_2026 = '2026-07-28';
const KEY = 'io.modelcontextprotocol/';

/** The `_meta` of a modern request. */
const modernMeta = (more: object = {}): object => ({
  [`${KEY}protocolVersion`]: VERSION_2026,
  [`${KEY}clientInfo`]: { name: 'test', version: '1' },
  [`${KEY}clientCapabilities`]: {},
  ...more,
});

/** Parameters of a modern request. */
export const modernParams = (more: object = {}, meta: object = {}): object => ({ ...more, _meta: modernMeta(meta) });

export interface ModernTool {
  readonly name: string;
  readonly inputSchema?: object;
}

/** A tool whose string argument `region` is mirrored into a header. */
export const headerTool = (name: string, header: unknown = 'Region', type: unknown = 'string'): ModernTool => ({
  name,
  inputSchema: { type: 'object', properties: { region: { type, 'x-mcp-header': header } } },
});

/** A modern connection to the server, for one test. */
export const openModern = (server: ModernServer, options: RemoteOptions = {}): RemoteClient =>
  new RemoteClient(server.url, { era: 'modern', ...options });

export class ModernServer {
  readonly http: HttpMcpServer;
  tools: ModernTool[] = [{ name: 'echo', inputSchema: { type: 'object' } }];
  /** Tools on one page of tools/list. */
  pageSize = 100;
  answers: 'json' | 'sse' = 'json';
  supportedVersions: readonly string[] = [VERSION_2026];
  ttlMs = 0;
  /** Calls that were carried out. */
  readonly calls: SeenRequest[] = [];
  /** Open streams of subscriptions/listen, by id. */
  readonly listens = new Map<unknown, ServerResponse>();

  private constructor(http: HttpMcpServer) {
    this.http = http;
    http.on('GET', (_request, response) => void response.writeHead(405).end());
    http.on('DELETE', (_request, response) => void response.writeHead(405).end());
    http.on('POST', this.usual);
  }

  /** Listens on a free loopback port until the test has finished. */
  static async start(): Promise<ModernServer> {
    return new ModernServer(await HttpMcpServer.start({ sessions: false }));
  }

  get url(): string {
    return this.http.url;
  }

  get seen(): readonly SeenRequest[] {
    return this.http.seen;
  }

  /** Sets the reply to a method; `usual` is what it is without. */
  on(method: string, reply: Reply): void {
    this.http.on(method, reply);
  }

  /** Answers as the server answers everything: as JSON, or as an event stream of its own. */
  reply(request: SeenRequest, response: ServerResponse, result: object): void {
    const message = { jsonrpc: '2.0', id: request.id, result: { resultType: 'complete', ...result } };
    if (this.answers === 'json') {
      respond(response, 200, message);
      return;
    }
    openEvents(response);
    response.write(': keep-alive\n\n');
    sendEvent(response, { data: message });
    response.end();
  }

  readonly usual: Reply = (request, response) => {
    const fault = faultOf(request, this.supportedVersions);
    if (fault !== undefined) refuse(response, 400, request.id, fault);
    else if (request.id === undefined) response.writeHead(202).end();
    else this.#answer(request, response);
  };

  #answer(request: SeenRequest, response: ServerResponse): void {
    switch (request.method) {
      case 'server/discover':
        this.reply(request, response, {
          supportedVersions: this.supportedVersions,
          capabilities: { tools: { listChanged: true } },
          ttlMs: this.ttlMs,
          cacheScope: 'private',
          _meta: { [`${KEY}serverInfo`]: { name: 'modern', version: '3' } },
        });
        return;
      case 'tools/list': {
        const from = Number(request.params['cursor'] ?? 0);
        const next = from + this.pageSize;
        this.reply(request, response, {
          tools: this.tools.slice(from, next),
          ...(next < this.tools.length ? { nextCursor: String(next) } : {}),
          ttlMs: 0,
          cacheScope: 'private',
        });
        return;
      }
      case 'tools/call': {
        const wrong = mirrored(this.tools, request).find(([name, value]) => headerOf(request, name) !== value);
        if (wrong !== undefined) {
          refuse(response, 400, request.id, { code: -32_020, message: `header ${wrong[0]} does not match` });
          return;
        }
        this.calls.push(request);
        this.reply(request, response, { content: [], structuredContent: { echo: request.params['arguments'] } });
        return;
      }
      case 'subscriptions/listen':
        openEvents(response);
        this.listens.set(request.id, response);
        response.once('close', () => this.listens.delete(request.id));
        sendEvent(response, { data: acknowledged(request) });
        return;
      default:
        refuse(response, 404, request.id, { code: -32_601, message: 'unknown method' });
    }
  }
}

interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: object;
}

export function refuse(response: ServerResponse, status: number, id: unknown, error: RpcError): void {
  respond(response, status, { jsonrpc: '2.0', id, error });
}

function acknowledged(request: SeenRequest): object {
  const { notifications } = request.params;
  const params = { notifications, _meta: { [`${KEY}subscriptionId`]: request.id } };
  return { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params };
}

const NAMED_BY = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

/** What is wrong with a request before anybody looks at its method. */
function faultOf(request: SeenRequest, supported: readonly string[]): RpcError | undefined {
  const meta = (request.params['_meta'] ?? {}) as Record<string, unknown>;
  const version = meta[`${KEY}protocolVersion`];
  const { method, params } = request;
  const member = method.startsWith('tasks/') ? 'taskId' : NAMED_BY.get(method);
  const expected: [string, unknown][] = [
    ['mcp-method', method],
    ['mcp-name', member === undefined ? undefined : params[member]],
    ...(request.id === undefined ? [] : [['mcp-protocol-version', version] satisfies [string, unknown]]),
  ];
  const wrong = expected.find(([name, value]) => headerOf(request, name) !== value);
  if (wrong !== undefined) return { code: -32_020, message: `header ${wrong[0]} does not match` };
  if (request.id === undefined) return undefined;
  if (meta[`${KEY}clientCapabilities`] === undefined) return { code: -32_602, message: 'no client capabilities' };
  if (supported.includes(String(version))) return undefined;
  return { code: -32_022, message: 'unsupported version', data: { supported, requested: version } };
}

function headerOf(request: SeenRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? decodeHeaderValue(value) : undefined;
}

/** Header → value that a call must carry. It looks at the first level of arguments only. */
function mirrored(tools: readonly ModernTool[], request: SeenRequest): [string, string | undefined][] {
  const tool = tools.find(({ name }) => name === request.params['name']);
  const { properties = {} } = (tool?.inputSchema ?? {}) as { properties?: Record<string, Record<string, unknown>> };
  const args = (request.params['arguments'] ?? {}) as Record<string, unknown>;
  return Object.entries(properties).flatMap(([name, schema]) => {
    const header = schema['x-mcp-header'];
    if (typeof header !== 'string') return [];
    const value = args[name];
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? undefined);
    return [[`mcp-param-${header.toLowerCase()}`, text]];
  });
}
