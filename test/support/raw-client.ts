// An MCP client for tests that speaks raw lines over a byte stream and keeps everything that it gets.
import type { Duplex } from 'node:stream';
import { LineFramer } from '../../core/connections/line-framer.ts';
import { until } from './until.ts';

export interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: { readonly [key: string]: unknown };
  readonly result?: { readonly [key: string]: unknown };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: { readonly code: string } };
}

export class RawClient {
  readonly stream: Duplex;
  /** Every line received, in order. */
  readonly lines: string[] = [];
  ended = false;
  onMessage: ((message: Message) => void) | undefined;
  #lastId = 0;

  constructor(stream: Duplex) {
    this.stream = stream;
    const framer = new LineFramer(
      (line) => {
        this.lines.push(line.toString());
        this.onMessage?.(JSON.parse(line.toString()) as Message);
      },
      () => {
        throw new Error('a line was too large');
      },
    );
    stream.on('data', (chunk: Buffer) => framer.push(chunk));
    stream.on('end', () => {
      this.ended = true;
      // As a socket does by itself.
      stream.end();
    });
    stream.on('error', () => undefined);
  }

  get messages(): Message[] {
    return this.lines.map((line) => JSON.parse(line) as Message);
  }

  /** Writes one line. */
  send(message: object | string): void {
    this.stream.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  }

  notify(method: string, params: object = {}): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  /** Sends a request and gives its id. */
  begin(method: string, params: object = {}): number {
    this.#lastId += 1;
    this.send({ jsonrpc: '2.0', id: this.#lastId, method, params });
    return this.#lastId;
  }

  /** The answer to the request with this id. */
  async answer(id: number | string | null): Promise<Message> {
    return until(
      () => this.messages.find((message) => message.id === id && message.method === undefined),
      `answer ${id}`,
    );
  }

  async request(method: string, params: object = {}): Promise<Message> {
    return this.answer(this.begin(method, params));
  }

  async call(name: string, args: object = {}): Promise<Message> {
    return this.request('tools/call', { name, arguments: args });
  }

  async initialize(protocolVersion = '2025-11-25', capabilities: object = {}): Promise<Message> {
    const answer = await this.request('initialize', initializeParams(protocolVersion, capabilities));
    this.notify('notifications/initialized');
    return answer;
  }
}

/** Params of a request as a client of 2026-07-28 sends it. */
export function modernParams(params: object = {}, capabilities: object = {}): object {
  return {
    ...params,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'modern-client', version: '3' },
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    },
  };
}

export function initializeParams(protocolVersion = '2025-11-25', capabilities: object = {}): object {
  return { protocolVersion, capabilities, clientInfo: { name: 'test-client', version: '2.0.0', title: 'Test client' } };
}
