// A modern client for tests, in front of an `Upstream`: it puts the required `_meta` into its requests and keeps what comes back.
import { onTestFinished } from 'vitest';
import type { Clock } from '../../core/base/clock.ts';
import { META } from '../../core/connections/era.ts';
import { type Frame, frameOf } from '../../core/connections/frame.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import type { Human } from '../../core/eras/human.ts';
import { bridgeModernClient } from '../../core/eras/modern-client/modern-client-bridge.ts';
import type { PortolanError } from '../../shared/errors.ts';
import type { Open } from './legacy-servers.ts';
import { ManualClock } from './manual-clock.ts';
import { until } from './until.ts';

export type Json = Record<string, unknown>;

/** Everything that a client can be asked. */
export const ALL = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };

const STATE_KEY = Buffer.alloc(32, 7);

interface CallerOptions {
  readonly capabilities?: object;
  readonly clock?: Clock;
  readonly principal?: string;
  readonly human?: Human;
}

export class ModernCaller implements UpstreamEvents {
  readonly frames: { readonly frame: Frame; readonly relatedTo: string | undefined }[] = [];
  readonly failures: { readonly id: string; readonly error: PortolanError }[] = [];
  readonly closed: PortolanError[] = [];
  upstream: Upstream | undefined;
  capabilities: object;
  #lastId = 0;

  private constructor(capabilities: object) {
    this.capabilities = capabilities;
  }

  /** A caller behind a new bridge to this server. */
  static async open(open: Open, options: CallerOptions = {}): Promise<ModernCaller> {
    const { capabilities = ALL, clock = new ManualClock(), principal = 'os:1', human } = options;
    const caller = new ModernCaller(capabilities);
    const upstream = await bridgeModernClient({
      server: 'legacy',
      client: () => 'test',
      open,
      events: caller,
      clock,
      human,
      startMs: 20_000,
      stateKey: STATE_KEY,
      principal,
    });
    caller.upstream = upstream;
    onTestFinished(() => upstream.close());
    return caller;
  }

  onFrame(frame: Frame, relatedTo?: string): void {
    this.frames.push({ frame, relatedTo });
  }

  onRequestFailed(id: string, error: PortolanError): void {
    this.failures.push({ id, error });
  }

  onClosed(error: PortolanError): void {
    this.closed.push(error);
  }

  onLog(): void {}

  /** Sends a request under a new id, or that in `id`, and gives the id. `meta` is laid over the required keys. */
  send(method: string, params: Json = {}, meta: Json = {}, id: number | string = ++this.#lastId): number | string {
    const required = {
      [META.protocolVersion]: '2026-07-28',
      [META.clientCapabilities]: this.capabilities,
      [META.clientInfo]: { name: 'caller', version: '2' },
    };
    const request = { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...required, ...meta } } };
    this.upstream?.send(frameOf(request));
    return id;
  }

  notify(method: string, params: Json): void {
    this.upstream?.send(frameOf({ jsonrpc: '2.0', method, params }));
  }

  /** The answer to a request, once it is there. */
  async answer(id: number | string): Promise<Json> {
    const source = JSON.stringify(id);
    const found = await until(
      () => this.frames.find(({ frame }) => frame.kind === 'response' && frame.id === source),
      `${source} is answered`,
    );
    return found.frame.message;
  }

  async ask(method: string, params: Json = {}, meta: Json = {}): Promise<Json> {
    return this.answer(this.send(method, params, meta));
  }

  /** Result of a request. */
  async result(method: string, params: Json = {}, meta: Json = {}): Promise<Json> {
    const { result, error } = await this.ask(method, params, meta);
    if (result === undefined) throw new Error(`${method} failed: ${JSON.stringify(error)}`);
    return result as Json;
  }

  call(name: string, args: Json = {}, meta: Json = {}): Promise<Json> {
    return this.result('tools/call', { name, arguments: args }, meta);
  }

  /** The same call again, with the answers to what its first result asked. */
  retry(name: string, asked: Json, inputResponses: Json, meta: Json = {}): Promise<Json> {
    const { requestState } = asked;
    return this.ask('tools/call', { name, arguments: {}, inputResponses, requestState }, meta);
  }

  /** Everything that the server was sent, by its own account. */
  async seen(): Promise<Json[]> {
    return (await this.result('completion/complete'))['seen'] as Json[];
  }

  notifications(method: string): Json[] {
    return this.frames.filter(({ frame }) => frame.method === method).map(({ frame }) => frame.message);
  }
}

/** What the scripted server put into the text of a tool's result. */
export function textIn(result: unknown): unknown {
  const { content } = result as { content: readonly { text: string }[] };
  return JSON.parse(content[0]?.text ?? '');
}
