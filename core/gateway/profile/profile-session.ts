// One client's session with a profile: its life from attachment to end, drain and hand-over between hosts. Its members are
// sessions of their own, each with one server, so that every call is recorded with its real server, tool and client.
import { PortolanError, toPortolanError } from '../../../shared/errors.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import type { Session as SessionModel } from '../../../shared/model/server-status.ts';
import type { Caller } from '../../audit/audit-event.ts';
import { eraOf, META, metaOf, versionOf } from '../../connections/era.ts';
import { type Frame, parseFrame, splitBatch } from '../../connections/frame.ts';
import { doubleIdKey } from '../../connections/request-id.ts';
import { Batch } from '../batch.ts';
import type { ClientSession } from '../client-session.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { Limits } from '../deadline.ts';
import type { Downstream } from '../downstream.ts';
import type { SessionFacts } from '../exchange.ts';
import { callerFrom, callerNamed, INITIALIZE } from '../handshake.ts';
import { closeOpenIntents, outcomeLost } from '../open-intents.ts';
import { invalidRequest, rpcErrorFrame } from '../rpc-errors.ts';
import { SessionRecord } from '../session-record.ts';
import type { ListCache } from './list-cache.ts';
import { ProfileConversation } from './profile-conversation.ts';
import { recordRefusedCall } from './refused-calls.ts';
import { type MemberAbout, memberSessionId, profileTarget } from './profile-target.ts';

/** The only protocol version that has batches. */
const BATCH_VERSION = '2025-03-26';

const LINE_FEED = Buffer.from('\n');

/** `draining`: nothing new goes out. `handing-back`: what still comes in is kept for another host. */
type Life = 'open' | 'draining' | 'handing-back' | 'closed';

export interface ProfileSessionOptions {
  readonly id: string;
  readonly profile: Profile;
  readonly caller: Caller;
  readonly context: GatewayContext;
  readonly cache: ListCache;
  readonly connect: (session: ClientSession) => Downstream;
  /** Makes the session of one member with its server. */
  readonly createMember: (about: MemberAbout) => ClientSession;
  readonly onChanged: () => void;
  /** The session has ended. */
  readonly onClosed: (session: ClientSession) => void;
}

export class ProfileSession implements ClientSession {
  readonly #options: ProfileSessionOptions;
  readonly #facts: SessionFacts;
  readonly #since: string;
  readonly #record: SessionRecord;
  readonly #conversation: ProfileConversation;
  readonly #downstream: Downstream;
  #profile: Profile;
  #life: Life = 'open';
  #kept: Buffer[] = [];
  #onIdle: (() => void) | undefined;
  #calls = 0;
  #protocolVersion: string | undefined;
  /** An `initialize` that was answered again for the client: its own copy may still come among what the earlier host had read. */
  #reissued: Buffer | undefined;

  constructor(options: ProfileSessionOptions) {
    const { id, profile, caller, cache, context } = options;
    this.#options = options;
    this.#profile = profile;
    this.#facts = { id, server: profileTarget(profile.name), caller };
    this.#since = new Date(context.clock.now()).toISOString();
    this.#record = new SessionRecord(context.audit, this.#facts, context.logger);
    this.#conversation = new ProfileConversation({
      profile,
      clock: context.clock,
      cache,
      createSession: (server, downstream) =>
        options.createMember({
          id: memberSessionId(id, server),
          server,
          caller: this.#facts.caller,
          connect: () => downstream,
        }),
      deliver: (bytes, frame, relatedTo) => this.#deliver(bytes, frame, relatedTo),
      onInitialized: (protocolVersion) => {
        this.#protocolVersion = protocolVersion;
        this.#record.opened(protocolVersion, false);
      },
      onRefused: (server, frame, error) => {
        const session = { id: memberSessionId(id, server), server, caller: this.#facts.caller };
        recordRefusedCall(context, { session, frame, error });
      },
      onEnded: () => {
        if (this.inFlight === 0) this.#onIdle?.();
        options.onChanged();
      },
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
    const counts = { inFlight: this.inFlight, calls: this.#calls };
    const version = this.#protocolVersion === undefined ? {} : { protocolVersion: this.#protocolVersion };
    return { id, server, client: { ...caller }, since: this.#since, ...counts, ...version };
  }

  /** One line from the client. Never throws: what cannot be read is answered with a JSON-RPC error. */
  receive(line: Buffer): void {
    try {
      if (/^[ \t]*\[/.test(line.toString('latin1', 0, 64))) this.#receiveBatch(line);
      else this.receiveFrame(parseFrame(line, 'client'));
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** One message from the client; `limits` instead of the servers' own. */
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
    this.#conversation.drained();
  }

  /** The profile was changed: the session goes on with what it holds now. */
  async update(profile: Profile): Promise<void> {
    this.#profile = profile;
    const error = new PortolanError('SERVER_DISABLED', `The server was taken out of the profile ${profile.name}.`);
    await this.#conversation.update(profile, error);
  }

  /** A server works again. */
  serverReady(server: string): void {
    this.#conversation.serverReady(server);
  }

  /** The client has left: everything under way is cancelled. */
  async gone(): Promise<void> {
    if (this.#life === 'handing-back' || this.isClosed) return;
    this.#life = 'closed';
    await this.#conversation.end((member) => member.gone(), undefined);
    this.#end('client-left');
  }

  /** Ends the session from our side: requests under way fail with `error`, or OUTCOME_UNKNOWN when they may have had an effect. */
  async close(reason: string, error: PortolanError): Promise<void> {
    if (this.isClosed) return;
    // Until the members have ended, their last answers still pass.
    this.#life = 'draining';
    await this.#conversation.end((member) => member.close(reason, error), error);
    this.#life = 'closed';
    this.#end(reason);
  }

  /** Lets go without an answer or a record: another attachment of the same session goes on from the log. */
  async abandon(): Promise<void> {
    if (this.isClosed) return;
    this.#life = 'closed';
    await this.#conversation.end((member) => member.abandon(), undefined);
    this.#letGo();
  }

  /**
   * Takes up a session that another host had, before anything new is read. `line` is the client's first message. Requests that
   * were under way are closed as `unknown` and answered so; members are opened again when they are needed.
   * @throws PortolanError FRAME_INVALID when the line is no message, and what the audit log throws.
   */
  async takeUp(line: Buffer, unanswered: readonly string[] = []): Promise<void> {
    const frame = parseFrame(line, 'client');
    const { audit } = this.#options.context;
    if (frame.method === INITIALIZE) this.#facts.caller = callerFrom(frame, this.#facts.caller);
    const ids: string[] = [];
    for (const server of this.#profile.servers) {
      const { caller, id } = this.#facts;
      ids.push(...(await closeOpenIntents(audit, { id: memberSessionId(id, server), server, caller })));
    }
    const own = frame.method === INITIALIZE && frame.id !== undefined ? doubleIdKey(frame.id) : undefined;
    for (const [key, id] of new Map([...ids, ...unanswered].map((source) => [doubleIdKey(source), source]))) {
      // Requests of our own wait at no client.
      if (key === own || key.startsWith('"portolan/')) continue;
      const answer = rpcErrorFrame(id, outcomeLost());
      this.#deliver(answer.bytes, answer);
    }
    if (frame.method !== INITIALIZE || this.isClosed) return;
    if (await this.#record.wasOpened()) {
      this.#protocolVersion = this.#conversation.openFor(frame);
      this.#record.opened(this.#protocolVersion, true);
    } else {
      this.#forward(frame, {});
      this.#reissued = frame.bytes;
    }
  }

  /** Forwards nothing new, waits for what is under way, and gives back what was read and not forwarded, as bytes of the stream. */
  async drain(): Promise<Buffer[]> {
    if (this.#life !== 'open') return [];
    this.#life = 'draining';
    if (this.inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    if (this.isClosed) return [];
    this.#life = 'handing-back';
    this.#kept.unshift(...this.#conversation.takeListens().map(({ bytes }) => bytes));
    const rest = (await this.#downstream.handBack?.()) ?? [];
    this.#life = 'closed';
    // Nothing of the client is under way: what members still do, they do for lists.
    await this.#conversation.end((member) => member.abandon(), undefined);
    this.#letGo();
    return [...this.#kept.flatMap((line) => [line, LINE_FEED]), ...rest];
  }

  #receiveBatch(line: Buffer): void {
    if (this.#life !== 'open') {
      if (!this.isClosed) this.#kept.push(line);
      return;
    }
    if (this.#protocolVersion !== BATCH_VERSION) {
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
    if (frame.kind === 'request') this.#identify(frame);
    if (frame.method === 'tools/call' && frame.kind === 'request') this.#calls++;
    this.#conversation.fromClient(frame, from);
    this.#options.onChanged();
  }

  /** Who the client says it is; the session counts as opened once a modern client has sent its first request. */
  #identify(frame: Frame): void {
    if (frame.method === INITIALIZE) {
      this.#facts.caller = callerFrom(frame, this.#facts.caller);
    } else if (this.#protocolVersion === undefined && eraOf(frame) === 'modern') {
      this.#facts.caller = callerNamed(metaOf(frame)?.[META.clientInfo], this.#facts.caller);
      this.#record.opened(versionOf(frame), false);
    }
  }

  #deliver(bytes: Buffer, frame?: Frame, relatedTo?: string): boolean {
    return this.isClosed || this.#downstream.send(bytes, frame, relatedTo);
  }

  #refuse(error: unknown): void {
    if (this.isClosed) return;
    const refusal = toPortolanError(error);
    const id = refusal.data['id'];
    const answer = rpcErrorFrame(typeof id === 'string' ? id : null, refusal);
    this.#deliver(answer.bytes, answer);
  }

  #end(reason: string): void {
    this.#record.closed(reason, { calls: this.#calls, dropped: this.#conversation.dropped });
    this.#letGo();
  }

  #letGo(): void {
    this.#downstream.close();
    this.#options.onClosed(this);
  }
}
