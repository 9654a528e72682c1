// The direct connection that bridges are compared with, and the client of gateways: JSON-RPC over Streamable HTTP with
// node:http and connections that stay open.
import { Agent, request } from 'node:http';

export class HttpClient {
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  #url;
  #id = 0;

  constructor(url, headers = {}) {
    this.#url = url;
    Object.assign(this.#headers, headers);
  }

  async request(method, params) {
    const id = ++this.#id;
    const text = await this.#post({ jsonrpc: '2.0', id, method, params });
    const events = text.startsWith('{') ? [text] : [...text.matchAll(/^data: ?(\{.*)$/gm)].map((match) => match[1]);
    const message = events.map((event) => JSON.parse(event)).find((event) => event.id === id);
    if (message?.error) throw new Error(`${method}: ${message.error.message}`);
    if (!message) throw new Error(`${method}: no answer`);
    return message.result;
  }

  async initialize() {
    await this.request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'bench', version: '1' },
    });
    this.#headers['mcp-protocol-version'] = '2025-06-18';
    await this.#post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  echo() {
    return this.request('tools/call', { name: 'echo', arguments: { message: 'hello' } });
  }

  close() {
    this.#agent.destroy();
  }

  #post(message) {
    const body = JSON.stringify(message);
    return new Promise((resolve, reject) => {
      const headers = { ...this.#headers, 'content-length': Buffer.byteLength(body) };
      const call = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        const session = response.headers['mcp-session-id'];
        if (session) this.#headers['mcp-session-id'] = session;
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode < 300) resolve(text);
          else reject(new Error(`HTTP ${response.statusCode}: ${text.slice(0, 120)}`));
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}
