// The messages between one client and the servers of a profile: answers what it can itself, finds the member for the rest, and
// passes everything else through as it is, either dialect. It must not know streams or sessions' lives.
import { type PortolanError, toPortolanError } from '../../../shared/errors.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import type { Clock } from '../../base/clock.ts';
import { objectOf } from '../../base/json-object.ts';
import { DISCOVER, LISTEN } from '../../connections/era.ts';
import { errorFrame, type Frame, frameOf } from '../../connections/frame.ts';
import { doubleIdKey, isUsableId, valueKey, withId } from '../../connections/request-id.ts';
import type { ClientSession } from '../client-session.ts';
import type { Downstream } from '../downstream.ts';
import { INITIALIZE, INITIALIZED } from '../handshake.ts';
import { METHOD_NOT_FOUND, rpcErrorFrame } from '../rpc-errors.ts';
import { ClientFacts } from './client-facts.ts';
import { Listens, updatedUri } from './listens.ts';
import type { ListCache } from './list-cache.ts';
import { kindOfMethod, kindsChangedBy, LIST_KINDS, type ListKind, LISTS } from './list-kinds.ts';
import { Member } from './member.ts';
import { MemberLists } from './member-lists.ts';
import { Notices } from './notices.ts';
import { Offers } from './offers.ts';
import { resultFrame, withMember } from './own-frames.ts';
import { Pending, type Provenance, type Request } from './pending.ts';
import { discoverResult, initializeResult } from './profile-answers.ts';
import { Questions } from './questions.ts';
import { type Asks, ProfileRequests } from './profile-requests.ts';
import { Routes } from './routes.ts';

export interface ConversationOptions {
  readonly profile: Profile;
  readonly clock: Clock;
  readonly cache: ListCache;
  readonly createSession: (server: string, downstream: Downstream) => ClientSession;
  /** A message for the client; false when it takes no more for now. */
  readonly deliver: (bytes: Buffer, frame: Frame, relatedTo?: string) => boolean;
  readonly onInitialized: (protocolVersion: string) => void;
  readonly onEnded: () => void;
  /** A request could not be handed to this server; `frame`: as it would have got it. */
  readonly onRefused: (server: string, frame: Frame, error: PortolanError) => void;
}

export class ProfileConversation {
  readonly #options: ConversationOptions;
  readonly #pending: Pending;
  readonly #questions = new Questions();
  readonly #lists: MemberLists;
  readonly #listens: Listens;
  readonly #routes: Routes;
  readonly #requests: ProfileRequests;
  readonly #notices: Notices;
  #profile: Profile;
  #members: readonly Member[];
  readonly #client = new ClientFacts();
  dropped = 0;

  constructor(options: ConversationOptions) {
    const { profile, clock, cache } = options;
    this.#options = options;
    this.#profile = profile;
    this.#notices = new Notices(clock, (method) => this.#changed(method));
    this.#members = profile.servers.map((server) => this.#member(server));
    const members = () => this.#members;
    this.#pending = new Pending(options.deliver, options.onEnded);
    this.#lists = new MemberLists({
      cache,
      clock,
      members,
      variant: () => this.#client.variant(),
      onChanged: (kind) => this.#listChanged(kind),
    });
    this.#routes = new Routes(members, this.#lists, new Offers(() => this.#client.budget(this.#profile)));
    const asks: Asks = {
      pending: this.#pending,
      lists: this.#lists,
      routes: this.#routes,
      members,
      profile: () => this.#profile,
      era: () => this.#client.era,
      pass: (request, member, frame) => void this.#pass(request, member, frame),
    };
    this.#requests = new ProfileRequests(asks);
    this.#listens = new Listens({
      clock,
      deliver: (frame, relatedTo) => options.deliver(frame.bytes, frame, relatedTo),
      pass: (request, member, frame) => this.#pass(request, member, frame),
      end: (request, answer) => this.#pending.end(request, answer),
      addressesOf: (member, uris) => this.#requests.addressesOf(member, uris),
      clientAddress: (member, uri) => this.#requests.clientAddress(member, uri),
    });
  }

  get inFlight(): number {
    return this.#pending.busy;
  }

  /** A message from the client. */
  fromClient(frame: Frame, from: Provenance = {}): void {
    if (frame.kind === 'request') this.#request(frame, from);
    else if (frame.kind === 'notification') this.#notification(frame);
    else this.#answer(frame);
  }

  /** Goes on with a client that an earlier host had initialised with this request; gives the version that it was told. */
  openFor(initialize: Frame): string {
    this.#client.note(initialize);
    return initializeResult(this.#profile, this.#client.wantedVersion).protocolVersion;
  }

  /** The profile was changed: members come and go, and the client is told to list anew. */
  async update(profile: Profile, gone: PortolanError): Promise<void> {
    const before = this.#members;
    this.#profile = profile;
    this.#members = profile.servers.map(
      (server) => before.find((member) => member.server === server) ?? this.#member(server),
    );
    for (const { changed } of Object.values(LISTS)) this.#notices.add(changed);
    const left = before.filter((member) => !this.#members.includes(member));
    await Promise.all(left.map((member) => member.close('profile-changed', gone)));
  }

  /** A server works again: what the client misses of it is read. */
  serverReady(server: string): void {
    for (const member of this.#members) if (member.server === server) this.#lists.retry(member);
  }

  /** Lets go of the client's subscriptions without an ending, and gives their requests: another host can begin them anew. */
  takeListens(): Frame[] {
    return this.#pending.listens().map((request) => {
      this.#listens.forget(request);
      this.#pending.end(request, undefined);
      return request.frame;
    });
  }

  drained(): void {
    for (const member of this.#members) member.drained();
  }

  /** Ends every member; what is then still under way is ended by `last`, or not at all. */
  async end(how: (member: Member) => Promise<void>, last: PortolanError | undefined): Promise<void> {
    this.#notices.stop();
    await Promise.all(this.#members.map(how));
    for (const request of this.#pending.all()) {
      this.#listens.forget(request);
      if (last === undefined) this.#pending.end(request, undefined);
      else this.#pending.fail(request, last);
    }
  }

  #request(frame: Frame, from: Provenance): void {
    this.#client.note(frame);
    const request = this.#pending.begin(frame, from);
    if (request === undefined) return;
    const { id, method } = request;
    const kind = kindOfMethod(method);
    if (method === INITIALIZE) this.#initialized(request);
    else if (method === 'ping') this.#pending.end(request, resultFrame(id, '{}'));
    else if (method === DISCOVER)
      this.#pending.end(request, resultFrame(id, JSON.stringify(discoverResult(this.#profile))));
    else if (method === LISTEN) this.#listens.begin(request, this.#members);
    else if (kind !== undefined) this.#requests.list(request, kind);
    else if (!this.#requests.begin(request)) {
      this.#pending.end(request, errorFrame(id, METHOD_NOT_FOUND, `A profile has no method ${method.slice(0, 100)}.`));
    }
  }

  #initialized(request: Request): void {
    const result = initializeResult(this.#profile, this.#client.wantedVersion);
    this.#pending.end(request, resultFrame(request.id, JSON.stringify(result)));
    this.#options.onInitialized(result.protocolVersion);
  }

  #notification(frame: Frame): void {
    const params = objectOf(frame.message['params']);
    switch (frame.method) {
      case INITIALIZED:
        return;
      case 'notifications/cancelled': {
        const key = valueKey(params?.['requestId']);
        const request = key === undefined ? undefined : this.#pending.get(key);
        if (request === undefined || request.method === INITIALIZE) return;
        for (const member of this.#listens.membersOf(request)) if (member.isReady) member.pass(frame);
        this.#listens.forget(request);
        if (request.member?.isReady === true) request.member.pass(frame);
        this.#pending.end(request, undefined);
        return;
      }
      case 'notifications/progress': {
        const token = valueKey(params?.['progressToken']);
        if (token !== undefined) this.#questions.byToken(token)?.pass(frame);
        return;
      }
      default:
        for (const member of this.#members) if (member.isReady) member.pass(frame);
    }
  }

  /** The client's answer to a question of a server. */
  #answer(frame: Frame): void {
    const asked = isUsableId(frame.id) ? this.#questions.answer(doubleIdKey(frame.id)) : undefined;
    if (asked === undefined) this.dropped++;
    else asked.member.pass(withId(frame, asked.id));
  }

  /** Hands the request to a member that may have to be started first; false when that failed or the client has left. */
  async #pass(request: Request, member: Member, frame: Frame): Promise<boolean> {
    const isListen = this.#listens.has(request);
    if (!isListen) request.member = member;
    try {
      if (!member.isReady) await member.start();
    } catch (error) {
      const refusal = toPortolanError(error);
      if (!request.ended) this.#options.onRefused(member.server, frame, refusal);
      if (!isListen) this.#answered(request, rpcErrorFrame(request.id, refusal));
      return false;
    }
    if (request.ended) return false;
    member.pass(frame, request.limits);
    return true;
  }

  #answered(request: Request, answer: Frame): void {
    const { onAnswer } = request;
    if (onAnswer === undefined) this.#pending.end(request, answer);
    else onAnswer(answer);
  }

  #fromMember(member: Member, frame: Frame, relatedTo: string | undefined): boolean {
    if (frame.kind === 'notification') return this.#memberNotification(member, frame, relatedTo);
    if (frame.kind === 'request') {
      const question = this.#questions.ask(member, frame);
      return this.#options.deliver(question.bytes, question, relatedTo);
    }
    const request = isUsableId(frame.id) ? this.#pending.get(doubleIdKey(frame.id)) : undefined;
    if (request !== undefined && this.#listens.has(request)) this.#listens.answered(request, member, frame);
    else if (request?.member === member) this.#answered(request, frame);
    else this.dropped++;
    return true;
  }

  #memberNotification(member: Member, frame: Frame, relatedTo: string | undefined): boolean {
    const kinds = kindsChangedBy(frame.method);
    if (kinds.length > 0) {
      for (const kind of kinds) this.#lists.age(member, kind);
      return true;
    }
    if (frame.method === 'notifications/progress' && !this.#isOwnProgress(member, frame)) return true;
    const uri = updatedUri(frame);
    const address = uri === undefined ? undefined : this.#requests.clientAddress(member, uri);
    const told = address === undefined || address === uri ? frame : withMember(frame, ['params', 'uri'], address);
    if (this.#listens.fromMember(member, told)) return true;
    if (frame.method !== 'notifications/cancelled') return this.#options.deliver(told.bytes, told, relatedTo);
    const cancelled = this.#questions.cancelled(member, frame);
    return cancelled === undefined || this.#options.deliver(cancelled.bytes, cancelled, relatedTo);
  }

  /** No server speaks of a call that another one works on. */
  #isOwnProgress(member: Member, frame: Frame): boolean {
    const token = valueKey(objectOf(frame.message['params'])?.['progressToken']);
    const request = token === undefined ? undefined : this.#pending.byToken(token);
    return request === undefined || request.member === member;
  }

  #listChanged(kind: ListKind): void {
    // In search mode the client's own list of tools is always the same.
    if (kind !== 'tools' || this.#profile.mode === 'all') this.#notices.add(LISTS[kind].changed);
  }

  #changed(method: string): void {
    if (this.#client.era === 'modern') {
      this.#listens.changed(method);
      return;
    }
    const frame = frameOf({ jsonrpc: '2.0', method });
    this.#options.deliver(frame.bytes, frame);
  }

  #member(server: string): Member {
    return new Member({
      server,
      createSession: (downstream) => this.#options.createSession(server, downstream),
      era: () => this.#client.era,
      initialize: () => this.#client.initialize,
      meta: () => this.#client.meta,
      events: {
        onFrame: (member, frame, relatedTo) => this.#fromMember(member, frame, relatedTo),
        onReady: (member) => this.#requests.greet(member),
        onClosed: (member) => {
          for (const kind of LIST_KINDS) this.#lists.doubt(member, kind);
        },
      },
    });
  }
}
