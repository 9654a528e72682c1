// A client of the HTTP gateway for tests: raw POSTs and streams, every message kept, nothing decided for the test.
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Message } from './raw-client.ts';
import { until } from './until.ts';

export interface SseEvent {
  readonly id: string | undefined;
  readonly data: string;
}

/** An answer that may still be coming. */
export class HttpExchange {
  status = 0;
  headers: IncomingHttpHeaders = {};
  text = '';
  ended = false;
  /** Gives up without a word. */
  destroy: () => void = () => undefined;

  get events(): SseEvent[] {
    return this.text.split('\n\n').flatMap((block) => {
      const lines = block.split('\n');
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
      const id = lines
        .find((line) => line.startsWith('id:'))
        ?.slice(3)
        .trim();
      return data.length === 0 || !this.text.includes(`${block}\n\n`) ? [] : [{ id, data: data.join('\n') }];
    });
  }

  get messages(): Message[] {
    if (this.headers['content-type'] !== 'text/event-stream')
      return this.text === '' ? [] : [JSON.parse(this.text) as Message];
    return this.events.flatMap(({ data }) => (data === '' ? [] : [JSON.parse(data) as Message]));
  }

  get isStream(): boolean {
    return this.headers['content-type'] === 'text/event-stream';
  }

  /** The only message of a complete answer. */
  async message(): Promise<Message> {
    await until(() => this.ended, 'the answer is complete');
    const [message] = this.messages;
    if (message === undefined) throw new Error(`no message in an answer with ${this.status}`);
    return message;
  }
}

export class HttpTestClient {
  readonly base: string;
  readonly headers: Record<string, string>;

  constructor(base: string, headers: Record<string, string> = {}) {
    this.base = base;
    this.headers = headers;
  }

  begin(method: string, path: string, headers: Record<string, string | string[]> = {}, body?: string): HttpExchange {
    const exchange = new HttpExchange();
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const req = httpRequest(
      `${this.base}${path}`,
      {
        method,
        headers: { Accept: 'application/json, text/event-stream', ...type, ...length, ...this.headers, ...headers },
      },
      (res: IncomingMessage) => {
        exchange.status = res.statusCode ?? 0;
        exchange.headers = res.headers;
        res.setEncoding('utf8');
        res.on('data', (text: string) => (exchange.text += text));
        res.on('close', () => (exchange.ended = true));
        res.on('error', () => undefined);
      },
    );
    req.on('error', () => (exchange.ended = true));
    exchange.destroy = () => req.destroy();
    req.end(body);
    return exchange;
  }

  post(path: string, message: object | string, headers: Record<string, string | string[]> = {}): HttpExchange {
    return this.begin('POST', path, headers, typeof message === 'string' ? message : JSON.stringify(message));
  }

  async answered(exchange: HttpExchange): Promise<HttpExchange> {
    await until(() => exchange.ended, 'the answer is complete');
    return exchange;
  }
}

const VERSION = '2026-07-28';

/** A modern request with the headers that repeat it. */
export function modernRequest(
  id: number | string | undefined,
  method: string,
  params: Record<string, unknown> = {},
  meta: Record<string, unknown> = {},
): { body: Record<string, unknown>; headers: Record<string, string> } {
  const name = params['name'] ?? params['uri'] ?? params['taskId'];
  return {
    body: {
      jsonrpc: '2.0',
      ...(id === undefined ? {} : { id }),
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': VERSION,
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/clientInfo': { name: 'modern-client', version: '3' },
          ...meta,
        },
      },
    },
    headers: {
      'MCP-Protocol-Version': VERSION,
      'Mcp-Method': method,
      ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}),
    },
  };
}
