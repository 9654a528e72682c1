// What a server says on a shared connection, and which session may hear it. It must not know how sessions come and go.
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { setMember } from '../base/json-splice.ts';
import { META, metaOf } from './era.ts';
import { errorFrame, type Frame, parseFrame } from './frame.ts';
import type { SharedMember } from './shared-member.ts';
import type { SharedRoutes } from './shared-routes.ts';
import type { SharedSubscriptions } from './shared-subscriptions.ts';

const METHOD_NOT_FOUND = -32_601;

/** What a client must have declared to be asked. */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ['sampling/createMessage', 'sampling'],
  ['elicitation/create', 'elicitation'],
  ['roots/list', 'roots'],
]);

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** Place of a log level in the order of RFC 5424, from 0 for debug; -1 for none. */
export function severity(level: string | undefined): number {
  return level === undefined ? -1 : LEVELS.indexOf(level);
}

export interface SharedInboxOptions {
  readonly members: ReadonlySet<SharedMember>;
  readonly routes: SharedRoutes<SharedMember>;
  readonly subscriptions: SharedSubscriptions<SharedMember>;
  readonly toServer: (frame: Frame) => void;
}

export class SharedInbox {
  readonly #options: SharedInboxOptions;

  constructor(options: SharedInboxOptions) {
    this.#options = options;
  }

  /** A question goes to the session whose request it belongs to, if its client can answer it, and never to another. */
  question(frame: Frame, relatedTo: string | undefined): void {
    const { routes, toServer } = this.#options;
    const { id = 'null', method = '' } = frame;
    if (method === 'ping') {
      toServer(parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{}}`), 'client'));
      return;
    }
    const owner = routes.of(relatedTo) ?? routes.onlyOwner();
    const needed = NEEDED.get(method);
    if (owner === undefined || (needed !== undefined && owner.member.capabilities[needed] === undefined)) {
      this.refuse(id, 'No client of this shared server can be asked that.');
      return;
    }
    routes.ask(id, owner.member);
    owner.member.deliver(frame, owner.id);
  }

  notification(frame: Frame, relatedTo: string | undefined): void {
    const { routes, subscriptions } = this.#options;
    const params = objectOf(frame.message['params']);
    switch (frame.method) {
      case 'notifications/progress': {
        const route = routes.ofValue(params?.['progressToken']);
        if (route?.token === undefined) return;
        const bytes = setMember(frame.bytes, ['params', 'progressToken'], route.token);
        route.member.deliver(parseFrame(bytes, 'server'), route.id);
        return;
      }
      case 'notifications/cancelled':
        routes.withdrawn(params?.['requestId'])?.deliver(frame);
        return;
      case 'notifications/message':
        this.#logged(frame, relatedTo, params);
        return;
      case 'notifications/resources/updated':
        if (metaOf(frame)?.[META.subscriptionId] === undefined) {
          for (const member of subscriptions.of(textOf(params?.['uri']) ?? '')) member.deliver(frame);
          return;
        }
        break;
      default:
    }
    this.#toSubscriber(frame);
  }

  /** What carries a subscription's id goes to its owner, everything else to all. */
  #toSubscriber(frame: Frame): void {
    const { members, routes } = this.#options;
    const subscription = metaOf(frame)?.[META.subscriptionId];
    if (subscription === undefined) {
      for (const member of members) member.deliver(frame);
      return;
    }
    const route = routes.ofValue(subscription);
    if (route === undefined) return;
    const bytes = setMember(frame.bytes, ['params', '_meta', META.subscriptionId], route.id);
    route.member.deliver(parseFrame(bytes, 'server'), route.id);
  }

  /** A log message may quote a request: while several sessions have one under way, it goes to nobody unless its owner is known. */
  #logged(frame: Frame, relatedTo: string | undefined, params: JsonObject | undefined): void {
    const { members, routes } = this.#options;
    const owner = routes.of(relatedTo) ?? routes.onlyOwner();
    const hearers = owner !== undefined ? [owner.member] : routes.isIdle ? [...members] : [];
    for (const member of hearers) {
      if (severity(textOf(params?.['level'])) >= severity(member.logLevel)) member.deliver(frame, owner?.id);
    }
  }

  /** Answers a question of the server that no session can answer. `id`: its source text. */
  refuse(id: string, message: string): void {
    this.#options.toServer(errorFrame(id, METHOD_NOT_FOUND, message));
  }
}
