// What a subscription to a modern server asks for, what the server grants of it, and which notifications belong to it.
// (MCP 2026-07-28, Subscriptions)
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { deleteMember } from '../../base/json-splice.ts';
import { META, metaOf } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';

type ListKind = 'toolsListChanged' | 'promptsListChanged' | 'resourcesListChanged';

/** The `notifications` member of `subscriptions/listen`. */
export type ListenFilter = { readonly [Kind in ListKind]?: true } & {
  readonly resourceSubscriptions?: readonly string[];
};

const RESOURCE_UPDATED = 'notifications/resources/updated';
const LIST_KINDS: Readonly<Record<string, ListKind>> = {
  'notifications/tools/list_changed': 'toolsListChanged',
  'notifications/prompts/list_changed': 'promptsListChanged',
  'notifications/resources/list_changed': 'resourcesListChanged',
};

/** The lists whose changes a server with these capabilities tells. */
export function listKinds(capabilities: JsonObject): readonly ListKind[] {
  const tells = (name: string) => objectOf(capabilities[name])?.['listChanged'] === true;
  return Object.values(LIST_KINDS).filter((kind) => tells(kind.replace('ListChanged', '')));
}

export function filterOf(kinds: readonly ListKind[], uris: Iterable<string>): ListenFilter {
  const resourceSubscriptions = [...uris];
  return {
    ...Object.fromEntries(kinds.map((kind) => [kind, true])),
    ...(resourceSubscriptions.length > 0 && { resourceSubscriptions }),
  };
}

export function isEmpty(filter: ListenFilter): boolean {
  return Object.keys(filter).length === 0;
}

/** What an acknowledgement grants of what was asked for; more than that is passed over. */
export function grantedBy(acknowledged: Frame, asked: ListenFilter): ListenFilter {
  const granted = objectOf(objectOf(acknowledged.message['params'])?.['notifications']);
  const uris = granted?.['resourceSubscriptions'];
  const given: readonly unknown[] = Array.isArray(uris) ? uris : [];
  const kinds = Object.values(LIST_KINDS).filter((kind) => asked[kind] === true && granted?.[kind] === true);
  return filterOf(
    kinds,
    (asked.resourceSubscriptions ?? []).filter((uri) => given.includes(uri)),
  );
}

/** What was asked for and not granted, in words; empty when nothing is missing. */
export function missingFrom(granted: ListenFilter, asked: ListenFilter): string[] {
  const kinds = Object.values(LIST_KINDS).filter((kind) => asked[kind] === true && granted[kind] !== true);
  const uris = (asked.resourceSubscriptions ?? []).filter((uri) => !granted.resourceSubscriptions?.includes(uri));
  return [...kinds, ...uris.map(() => 'resourceSubscriptions')];
}

/** True for the kinds of notifications that travel on a subscription alone. */
export function isListenKind(method: string | undefined): boolean {
  return method === RESOURCE_UPDATED || (method !== undefined && Object.hasOwn(LIST_KINDS, method));
}

/** True when a notification of this method was asked for. A resource below a subscribed one counts as asked for. */
export function covers(filter: ListenFilter, method: string): boolean {
  if (method === RESOURCE_UPDATED) return filter.resourceSubscriptions !== undefined;
  const kind = LIST_KINDS[method];
  return kind !== undefined && filter[kind] === true;
}

/** The notification as a legacy client knows it: without the mark of the subscription. */
export function withoutSubscription(notification: Frame): Frame {
  const meta = metaOf(notification);
  if (meta === undefined || !Object.hasOwn(meta, META.subscriptionId)) return notification;
  const path = Object.keys(meta).length === 1 ? ['params', '_meta'] : ['params', '_meta', META.subscriptionId];
  return parseFrame(deleteMember(notification.bytes, path), 'server');
}
