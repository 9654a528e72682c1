// One server of a profile, as the profile's own session with it: opened when it is first needed, initialised with the client's
// own capabilities, opened anew after it was closed. It must not know the other members nor what the client asked for.
import { withId } from '../../connections/request-id.ts';
import { PortolanError, toPortolanError } from '../../../shared/errors.ts';
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import type { Era } from '../../connections/era.ts';
import { type Frame, frameOf } from '../../connections/frame.ts';
import type { ClientSession } from '../client-session.ts';
import type { Limits } from '../deadline.ts';
import type { Downstream } from '../downstream.ts';
import { type Ending, type Exchange, resultOf } from '../exchange.ts';
import { agreedVersion, INITIALIZE, INITIALIZED } from '../handshake.ts';

export interface MemberOptions {
  readonly server: string;
  /** Makes the session with the server around this downstream. */
  readonly createSession: (downstream: Downstream) => ClientSession;
  readonly era: () => Era;
  /** The client's `initialize`, which the server is given under an id of our own. */
  readonly initialize: () => Frame | undefined;
  /** The `_meta` of our own requests, in the modern dialect. */
  readonly meta: () => JsonObject | undefined;
  readonly events: MemberEvents;
}

interface MemberEvents {
  /** What the server sends for the client; false when the client takes no more for now. */
  onFrame(member: Member, frame: Frame, relatedTo: string | undefined): boolean;
  /** The handshake is done. */
  onReady(member: Member): void;
  /** The session with the server was ended from elsewhere; the next use opens another. */
  onClosed(member: Member): void;
}

interface Waiting {
  resolve(frame: Frame): void;
  reject(error: PortolanError): void;
}

export class Member {
  readonly server: string;
  readonly #options: MemberOptions;
  readonly #waiting = new Map<string, Waiting>();
  #session: ClientSession | undefined;
  #starting: Promise<void> | undefined;
  #capabilities: JsonObject | undefined;
  #isReady = false;
  #isOver = false;
  #lastId = 0;
  /** Why the last attempt to start failed. */
  failure: PortolanError | undefined;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.server = options.server;
  }

  /** The client's messages may go to the server. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get isStarted(): boolean {
    return this.#session !== undefined;
  }

  /** Whether the server may have this; a modern one has not told before it is asked. */
  offers(capability: string): boolean {
    return this.#options.era() === 'modern' || this.#capabilities?.[capability] !== undefined;
  }

  /** Resolves when the server has answered the handshake. @throws PortolanError what became of the handshake. */
  start(): Promise<void> {
    if (this.#isOver) return Promise.reject(closed(this.server));
    this.#starting ??= this.#begin().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** Passes a message of the client on. Only after `start`. */
  pass(frame: Frame, limits?: Limits): void {
    this.#session?.receiveFrame(frame, limits === undefined ? {} : { limits });
  }

  /**
   * A request of our own, after the handshake.
   * @throws PortolanError PROTOCOL_ERROR with data.rpcCode for an error of the server, else why there is no answer.
   */
  async request(method: string, params: JsonObject): Promise<Frame> {
    await this.start();
    const meta = this.#options.era() === 'modern' ? this.#options.meta() : undefined;
    return this.#ask(
      frameOf({ jsonrpc: '2.0', id: this.#nextId(), method, params: { ...params, ...(meta && { _meta: meta }) } }),
    );
  }

  drained(): void {
    this.#session?.drained();
  }

  async gone(): Promise<void> {
    this.#isOver = true;
    await this.#session?.gone();
  }

  async close(reason: string, error: PortolanError): Promise<void> {
    this.#isOver = true;
    await this.#session?.close(reason, error);
  }

  /** Lets go without an ending or a record: another host goes on. */
  async abandon(): Promise<void> {
    this.#isOver = true;
    await this.#session?.abandon();
  }

  async #begin(): Promise<void> {
    const session = this.#options.createSession({
      send: (_bytes, frame, relatedTo) => this.#receive(frame, relatedTo),
      ended: (exchange, ending) => this.#ended(exchange, ending),
      // What one server cannot take at once waits in its own queue: it must not stop the client's messages to the others.
      pause: () => undefined,
      resume: () => undefined,
      close: () => this.#left(session),
    });
    this.#session = session;
    try {
      const initialize = this.#options.era() === 'legacy' ? this.#options.initialize() : undefined;
      if (initialize !== undefined) await this.#handshake(initialize);
      this.failure = undefined;
      this.#isReady = true;
      this.#options.events.onReady(this);
    } catch (error) {
      this.failure = toPortolanError(error);
      // Without the session no later message can reach a server that was never initialised.
      this.#left(session);
      await session.close('not-started', this.failure);
      throw this.failure;
    }
  }

  async #handshake(initialize: Frame): Promise<void> {
    const answer = await this.#ask(withId(initialize, JSON.stringify(this.#nextId())));
    agreedVersion(answer);
    this.#capabilities = objectOf(resultOf(answer)?.['capabilities']) ?? {};
    this.#session?.receiveFrame(frameOf({ jsonrpc: '2.0', method: INITIALIZED }));
  }

  #ask(frame: Frame): Promise<Frame> {
    const session = this.#session;
    if (session === undefined) return Promise.reject(closed(this.server));
    return new Promise((resolve, reject) => {
      this.#waiting.set(frame.id ?? '', { resolve, reject });
      session.receiveFrame(frame);
    });
  }

  /** An id that no client uses by chance. */
  #nextId(): string {
    this.#lastId++;
    return `portolan/${this.#session?.id ?? ''}/${this.#lastId}`;
  }

  #receive(frame: Frame | undefined, relatedTo: string | undefined): boolean {
    if (frame === undefined || (frame.kind === 'response' && this.#waiting.has(frame.id ?? ''))) return true;
    const isOwn = relatedTo !== undefined && this.#waiting.has(relatedTo);
    return this.#options.events.onFrame(this, frame, isOwn ? undefined : relatedTo);
  }

  #ended(exchange: Exchange, ending: Ending): void {
    const waiting = this.#waiting.get(exchange.id);
    if (waiting === undefined) return;
    this.#waiting.delete(exchange.id);
    if (ending.kind === 'failed') waiting.reject(ending.error);
    else if (ending.kind === 'cancelled') waiting.reject(closed(this.server));
    else {
      const error = objectOf(ending.frame.message['error']);
      if (error === undefined) waiting.resolve(ending.frame);
      else waiting.reject(refusal(error, exchange.method));
    }
  }

  #left(session: ClientSession): void {
    if (this.#session !== session) return;
    const wasReady = this.#isReady;
    this.#session = undefined;
    this.#starting = undefined;
    this.#isReady = false;
    for (const waiting of this.#waiting.values()) waiting.reject(closed(this.server));
    this.#waiting.clear();
    if (wasReady && !this.#isOver) this.#options.events.onClosed(this);
  }
}

function closed(server: string): PortolanError {
  return new PortolanError('SESSION_LOST', `The connection to ${server} has been closed.`);
}

/** The server's own error. Its words are for the client's eyes only; they never reach the log. */
function refusal(error: JsonObject, method: string): PortolanError {
  const said = textOf(error['message'])?.slice(0, 500) ?? 'no reason given';
  const number = error['code'];
  const what = method === INITIALIZE ? 'refused the handshake' : `answered ${method} with an error`;
  return new PortolanError('PROTOCOL_ERROR', `The server ${what}: ${said}`, {
    data: { rpcCode: typeof number === 'number' ? number : null },
  });
}
