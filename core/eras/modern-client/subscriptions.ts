// `subscriptions/listen` on top of a legacy server: each listen hears only what it asked for and what the server has, under its own
// id; the resources of all listens are subscribed once each. (MCP 2026-07-28, Subscriptions; MCP 2025-11-25, Resources)
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { LISTEN, META } from '../../connections/era.ts';
import { errorFrame, type Frame, parseFrame } from '../../connections/frame.ts';
import { doubleIdKey } from '../../connections/request-id.ts';
import { INVALID_PARAMS } from '../modern-request-rules.ts';
import { resultFrame } from './questions.ts';

interface SubscriptionPorts {
  /** A message for the caller, on the stream of the listen with this id. */
  readonly deliver: (frame: Frame, listenId: string) => void;
  /** Sends `resources/subscribe` or `/unsubscribe`; true when the server agreed. Never rejects. */
  readonly ask: (method: string, uri: string) => Promise<boolean>;
}

/** `early`: what came before the acknowledgement, which is always the first message. */
interface Listen {
  readonly id: string;
  readonly types: ReadonlySet<string>;
  uris: readonly string[];
  early: Frame[] | undefined;
}

/** Members of the filter, the capability that allows them, and the notification they stand for. */
const LIST_CHANGES = [
  ['toolsListChanged', 'tools', 'notifications/tools/list_changed'],
  ['promptsListChanged', 'prompts', 'notifications/prompts/list_changed'],
  ['resourcesListChanged', 'resources', 'notifications/resources/list_changed'],
] as const;
const UPDATED = 'notifications/resources/updated';

export class Subscriptions {
  readonly #ports: SubscriptionPorts;
  readonly #listens = new Map<string, Listen>();
  /** URI → how many listens want it, and what the server said to it. */
  readonly #uris = new Map<string, { count: number; readonly agreed: Promise<boolean> }>();

  constructor(ports: SubscriptionPorts) {
    this.#ports = ports;
  }

  /** Begins a listen; it is acknowledged when the server has answered every new subscription. */
  open(request: Frame, capabilities: JsonObject): void {
    const id = request.id ?? '';
    const filter = objectOf(objectOf(request.message['params'])?.['notifications']);
    if (filter === undefined) {
      const refusal = errorFrame(id, INVALID_PARAMS, `Invalid params: ${LISTEN} needs notifications`);
      this.#ports.deliver(refusal, id);
      return;
    }
    const offered = (key: string, what: string): boolean => objectOf(capabilities[key])?.[what] === true;
    const changes = LIST_CHANGES.filter(([member, key]) => filter[member] === true && offered(key, 'listChanged'));
    const uris = offered('resources', 'subscribe') ? urisIn(filter['resourceSubscriptions']) : [];
    const listen: Listen = { id, types: new Set(changes.map(([, , type]) => type)), uris, early: [] };
    this.#listens.set(doubleIdKey(id), listen);
    const agreed = Promise.all(uris.map((uri) => this.#subscribe(uri)));
    void agreed.then((answers) => {
      if (this.#listens.get(doubleIdKey(id)) !== listen) return;
      listen.uris = uris.filter((_, index) => answers[index]);
      for (const uri of uris) if (!listen.uris.includes(uri)) this.#release(uri);
      this.#acknowledge(listen, {
        ...Object.fromEntries(changes.map(([member]) => [member, true])),
        ...(filter['resourceSubscriptions'] !== undefined && { resourceSubscriptions: listen.uris }),
      });
    });
  }

  /** The caller has ended the listen whose id has this key; false when there is none. */
  close(key: string): boolean {
    const listen = this.#listens.get(key);
    if (listen === undefined) return false;
    this.#listens.delete(key);
    for (const uri of listen.uris) this.#release(uri);
    return true;
  }

  /** A change that the server announces, for those who asked for it. */
  announce(notification: Frame): void {
    const { method = '', message } = notification;
    const uri = textOf(objectOf(message['params'])?.['uri']);
    for (const listen of this.#listens.values()) {
      const wanted =
        method === UPDATED
          ? uri !== undefined && listen.uris.some((each) => isWithin(uri, each))
          : listen.types.has(method);
      if (!wanted) continue;
      if (listen.early === undefined) this.#tell(listen, notification);
      else listen.early.push(notification);
    }
  }

  /** The server is gone: every listen ends with its result. */
  endAll(serverInfo: string | undefined): void {
    for (const { id } of this.#listens.values()) {
      const info = serverInfo === undefined ? '' : `,"${META.serverInfo}":${serverInfo}`;
      const result = `{"resultType":"complete","_meta":{"${META.subscriptionId}":${id}${info}}}`;
      this.#ports.deliver(resultFrame(id, result), id);
    }
    this.#listens.clear();
    this.#uris.clear();
  }

  #acknowledge(listen: Listen, notifications: JsonObject): void {
    const message = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { notifications } };
    this.#tell(listen, parseFrame(Buffer.from(JSON.stringify(message)), 'server'));
    const { early = [] } = listen;
    listen.early = undefined;
    for (const notification of early) this.#tell(listen, notification);
  }

  #tell({ id }: Listen, notification: Frame): void {
    const bytes = setMember(notification.bytes, ['params', '_meta', META.subscriptionId], id);
    this.#ports.deliver(parseFrame(bytes, 'server'), id);
  }

  #subscribe(uri: string): Promise<boolean> {
    const known = this.#uris.get(uri);
    if (known !== undefined) {
      known.count += 1;
      return known.agreed;
    }
    const agreed = this.#ports.ask('resources/subscribe', uri);
    this.#uris.set(uri, { count: 1, agreed });
    return agreed;
  }

  /** Takes one listen off the resource; the last one unsubscribes, unless the server had refused. */
  #release(uri: string): void {
    const known = this.#uris.get(uri);
    if (known === undefined) return;
    known.count -= 1;
    if (known.count > 0) return;
    this.#uris.delete(uri);
    void known.agreed.then((agreed) => {
      if (agreed && !this.#uris.has(uri)) void this.#ports.ask('resources/unsubscribe', uri);
    });
  }
}

function urisIn(value: unknown): string[] {
  return Array.isArray(value) ? [...new Set(value.filter((uri) => typeof uri === 'string'))] : [];
}

/** An update may be about a part of the resource that was subscribed to. (MCP 2025-11-25, Resources, Subscriptions) */
function isWithin(uri: string, subscribed: string): boolean {
  if (!uri.startsWith(subscribed)) return false;
  return uri === subscribed || subscribed.endsWith('/') || /^[/?#]/.test(uri.slice(subscribed.length));
}
