// One AI client of the soak: calls, listens to progress, cancels, and checks that nothing is lost, doubled or somebody else's.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** What a call may be told while servers are ended under it. */
const HONEST = new Set([
  'CIRCUIT_OPEN',
  'CONNECTION_LOST',
  'CONNECT_REFUSED',
  'OUTCOME_UNKNOWN',
  'SERVER_CRASH_LOOP',
  'SERVER_EXITED',
  'SESSION_LOST',
]);

export class SoakClient {
  /** Of all clients: calls that were answered, failed honestly or cancelled, progress heard, and everything that must not be. */
  static tally = { answered: 0, failed: 0, cancelled: 0, progress: 0, faults: [] };
  #waiting = new Map();
  #progress = new Map();
  #lastId = 0;
  #isEnding = false;

  constructor({ command, args, env }) {
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.exited = new Promise((resolve) => this.child.on('exit', resolve));
    this.child.stdin.on('error', () => undefined);
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#read(JSON.parse(line)));
  }

  /** False when the server could not be reached. */
  async initialize() {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'soak', version: '1' } };
    const message = await this.#request('initialize', params).answer;
    if (message?.result === undefined) return false;
    this.#send({ method: 'notifications/initialized' });
    return true;
  }

  /** One call of a kind drawn at random; resolves when it has ended. */
  async step() {
    const draw = Math.random();
    if (draw < 0.8) await this.#call(0, false);
    else await this.#call(1 + Math.floor(Math.random() * 5), draw > 0.93);
  }

  /** The server ends in mid-call; what is under way gets an error each. */
  endServer() {
    return this.#request('tools/call', { name: 'exit', arguments: {} }).answer;
  }

  /** Leaves, in the middle of calls or not. */
  async close() {
    this.#isEnding = true;
    this.child.stdin.end();
    for (const settle of this.#waiting.values()) settle(undefined);
    await this.exited;
  }

  async #call(steps, isCancelled) {
    const { tally } = SoakClient;
    const n = Math.floor(Math.random() * 1e9);
    const { id, answer } = this.#request(
      'tools/call',
      { name: steps > 0 ? 'slow' : 'echo', arguments: { n, steps } },
      true,
    );
    if (isCancelled) {
      await delay(Math.random() * 60);
      if (this.#waiting.has(id)) this.#send({ method: 'notifications/cancelled', params: { requestId: id } });
      this.#waiting.get(id)?.(undefined);
      this.#progress.delete(id);
      tally.cancelled += 1;
      return;
    }
    const message = await answer;
    const heard = this.#progress.get(id) ?? 0;
    this.#progress.delete(id);
    if (message === undefined) return;
    if (message.error !== undefined) {
      tally.failed += 1;
      if (!HONEST.has(message.error.data?.code)) tally.faults.push(`failed with ${JSON.stringify(message.error)}`);
      return;
    }
    tally.answered += 1;
    tally.progress += heard;
    const text = message.result?.content?.[0]?.text;
    if (text !== String(n)) tally.faults.push(`call ${n} was answered with ${text}`);
    if (heard !== steps) tally.faults.push(`${heard} of ${steps} progress messages came`);
  }

  #request(method, params, withToken = false) {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise((resolve) => {
      const timer = setTimeout(() => {
        SoakClient.tally.faults.push(`${method} was not answered within 100 seconds`);
        this.#waiting.get(id)?.(undefined);
      }, 100_000);
      this.#waiting.set(id, (message) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(message);
      });
      this.#send({ id, method, params: withToken ? { ...params, _meta: { progressToken: id } } : params });
    });
    return { id, answer };
  }

  #read(message) {
    if (message.method === 'notifications/progress') {
      const { progressToken: id } = message.params;
      this.#progress.set(id, (this.#progress.get(id) ?? 0) + 1);
    } else if (message.method === undefined) {
      const settle = this.#waiting.get(message.id);
      // A cancelled call may have been answered before the server heard of it.
      if (settle === undefined && message.id > this.#lastId) SoakClient.tally.faults.push('an answer to nothing came');
      settle?.(message);
    }
  }

  #send(message) {
    if (!this.#isEnding) this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
}
