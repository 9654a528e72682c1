// A legacy client by hand in front of the bridge, with the scripted modern server behind it, over any transport.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../core/base/clock.ts';
import { type JsonObject, objectOf } from '../../core/base/json-object.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { type Frame, parseFrame } from '../../core/connections/frame.ts';
import { openStdio } from '../../core/connections/stdio-upstream.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import type { DiscoverResult } from '../../core/eras/discover-result.ts';
import type { Human, HumanAnswer, HumanQuestion } from '../../core/eras/human.ts';
import { bridgeLegacyClient } from '../../core/eras/legacy-client/legacy-client-bridge.ts';
import { PortolanError } from '../../shared/errors.ts';
import { serverEntrySchema } from '../../shared/model/server-entry.ts';
import { httpPeer } from './scripted-modern-http.ts';
import { scriptedModern } from './scripted-modern.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

const SCRIPT = fileURLToPath(new URL('scripted-modern.ts', import.meta.url));

export const resultOf = (message: JsonObject): JsonObject => objectOf(message['result']) ?? {};
export const errorOf = (message: JsonObject): JsonObject => objectOf(message['error']) ?? {};
/** The params of the call that the scripted server answered so. */
export const gotBy = (message: JsonObject): JsonObject => objectOf(resultOf(message)['got']) ?? {};

/** Opens the scripted server. */
export type ModernPeer = (events: UpstreamEvents, mode: string) => Promise<Upstream>;

/** The scripted server behind every transport that the bridge is tried over. */
export const MODERN_PEERS: Readonly<Record<'memory' | 'stdio' | 'http', ModernPeer>> = {
  memory: async (events, mode) => inMemory(events, mode),
  stdio: (events, mode) => stdioPeer([process.execPath, SCRIPT, mode])(events),
  http: httpPeer,
};

/** Any command as a server over stdio. */
export function stdioPeer([command = '', ...args]: readonly string[]): (events: UpstreamEvents) => Promise<Upstream> {
  const endpoint = { type: 'stdio', command, args };
  const entry = serverEntrySchema.parse({ name: 'scripted', endpoint, options: {} });
  return async (events) => {
    const options = { logger: silentLogger, runDir: join(tempDir(), 'run'), sessionId: 'b'.repeat(32) };
    const upstream = await openStdio({ ...entry, secretValues: [] }, events, options);
    onTestFinished(() => upstream.close());
    return upstream;
  };
}

/** Tells whose stream each message came on, as HTTP does. */
function inMemory(events: UpstreamEvents, mode: string): Upstream {
  let isOpen = true;
  const receive = scriptedModern((text, related) => {
    const frame = parseFrame(Buffer.from(text), 'server');
    setImmediate(() => isOpen && events.onFrame(frame, related));
  }, mode);
  return {
    transport: 'streamable-http',
    pid: undefined,
    send: (frame) => {
      const text = frame.bytes.toString('utf8');
      if (!text.includes('"name":"exit"')) receive(text);
      else {
        isOpen = false;
        const lost = new PortolanError('CONNECTION_LOST', 'gone', { data: { sent: true } });
        events.onRequestFailed(frame.id ?? '', lost);
        events.onClosed(lost);
      }
    },
    pause: () => undefined,
    resume: () => undefined,
    close: async () => {
      isOpen = false;
    },
  };
}

/** A person who answers what the test says, or waits for it. */
export class TestHuman implements Human {
  readonly asked: HumanQuestion[] = [];
  present = true;
  answer: HumanAnswer | undefined = { action: 'accept', content: { name: 'Ada' } };
  aborted = 0;

  isPresent(): boolean {
    return this.present;
  }

  ask(question: HumanQuestion, signal: AbortSignal): Promise<HumanAnswer> {
    this.asked.push(question);
    if (this.answer !== undefined) return Promise.resolve(this.answer);
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.aborted += 1;
        resolve({ action: 'cancel' });
      });
    });
  }
}

/** Everything that a client sees, and what it needs to say. */
export class LegacyClient implements UpstreamEvents {
  readonly got: { readonly frame: Frame; readonly relatedTo: string | undefined }[] = [];
  readonly failures: { readonly id: string; readonly error: PortolanError }[] = [];
  readonly closed: PortolanError[] = [];
  readonly logs: string[] = [];
  readonly persons: string[] = [];
  /** What the server was sent. */
  readonly sent: Frame[] = [];
  upstream!: Upstream;
  /** Answers to the server's requests: a result, an error, or undefined to stay silent. */
  answers: (method: string, params: JsonObject) => { result: object } | { error: object } | undefined = () => undefined;
  #lastId = 0;

  onFrame(frame: Frame, relatedTo?: string): void {
    this.got.push({ frame, relatedTo });
    if (frame.kind !== 'request') return;
    const answer = this.answers(frame.method ?? '', (frame.message['params'] ?? {}) as JsonObject);
    if (answer !== undefined) this.say(`{"jsonrpc":"2.0","id":${frame.id},${JSON.stringify(answer).slice(1)}`);
  }

  onRequestFailed(id: string, error: PortolanError): void {
    this.failures.push({ id, error });
  }

  onClosed(error: PortolanError): void {
    this.closed.push(error);
  }

  onLog(_source: string, text: string): void {
    this.logs.push(text);
  }

  onPersonAsked(id: string, isAsked: boolean): void {
    this.persons.push(`${id} ${isAsked}`);
  }

  /** Sends exact text. */
  say(text: string): void {
    this.upstream.send(parseFrame(Buffer.from(text), 'client'));
  }

  notify(method: string, params?: object): void {
    this.say(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  /** Sends a request and gives its id (source text). */
  ask(method: string, params?: object): string {
    this.#lastId += 1;
    this.say(JSON.stringify({ jsonrpc: '2.0', id: this.#lastId, method, params }));
    return String(this.#lastId);
  }

  /** The answer to the request with this id. */
  async answerTo(id: string): Promise<Frame> {
    return until(
      () => this.got.find(({ frame }) => frame.kind === 'response' && frame.id === id)?.frame,
      `request ${id} is answered`,
    );
  }

  /** What became of a request: its result, its error, or Portolan's own failure. */
  async outcome(method: string, params?: object): Promise<JsonObject> {
    const id = this.ask(method, params);
    const failed = () => this.failures.find((failure) => failure.id === id);
    const answered = () => this.got.find(({ frame }) => frame.kind === 'response' && frame.id === id);
    await until(() => failed() ?? answered(), `${method} ends`);
    const failure = failed();
    return failure === undefined ? (answered()?.frame.message ?? {}) : { failure: failure.error.code };
  }

  call(name: string, args: object = {}, meta?: object): Promise<JsonObject> {
    return this.outcome('tools/call', { name, arguments: args, ...(meta && { _meta: meta }) });
  }

  /** Messages of this method from the server, questions and notifications. */
  heard(method: string): { readonly frame: Frame; readonly relatedTo: string | undefined }[] {
    return this.got.filter(({ frame }) => frame.method === method);
  }

  /** The nth message of this method that the server was sent. */
  sentAt(method: string, index: number): Frame {
    const frame = this.sentOf(method)[index];
    if (frame === undefined) throw new Error(`the server was not sent ${index + 1} of ${method}`);
    return frame;
  }

  /** What the server was sent of this method. */
  sentOf(method: string): Frame[] {
    return this.sent.filter((frame) => frame.method === method);
  }
}

export interface RigOptions {
  readonly peer?: (events: UpstreamEvents) => Promise<Upstream>;
  readonly transport?: keyof typeof MODERN_PEERS;
  readonly mode?: string;
  readonly human?: Human;
  readonly clock?: Clock;
  readonly discovered?: DiscoverResult;
  readonly capabilities?: object;
  readonly version?: string;
  /** Without the handshake. */
  readonly bare?: boolean;
}

export async function openBridge(options: RigOptions = {}): Promise<LegacyClient> {
  const { transport = 'memory', mode = 'plain', human, clock = systemClock, discovered } = options;
  const client = new LegacyClient();
  const open = options.peer ?? ((events: UpstreamEvents) => MODERN_PEERS[transport](events, mode));
  client.upstream = await bridgeLegacyClient({
    server: 'scripted-entry',
    client: () => 'Test client',
    open: async (events) => recorded(await open(events), client.sent),
    events: client,
    clock,
    human,
    startMs: 10_000,
    ...(discovered && { discovered }),
  });
  onTestFinished(() => client.upstream.close());
  if (options.bare !== true) {
    const { capabilities = {}, version = '2025-11-25' } = options;
    const clientInfo = { name: 'test-client', version: '1', title: 'Test' };
    await client.outcome('initialize', { protocolVersion: version, capabilities, clientInfo });
    client.notify('notifications/initialized');
  }
  return client;
}

function recorded(upstream: Upstream, sent: Frame[]): Upstream {
  return {
    transport: upstream.transport,
    pid: upstream.pid,
    send: (frame) => {
      upstream.send(frame);
      sent.push(frame);
    },
    pause: () => upstream.pause(),
    resume: () => upstream.resume(),
    close: () => upstream.close(),
  };
}
