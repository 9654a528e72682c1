// One client's session with one server: its life from attachment to end, drain and hand-over between hosts. What the messages
// mean is the conversation's subject; how bytes are carried is the downstream's.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Session as SessionModel } from '../../shared/model/server-status.ts';
import type { Caller } from '../audit/audit-event.ts';
import { type Frame, parseFrame, splitBatch } from '../connections/frame.ts';
import type { ClientSession } from './client-session.ts';
import { Batch } from './batch.ts';
import { Conversation } from './conversation.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { Limits } from './deadline.ts';
import type { Downstream } from './downstream.ts';
import type { Ending, Exchange, SessionFacts } from './exchange.ts';
import { callerFrom, INITIALIZE } from './handshake.ts';
import { closeOpenIntents, outcomeLost } from './open-intents.ts';
import { doubleIdKey } from '../connections/request-id.ts';
import { invalidRequest, rpcErrorFrame } from './rpc-errors.ts';
import { failureOf } from './session-errors.ts';
import { SessionRecord } from './session-record.ts';

/** The only protocol version that has batches. */
const BATCH_VERSION = '2025-03-26';

const LINE_FEED = Buffer.from('\n');
const OPEN_ARRAY = 0x5b;

/** `draining`: nothing new goes out. `handing-back`: what still comes in is kept for another host. */
type Life = 'open' | 'draining' | 'handing-back' | 'closed';

export interface SessionOptions {
  readonly id: string;
  readonly server: string;
  readonly caller: Caller;
  readonly context: GatewayContext;
  readonly connect: (session: Session) => Downstream;
  readonly onChanged: () => void;
  /** The session has ended. */
  readonly onClosed: (session: Session) => void;
}

export class Session implements ClientSession {
  readonly #options: SessionOptions;
  readonly #facts: SessionFacts;
  readonly #since: string;
  readonly #record: SessionRecord;
  readonly #conversation: Conversation;
  readonly #downstream: Downstream;
  #life: Life = 'open';
  #kept: Buffer[] = [];
  #onIdle: (() => void) | undefined;
  #calls = 0;
  /** Bytes that the client was sent and has not made room for. */
  #unread = 0;
  #protocolVersion: string | undefined;
  /** An `initialize` that was sent again for the client: its own copy may still come among what the earlier host had read. */
  #reissued: Buffer | undefined;

  constructor(options: SessionOptions) {
    const { id, server, caller, context } = options;
    this.#options = options;
    this.#facts = { id, server, caller };
    this.#since = new Date(context.clock.now()).toISOString();
    this.#record = new SessionRecord(context.audit, this.#facts, context.logger);
    this.#conversation = new Conversation(this.#facts, context, {
      deliver: (frame, relatedTo) => this.#deliver(frame.bytes, frame, relatedTo),
      onInitialized: ({ protocolVersion }, replayed) => {
        this.#protocolVersion = protocolVersion;
        this.#record.opened(protocolVersion, replayed);
      },
      onEnded: (exchange, ending) => this.#ended(exchange, ending),
      onBroken: (error) => void this.close('server-changed', error),
      onFull: (full) => (full ? this.#downstream.pause() : this.#downstream.resume()),
    });
    this.#downstream = options.connect(this);
  }

  get id(): string {
    return this.#facts.id;
  }

  get server(): string {
    return this.#facts.server;
  }

  get inFlight(): number {
    return this.#conversation.inFlight;
  }

  get isClosed(): boolean {
    return this.#life === 'closed';
  }

  /** What windows and commands show of it. */
  model(): SessionModel {
    const { id, server, caller } = this.#facts;
    return {
      id,
      server,
      client: { ...caller },
      since: this.#since,
      inFlight: this.inFlight,
      calls: this.#calls,
      ...(this.#protocolVersion !== undefined && { protocolVersion: this.#protocolVersion }),
    };
  }

  /** One line from the client. Never throws: what cannot be read is answered with a JSON-RPC error. */
  receive(line: Buffer): void {
    try {
      if (line[firstByte(line)] === OPEN_ARRAY) this.#receiveBatch(line);
      else this.receiveFrame(parseFrame(line, 'client'));
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** One message from the client; `limits` instead of the server's own. */
  receiveFrame(frame: Frame, from: { limits?: Limits } = {}): void {
    if (this.#keeps(frame)) this.#kept.push(frame.bytes);
    else if (this.#reissued?.equals(frame.bytes) === true) this.#reissued = undefined;
    else this.#forward(frame, from);
  }

  /** A message of the client was longer than any may be, and was skipped. */
  refuseTooLarge(bytes: number): void {
    this.#refuse(invalidRequest(`The message is too large: ${bytes} bytes or more.`));
  }

  /** The client's buffers have room again. */
  drained(): void {
    this.#noteUnread(-this.#unread);
    this.#conversation.setPaused(false);
  }

  /** The client has left: everything under way is cancelled. */
  async gone(): Promise<void> {
    if (this.#life !== 'handing-back') await this.#end('client-left', () => ({ kind: 'cancelled', by: 'departure' }));
  }

  /** Ends the session from our side: requests under way fail with `error`, or OUTCOME_UNKNOWN when they may have had an effect. */
  async close(reason: string, error: PortolanError): Promise<void> {
    await this.#end(reason, (exchange) => ({ kind: 'failed', error: failureOf(exchange, error) }));
  }

  /** Lets go without an answer or a record: another attachment of the same session goes on from the log. */
  async abandon(): Promise<void> {
    if (this.#life === 'closed') return;
    this.#life = 'closed';
    this.#conversation.forgetAll();
    await this.#letGo();
  }

  /**
   * Takes up a session that another host had, before anything new is read. `line` is the client's first message. Requests that
   * were under way are closed as `unknown` and answered so; the server is initialised again without the client.
   * @throws PortolanError FRAME_INVALID when the line is no message, and what the audit log throws.
   */
  async takeUp(line: Buffer, unanswered: readonly string[] = []): Promise<void> {
    const frame = parseFrame(line, 'client');
    if (frame.method === INITIALIZE) this.#facts.caller = callerFrom(frame, this.#facts.caller);
    // Requests without an open intent were never forwarded, are not audited, or lost their answer on the way to the client.
    const ids = [...(await closeOpenIntents(this.#options.context.audit, this.#facts)), ...unanswered];
    const own = frame.id === undefined ? [] : [doubleIdKey(frame.id)];
    for (const [key, id] of new Map(ids.map((source) => [doubleIdKey(source), source]))) {
      if (own.includes(key)) continue;
      const answer = rpcErrorFrame(id, outcomeLost());
      this.#deliver(answer.bytes, answer);
    }
    if (frame.method !== INITIALIZE || this.isClosed) return;
    if (await this.#record.wasOpened()) this.#conversation.openFor(frame);
    else {
      this.#forward(frame, {});
      this.#reissued = frame.bytes;
    }
  }

  /** Forwards nothing new, waits for what is under way, and gives back what was read and not forwarded, as bytes of the stream. */
  async drain(): Promise<Buffer[]> {
    if (this.#life !== 'open') return [];
    this.#life = 'draining';
    await this.#idle();
    if (this.isClosed) return [];
    this.#life = 'handing-back';
    this.#kept.unshift(...this.#conversation.takeListens().map(({ bytes }) => bytes));
    const rest = (await this.#downstream.handBack?.()) ?? [];
    this.#life = 'closed';
    await this.#letGo();
    return [...this.#kept.flatMap((line) => [line, LINE_FEED]), ...rest];
  }

  #receiveBatch(line: Buffer): void {
    if (this.#life !== 'open') {
      if (!this.isClosed) this.#kept.push(line);
      return;
    }
    if (this.#conversation.handshake.protocolVersion !== BATCH_VERSION) {
      throw invalidRequest('The message is a batch, which this protocol version does not have.');
    }
    const frames = splitBatch(line, 'client');
    if (frames.some((frame) => frame.method === INITIALIZE)) throw invalidRequest('A batch must not hold initialize.');
    const batch = new Batch((answers) => this.#deliver(answers));
    for (const frame of frames) this.#forward(frame, { batch });
    batch.seal();
  }

  #keeps(frame: Frame): boolean {
    if (this.#life === 'handing-back') return true;
    // What is under way may need these two to end.
    const isUrgent = frame.kind === 'response' || frame.method === 'notifications/cancelled';
    return this.#life === 'draining' && !isUrgent;
  }

  #forward(frame: Frame, from: { batch?: Batch; limits?: Limits }): void {
    if (this.isClosed) return;
    if (frame.method === 'tools/call' && frame.kind === 'request') this.#calls++;
    this.#conversation.fromClient(frame, from);
    this.#options.onChanged();
  }

  #deliver(bytes: Buffer, frame?: Frame, relatedTo?: string): void {
    if (this.#downstream.send(bytes, frame, relatedTo) || this.isClosed) return;
    this.#noteUnread(bytes.length);
    this.#conversation.setPaused(true);
  }

  #refuse(error: unknown): void {
    if (this.isClosed) return;
    const refusal = toPortolanError(error);
    const id = refusal.data['id'];
    const answer = rpcErrorFrame(typeof id === 'string' ? id : null, refusal);
    this.#deliver(answer.bytes, answer);
  }

  #ended(exchange: Exchange, ending: Ending): void {
    this.#downstream.ended?.(exchange, ending);
    if (this.inFlight === 0) this.#onIdle?.();
    this.#options.onChanged();
  }

  /** Resolves when no request is under way. */
  async #idle(): Promise<void> {
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  async #end(reason: string, endingOf: (exchange: Exchange) => Ending): Promise<void> {
    if (this.isClosed) return;
    this.#life = 'closed';
    this.#conversation.endAll(endingOf);
    this.#options.context.outbox.flush();
    this.#record.closed(reason, { calls: this.#calls, dropped: this.#conversation.dropped });
    await this.#letGo();
  }

  #noteUnread(bytes: number): void {
    this.#unread += bytes;
    this.#options.context.load.unread(bytes);
  }

  async #letGo(): Promise<void> {
    this.#noteUnread(-this.#unread);
    // What the session ended before is recorded before anybody goes on from the log.
    this.#options.context.outbox.flush();
    this.#downstream.close();
    this.#options.onClosed(this);
    await this.#conversation.close();
  }
}

function firstByte(line: Buffer): number {
  let at = 0;
  while (line[at] === 0x20 || line[at] === 0x09) at++;
  return at;
}
