// A modern client's `subscriptions/listen` to a profile: one listen at each member, joined into one stream.
// (MCP 2026-07-28, Subscriptions) Members get the client's own listen id, so that what they send is tagged right already.
import type { Clock } from '../../base/clock.ts';
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { META, metaOf } from '../../connections/era.ts';
import { type Frame, frameOf } from '../../connections/frame.ts';
import { valueKey } from '../../connections/request-id.ts';
import type { Member } from './member.ts';
import { FIRST_ANSWER_MS } from './member-lists.ts';
import { resultFrame, withMember } from './own-frames.ts';
import type { Request } from './pending.ts';

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

/** Which kinds of change a client asked for, by the notification that tells of it. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['notifications/tools/list_changed', 'toolsListChanged'],
  ['notifications/prompts/list_changed', 'promptsListChanged'],
  ['notifications/resources/list_changed', 'resourcesListChanged'],
]);

interface Listen {
  readonly request: Request;
  readonly wanted: JsonObject;
  /** Members that have not ended their part; true once they have acknowledged it. */
  readonly members: Map<Member, boolean>;
  readonly addresses: Set<string>;
  acknowledged: boolean;
  held: Frame[];
  timer: { cancel(): void } | undefined;
}

export interface ListensOptions {
  readonly clock: Clock;
  readonly deliver: (frame: Frame, relatedTo: string) => boolean;
  /** Passes the listen, as this member is to get it, on; false when that cannot be done. */
  readonly pass: (request: Request, member: Member, frame: Frame) => Promise<boolean>;
  readonly end: (request: Request, answer: Frame | undefined) => void;
  /** The client's addresses that belong to this member, as the member knows them. */
  readonly addressesOf: (member: Member, uris: readonly string[]) => readonly string[];
  /** The client's own spelling of a member's address. */
  readonly clientAddress: (member: Member, uri: string) => string;
}

export class Listens {
  readonly #options: ListensOptions;
  readonly #listens = new Map<string, Listen>();

  constructor(options: ListensOptions) {
    this.#options = options;
  }

  begin(request: Request, members: readonly Member[]): void {
    const wanted = objectOf(objectOf(request.frame.message['params'])?.['notifications']) ?? {};
    const uris = Array.isArray(wanted['resourceSubscriptions'])
      ? wanted['resourceSubscriptions'].filter((uri) => typeof uri === 'string')
      : [];
    const listen: Listen = {
      request,
      wanted,
      members: new Map(members.map((member) => [member, false])),
      addresses: new Set(),
      acknowledged: false,
      held: [],
      timer: this.#options.clock.setTimeout(() => this.#acknowledge(listen), FIRST_ANSWER_MS),
    };
    this.#listens.set(request.key, listen);
    for (const member of members) {
      const own = this.#options.addressesOf(member, uris);
      const path = ['params', 'notifications', 'resourceSubscriptions'];
      const frame = uris.length === 0 ? request.frame : withMember(request.frame, path, own);
      void this.#options.pass(request, member, frame).then((passed) => {
        if (!passed) this.#leave(listen, member, undefined);
      });
    }
    this.#acknowledgeIfAll(listen);
  }

  has(request: Request): boolean {
    return this.#listens.get(request.key)?.request === request;
  }

  /** The members that still take part in this listen. */
  membersOf(request: Request): Member[] {
    return [...(this.#listens.get(request.key)?.members.keys() ?? [])];
  }

  /** A member's notification that is tagged for a listen. False when it is for none. */
  fromMember(member: Member, frame: Frame): boolean {
    const key = valueKey(metaOf(frame)?.[META.subscriptionId]);
    const listen = key === undefined ? undefined : this.#listens.get(key);
    if (listen === undefined) return false;
    if (frame.method === ACKNOWLEDGED) {
      const honoured = objectOf(objectOf(frame.message['params'])?.['notifications']);
      const uris = honoured?.['resourceSubscriptions'];
      for (const uri of Array.isArray(uris) ? uris : []) {
        if (typeof uri === 'string') listen.addresses.add(this.#options.clientAddress(member, uri));
      }
      if (listen.members.has(member)) listen.members.set(member, true);
      this.#acknowledgeIfAll(listen);
    } else if (listen.acknowledged) this.#options.deliver(frame, listen.request.id);
    else listen.held.push(frame);
    return true;
  }

  /** A list of the profile has changed: tells the listens that asked for it. */
  changed(method: string): void {
    const flag = FLAGS.get(method) ?? '';
    for (const listen of this.#listens.values()) {
      if (listen.wanted[flag] !== true) continue;
      const frame = tagged(method, listen.request, {});
      if (listen.acknowledged) this.#options.deliver(frame, listen.request.id);
      else listen.held.push(frame);
    }
  }

  /** A member has answered its part, which ends it. When all have, the client's listen ends the same way. */
  answered(request: Request, member: Member, answer: Frame): void {
    const listen = this.#listens.get(request.key);
    if (listen !== undefined) this.#leave(listen, member, answer);
  }

  /** The listen is over: the client has ended it, or the session has. */
  forget(request: Request): void {
    this.#listens.get(request.key)?.timer?.cancel();
    this.#listens.delete(request.key);
  }

  #leave(listen: Listen, member: Member, answer: Frame | undefined): void {
    listen.members.delete(member);
    const { request } = listen;
    if (answer?.message['error'] === undefined && answer !== undefined && listen.members.size === 0) {
      this.forget(request);
      this.#options.end(request, resultFrame(request.id, endText(request.id)));
    } else this.#acknowledgeIfAll(listen);
  }

  #acknowledgeIfAll(listen: Listen): void {
    if ([...listen.members.values()].every(Boolean)) this.#acknowledge(listen);
  }

  /** What lists are concerned, the profile itself tells; addresses are honoured by those members that have said so. */
  #acknowledge(listen: Listen): void {
    if (listen.acknowledged || this.#listens.get(listen.request.key) !== listen) return;
    listen.acknowledged = true;
    listen.timer?.cancel();
    const flags = [...FLAGS.values()].filter((flag) => listen.wanted[flag] === true).map((flag) => [flag, true]);
    const notifications = {
      ...(Object.fromEntries(flags) as JsonObject),
      ...(listen.addresses.size > 0 && { resourceSubscriptions: [...listen.addresses] }),
    };
    const { request } = listen;
    this.#options.deliver(tagged(ACKNOWLEDGED, request, { notifications }), request.id);
    for (const frame of listen.held) this.#options.deliver(frame, request.id);
    listen.held = [];
  }
}

function tagged(method: string, request: Request, params: JsonObject): Frame {
  const text = JSON.stringify({ jsonrpc: '2.0', method, params: { ...params, _meta: { [META.subscriptionId]: 0 } } });
  const path = ['params', '_meta', META.subscriptionId];
  const bytes = setMember(Buffer.from(text), path, request.id);
  return { ...frameOf(JSON.parse(bytes.toString('utf8')) as object), bytes };
}

function endText(id: string): string {
  return `{"resultType":"complete","_meta":{"${META.subscriptionId}":${id}}}`;
}

/** The address that a `resources/updated` is about. */
export function updatedUri(frame: Frame): string | undefined {
  return frame.method === 'notifications/resources/updated'
    ? textOf(objectOf(frame.message['params'])?.['uri'])
    : undefined;
}
