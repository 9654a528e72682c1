// One connection to a server for several sessions: their ids and tokens are kept apart, the handshake is made once, and what the
// server asks goes to the session whose request it belongs to, or to nobody. Both generations.
import { type PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import { memberSource, setMember } from '../base/json-splice.ts';
import { META, metaOf } from './era.ts';
import { type Frame, frameOf, parseFrame } from './frame.ts';
import { withId } from './request-id.ts';
import { severity, SharedInbox } from './shared-inbox.ts';
import { SharedMember, type SharedOwner } from './shared-member.ts';
import { SharedRoutes } from './shared-routes.ts';
import { SharedSubscriptions } from './shared-subscriptions.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';

/** How long the server is kept after its last session has left. */
const LINGER_MS = 60_000;

export interface SharedConnectionOptions {
  readonly open: (events: UpstreamEvents) => Promise<Upstream>;
  readonly clock: Clock;
  /** The connection is over; another one must be made. */
  readonly onGone: () => void;
}

type Handshake =
  | { readonly state: 'none' }
  | { readonly state: 'asked'; readonly waiting: { readonly member: SharedMember; readonly id: string }[] }
  | { readonly state: 'answered'; readonly result: string };

export class SharedConnection implements SharedOwner {
  readonly #options: SharedConnectionOptions;
  readonly #members = new Set<SharedMember>();
  readonly #routes = new SharedRoutes<SharedMember>();
  readonly #subscriptions = new SharedSubscriptions<SharedMember>();
  readonly #inbox = new SharedInbox({
    members: this.#members,
    routes: this.#routes,
    subscriptions: this.#subscriptions,
    toServer: (frame) => this.#upstream?.send(frame),
  });
  /** Who was told that a person is asked, by the request for which. */
  readonly #awaiting = new Map<string, readonly SharedMember[]>();
  readonly #opening: Promise<Upstream>;
  #upstream: Upstream | undefined;
  #handshake: Handshake = { state: 'none' };
  #isInitialized = false;
  #linger: Timer | undefined;
  #gone = false;
  #lastOwn = 0;

  constructor(options: SharedConnectionOptions) {
    this.#options = options;
    this.#opening = options.open(this.#events());
    this.#opening.then(
      (upstream) => {
        this.#upstream = upstream;
        if (this.#gone) void upstream.close();
      },
      (error: unknown) => this.#end(toPortolanError(error)),
    );
  }

  get transport(): Upstream['transport'] {
    return this.#upstream?.transport ?? 'stdio';
  }

  get pid(): number | undefined {
    return this.#upstream?.pid;
  }

  /** True when no new session may join. */
  get isGone(): boolean {
    return this.#gone;
  }

  /** One more session. @throws PortolanError what opening the connection throws. */
  async attach(events: UpstreamEvents): Promise<Upstream> {
    const member = new SharedMember(this, events);
    this.#members.add(member);
    this.#linger?.cancel();
    try {
      await this.#opening;
    } catch (error) {
      this.#members.delete(member);
      throw error;
    }
    return member;
  }

  /** Ends the connection and all its sessions' ends of it. */
  async close(error: PortolanError): Promise<void> {
    this.#end(error);
    await this.#upstream?.close();
  }

  send(member: SharedMember, frame: Frame): void {
    if (frame.kind === 'request') this.#request(member, frame);
    else if (frame.kind === 'notification') this.#notification(member, frame);
    else if (this.#routes.answered(frame.id, member)) this.#upstream?.send(frame);
  }

  leave(member: SharedMember): void {
    if (!this.#members.delete(member) || this.#gone) return;
    for (const key of this.#routes.keysOf(member)) {
      const route = this.#routes.end(key);
      if (route?.method !== 'initialize') this.#cancel(key, 'The client has left.');
    }
    for (const id of this.#routes.unaskAll(member)) this.#inbox.refuse(id, 'The client has left.');
    for (const uri of this.#subscriptions.leave(member)) this.#ownRequest('resources/unsubscribe', { uri });
    if (this.#members.size > 0) return;
    this.#linger = this.#options.clock.setTimeout(() => {
      this.#gone = true;
      this.#options.onGone();
      void this.#upstream?.close();
    }, LINGER_MS);
  }

  #request(member: SharedMember, frame: Frame): void {
    const params = objectOf(frame.message['params']);
    const { id = 'null' } = frame;
    switch (frame.method) {
      case 'initialize':
        member.capabilities = objectOf(params?.['capabilities']) ?? {};
        this.#initialize(member, frame, id);
        return;
      case 'resources/subscribe':
      case 'resources/unsubscribe': {
        const uri = textOf(params?.['uri']) ?? '';
        const isOthers =
          frame.method === 'resources/subscribe'
            ? !this.#subscriptions.add(member, uri)
            : !this.#subscriptions.remove(member, uri);
        if (isOthers) answer(member, id, '{}');
        else this.#forward(member, frame);
        return;
      }
      case 'logging/setLevel':
        member.logLevel = textOf(params?.['level']);
        this.#forward(member, this.#withLowestLevel(frame));
        return;
      default:
        member.capabilities = objectOf(metaOf(frame)?.[META.clientCapabilities]) ?? member.capabilities;
        this.#forward(member, frame);
    }
  }

  /** The first session's handshake is that of all: what the server was told and has answered holds for the connection. */
  #initialize(member: SharedMember, frame: Frame, id: string): void {
    const handshake = this.#handshake;
    if (handshake.state === 'answered') answer(member, id, handshake.result);
    else if (handshake.state === 'asked') handshake.waiting.push({ member, id });
    else {
      this.#handshake = { state: 'asked', waiting: [] };
      this.#forward(member, frame);
    }
  }

  #forward(member: SharedMember, frame: Frame): void {
    const { key, frame: renamed } = this.#routes.begin(member, frame);
    try {
      this.#upstream?.send(renamed);
    } catch (error) {
      this.#routes.end(key);
      throw error;
    }
  }

  #notification(member: SharedMember, frame: Frame): void {
    if (frame.method === 'notifications/initialized') {
      if (!this.#isInitialized) this.#upstream?.send(frame);
      this.#isInitialized = true;
    } else if (frame.method === 'notifications/cancelled') {
      const key = this.#routes.keyOf(member, objectOf(frame.message['params'])?.['requestId']);
      if (key === undefined) return;
      this.#routes.end(key);
      this.#upstream?.send(parseFrame(setMember(frame.bytes, ['params', 'requestId'], key), 'server'));
    } else this.#upstream?.send(frame);
  }

  #events(): UpstreamEvents {
    return {
      onFrame: (frame, relatedTo) => {
        if (this.#gone) return;
        if (frame.kind === 'response') this.#answered(frame);
        else if (frame.kind === 'request') this.#inbox.question(frame, relatedTo);
        else this.#inbox.notification(frame, relatedTo);
      },
      onRequestFailed: (id, error) => {
        const route = this.#routes.end(id);
        if (route?.method === 'initialize') this.#handshakeFailed((member, own) => member.fail(own, error));
        route?.member.fail(route.id, error);
      },
      onClosed: (error) => this.#end(error),
      onDrain: () => {
        for (const member of this.#members) member.drain();
      },
      onLog: (source, text) => [...this.#members][0]?.log(source, text),
      onPersonAsked: (id, isAsked) => this.#personAsked(id, isAsked),
    };
  }

  /** All that wait for the handshake wait for the person. */
  #personAsked(id: string, isAsked: boolean): void {
    const route = this.#routes.of(id);
    const told = isAsked
      ? route?.method === 'initialize'
        ? [...this.#members]
        : route === undefined
          ? []
          : [route.member]
      : (this.#awaiting.get(id) ?? []);
    if (isAsked) this.#awaiting.set(id, told);
    else this.#awaiting.delete(id);
    for (const member of told) member.personAsked(isAsked);
  }

  #answered(frame: Frame): void {
    const route = this.#routes.end(frame.id);
    if (route === undefined) return;
    if (route.method === 'initialize') this.#shaken(frame);
    route.member.deliver(withId(frame, route.id), route.id);
  }

  #shaken(frame: Frame): void {
    const result = memberSource(frame.bytes, ['result'])?.toString();
    if (result === undefined) {
      this.#handshakeFailed((member, id) => member.deliver(withId(frame, id), id));
      return;
    }
    const waiting = this.#handshake.state === 'asked' ? this.#handshake.waiting : [];
    this.#handshake = { state: 'answered', result };
    for (const { member, id } of waiting) answer(member, id, result);
  }

  #handshakeFailed(tell: (member: SharedMember, id: string) => void): void {
    const waiting = this.#handshake.state === 'asked' ? this.#handshake.waiting : [];
    this.#handshake = { state: 'none' };
    for (const { member, id } of waiting) tell(member, id);
  }

  #withLowestLevel(frame: Frame): Frame {
    const levels = [...this.#members].flatMap(({ logLevel }) => (logLevel === undefined ? [] : [logLevel]));
    const [lowest] = levels.toSorted((one, other) => severity(one) - severity(other));
    if (lowest === undefined) return frame;
    return parseFrame(setMember(frame.bytes, ['params', 'level'], JSON.stringify(lowest)), 'client');
  }

  #cancel(key: string, reason: string): void {
    const params = `{"requestId":${key},"reason":${JSON.stringify(reason)}}`;
    this.#upstream?.send(
      parseFrame(Buffer.from(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`), 'server'),
    );
  }

  /** A request of our own; its answer goes to nobody. */
  #ownRequest(method: string, params: object): void {
    this.#lastOwn += 1;
    this.#upstream?.send(frameOf({ jsonrpc: '2.0', id: `portolan-shared-${this.#lastOwn}`, method, params }));
  }

  #end(error: PortolanError): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#linger?.cancel();
    this.#options.onGone();
    for (const key of this.#routes.keysOf()) {
      const route = this.#routes.end(key);
      route?.member.fail(route.id, error);
    }
    for (const member of this.#members) member.lose(error);
  }
}

function answer(member: SharedMember, id: string, result: string): void {
  const frame = parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}`), 'server');
  queueMicrotask(() => member.deliver(frame, id));
}
