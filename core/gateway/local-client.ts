// Portolan's own client inside the host, for the window and the command line: a session like any other, with the same
// interceptors and the same audit. It declares no capabilities: what a server asks of it is refused.
import { assertNever } from '../../shared/assert-never.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { ToolList } from '../../shared/model/tool.ts';
import { VERSION } from '../../shared/version.ts';
import type { Clock } from '../base/clock.ts';
import { type Frame, frameOf } from '../connections/frame.ts';
import type { Limits } from './deadline.ts';
import type { Downstream } from './downstream.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import { type Ending, type Exchange, resultOf } from './exchange.ts';
import { agreedVersion, INITIALIZE, INITIALIZED } from './handshake.ts';
import { valueKey } from '../connections/request-id.ts';
import { METHOD_NOT_FOUND } from './rpc-errors.ts';
import type { Session } from './session.ts';
import { cancelledFrame } from './session-errors.ts';
import { readToolList } from './tool-list.ts';

const PROTOCOL_VERSION = '2025-11-25';

interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

export interface CallOptions {
  /** Milliseconds in all and without a sign of life; the server entry's own limits when absent. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Asks for a task; its creation is the result then. Only where the server's capabilities have tasks. */
  readonly asTask?: boolean;
}

export interface CallResult {
  readonly isError: boolean;
  /** The JSON-RPC result, as received. */
  readonly result: unknown;
  /** Size of the whole answer. */
  readonly bytes: number;
  readonly tookMs: number;
  /** Id of the outcome record; empty when it could not be written. */
  readonly record: string;
}

interface Waiting {
  resolve(answer: { frame: Frame; exchange: Exchange }): void;
  reject(error: PortolanError): void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

interface RequestOptions {
  readonly limits?: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export class LocalClient {
  readonly #session: Session;
  readonly #clock: Clock;
  readonly #onUse: () => void;
  readonly #waiting = new Map<string, Waiting>();
  #lastId = 0;
  #serverInfo: unknown;
  #capabilities: unknown;
  #protocolVersion = '';

  /** `createSession` makes the session around this client's downstream; `onUse` is called when a request begins or ends. */
  constructor(createSession: (downstream: Downstream) => Session, clock: Clock, onUse: () => void) {
    this.#clock = clock;
    this.#onUse = onUse;
    this.#session = createSession({
      send: (_bytes, frame) => {
        if (frame !== undefined) this.#receive(frame);
        return true;
      },
      ended: (exchange, ending) => this.#ended(exchange, ending),
      pause: () => undefined,
      resume: () => undefined,
      close: () => undefined,
    });
  }

  /** Name, version and title that the server gave in its handshake. */
  get serverInfo(): unknown {
    return this.#serverInfo;
  }

  get capabilities(): unknown {
    return this.#capabilities;
  }

  get protocolVersion(): string {
    return this.#protocolVersion;
  }

  get inFlight(): number {
    return this.#session.inFlight;
  }

  get isClosed(): boolean {
    return this.#session.isClosed;
  }

  /** The handshake. @throws PortolanError when the server cannot be started, does not answer it, or answers in an unknown version. */
  async initialize(name: string): Promise<void> {
    const { frame } = await this.#request(INITIALIZE, {
      protocolVersion: PROTOCOL_VERSION,
      capabilities: {},
      clientInfo: { name, version: VERSION },
    });
    this.#protocolVersion = agreedVersion(frame);
    const result = resultOf(frame);
    this.#serverInfo = result?.['serverInfo'];
    this.#capabilities = result?.['capabilities'];
    this.#session.receiveFrame(frameOf({ jsonrpc: '2.0', method: INITIALIZED }));
  }

  /** Every tool of the server. @throws PortolanError see readToolList. */
  async listTools(signal?: AbortSignal): Promise<ToolList> {
    const { tools, problems } = await readToolList(async (cursor) => {
      const { frame } = await this.#request('tools/list', cursor === undefined ? {} : { cursor }, { signal });
      return frame.message['result'];
    });
    return { server: this.#session.server, tools, problems, at: new Date(this.#clock.now()).toISOString() };
  }

  /** Calls a tool. Aborting the signal cancels the call at the server and rejects with the signal's reason. */
  async callTool(tool: string, args: object, options: CallOptions = {}): Promise<CallResult> {
    const { asTask = false, timeoutMs, signal, onProgress } = options;
    const startedAt = this.#clock.monotonic();
    const { frame, exchange } = await this.#request(
      'tools/call',
      { name: tool, arguments: args, ...(asTask && { task: {} }) },
      { signal, onProgress, ...(timeoutMs !== undefined && { limits: { idleMs: timeoutMs, totalMs: timeoutMs } }) },
    );
    const result = frame.message['result'];
    return {
      isError: objectOf(result)?.['isError'] === true,
      result,
      bytes: frame.bytes.length,
      tookMs: this.#clock.monotonic() - startedAt,
      record: exchange.outcome ?? '',
    };
  }

  async ping(): Promise<void> {
    await this.#request('ping', {});
  }

  /** Ends the session. The client is shared by those who asked for it: leave it alone and it ends by itself when idle. */
  async close(): Promise<void> {
    await this.#session.close('closed', new PortolanError('SESSION_LOST', 'Portolan has closed this connection.'));
  }

  async #request(
    method: string,
    params: object,
    options: RequestOptions = {},
  ): Promise<{ frame: Frame; exchange: Exchange }> {
    const { limits, signal, onProgress } = options;
    signal?.throwIfAborted();
    if (this.isClosed) throw new PortolanError('SESSION_LOST', 'The connection to the server has been closed.');
    const id = String(++this.#lastId);
    const meta = onProgress === undefined ? {} : { _meta: { progressToken: this.#lastId } };
    const frame = frameOf({ jsonrpc: '2.0', id: this.#lastId, method, params: { ...params, ...meta } });
    const answer = new Promise<{ frame: Frame; exchange: Exchange }>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
    });
    const abort = () => this.#session.receiveFrame(cancelledFrame(id, 'The caller has cancelled the request.'));
    signal?.addEventListener('abort', abort, { once: true });
    this.#onUse();
    try {
      this.#session.receiveFrame(frame, limits === undefined ? {} : { limits });
      return await answer;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#onUse();
    }
  }

  #ended(exchange: Exchange, ending: Ending): void {
    const waiting = this.#waiting.get(exchange.id);
    this.#waiting.delete(exchange.id);
    switch (ending.kind) {
      case 'answered': {
        const error = objectOf(ending.frame.message['error']);
        if (error === undefined) waiting?.resolve({ frame: ending.frame, exchange });
        else waiting?.reject(serverError(error));
        return;
      }
      case 'failed':
        waiting?.reject(ending.error);
        return;
      case 'cancelled':
        waiting?.reject(new PortolanError('SESSION_LOST', 'The request was cancelled.'));
        return;
      default:
        assertNever(ending);
    }
  }

  /** What a server sends besides answers; those come through `ended`. */
  #receive(frame: Frame): void {
    if (frame.kind === 'notification' && frame.method === 'notifications/progress') {
      const params = objectOf(frame.message['params']);
      const progress = params?.['progress'];
      const key = valueKey(params?.['progressToken']);
      if (typeof progress !== 'number' || key === undefined) return;
      const total = params?.['total'];
      const message = textOf(params?.['message']);
      this.#waiting.get(key)?.onProgress?.({
        progress,
        ...(typeof total === 'number' && { total }),
        ...(message !== undefined && { message }),
      });
    } else if (frame.kind === 'request') {
      const answer =
        frame.method === 'ping'
          ? { result: {} }
          : { error: { code: METHOD_NOT_FOUND, message: 'Not supported here.' } };
      this.#session.receive(
        Buffer.from(`{"jsonrpc":"2.0","id":${frame.id ?? 'null'},${JSON.stringify(answer).slice(1)}`),
      );
    }
  }
}

/** The server's own error. Its words are for the person who called; they never reach the log. */
function serverError(error: { readonly [key: string]: unknown }): PortolanError {
  const number = error['code'];
  const said = textOf(error['message'])?.slice(0, 500) ?? 'no reason given';
  return new PortolanError('PROTOCOL_ERROR', `The server answered with an error: ${said}`, {
    data: { rpcCode: typeof number === 'number' ? number : null },
  });
}
