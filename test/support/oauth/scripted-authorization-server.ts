// An MCP server and its authorization server on this machine, both entirely in the hands of a test: what they publish, how they
// answer, and what they were asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What is sent back; an object or list as JSON. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Handler = (request: SeenRequest) => Answer | Promise<Answer>;

export class ScriptedAuthorizationServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Requests in the order in which they came. */
  readonly seen: SeenRequest[] = [];
  readonly #handlers = new Map<string, Handler>();

  private constructor(origin: string) {
    this.origin = origin;
  }

  /** Runs until the test ends. It answers 404 to what it has no handler for. */
  static async start(): Promise<ScriptedAuthorizationServer> {
    let self: ScriptedAuthorizationServer | undefined;
    const server = createServer((request, response) => void self?.answer(request, response));
    const { port } = await listen(server);
    self = new ScriptedAuthorizationServer(`http://127.0.0.1:${String(port)}`);
    return self;
  }

  /** Answers `GET /path` or `POST /path` from now on; the query does not count. */
  on(what: string, answer: Answer | Handler): this {
    this.#handlers.set(what, typeof answer === 'function' ? answer : () => answer);
    return this;
  }

  /** Publishes the metadata of a protected resource; without `at`, at the well-known place of `/mcp`. */
  publishResource(changes: object = {}, at = '/.well-known/oauth-protected-resource/mcp'): this {
    const body = { resource: `${this.origin}/mcp`, authorization_servers: [this.origin], ...changes };
    return this.on(`GET ${at}`, { body });
  }

  /** Publishes metadata of the authorization server; a value of undefined takes a field away. */
  publishServer(changes: object = {}, at = '/.well-known/oauth-authorization-server'): this {
    return this.on(`GET ${at}`, { body: { ...this.metadata(), ...changes } });
  }

  /** The metadata of a server that takes everything. */
  metadata(): Record<string, unknown> {
    return {
      issuer: this.origin,
      authorization_endpoint: `${this.origin}/authorize`,
      token_endpoint: `${this.origin}/token`,
      registration_endpoint: `${this.origin}/register`,
      revocation_endpoint: `${this.origin}/revoke`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  /** Paths that were asked for, queries left out. */
  get paths(): string[] {
    return this.seen.map(({ method, url }) => `${method} ${url.split('?', 1).join('')}`);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen: SeenRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
      ),
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.seen.push(seen);
    const handler = this.#handlers.get(`${seen.method} ${seen.url.split('?', 1).join('')}`);
    const { status = 200, headers = {}, body } = (await handler?.(seen)) ?? { status: 404, body: 'Not found' };
    const isJson = typeof body === 'object';
    response.writeHead(status, { 'content-type': isJson ? 'application/json' : 'text/html', ...headers });
    response.end(isJson ? JSON.stringify(body) : body);
  }
}
