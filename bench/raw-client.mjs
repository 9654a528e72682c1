// What an AI client does, without an SDK: JSON-RPC lines on the stdin and stdout of a child process.
import { spawn } from 'node:child_process';

export class RawClient {
  #waiting = new Map();
  #rest = [];
  #id = 0;
  /** Everything that was not an answer. */
  notifications = [];

  constructor({ command, args, env }) {
    this.started = performance.now();
    this.child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    this.exited = new Promise((resolve) => this.child.on('exit', resolve));
    this.child.stdin.on('error', () => undefined);
    this.child.stdout.on('data', (chunk) => this.#read(chunk));
  }

  #read(chunk) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...this.#rest, chunk.subarray(from, end)]).toString();
      this.#rest = [];
      from = end + 1;
      if (!line.startsWith('{')) continue;
      const message = JSON.parse(line);
      if (message.method !== undefined) this.notifications.push(message);
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from));
  }

  /** Resolves to the answer; rejects after a minute, so that a broken bridge shows as broken. */
  request(method, params) {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} was not answered within a minute`)), 60_000);
      this.#waiting.set(id, (message) => {
        clearTimeout(timer);
        if (message.error) reject(new Error(`${method}: ${message.error.message}`));
        else resolve(message.result);
      });
      this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  async initialize() {
    await this.request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'bench', version: '1' },
    });
    this.child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }

  /** Milliseconds from spawn to the answered tools/list. */
  async coldStart() {
    await this.initialize();
    await this.request('tools/list', {});
    return performance.now() - this.started;
  }

  /** One call of the tool that sends back what it gets. */
  echo() {
    return this.request('tools/call', { name: 'echo', arguments: { message: 'hello' } });
  }

  get pid() {
    return this.child.pid;
  }

  async close() {
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 3000);
    await this.exited;
    clearTimeout(timer);
  }
}
