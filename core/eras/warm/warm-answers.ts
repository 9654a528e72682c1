// Which questions may be answered from what a server said before, and in what form. Pure.
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { memberSource, memberSpan, setMember } from '../../base/json-splice.ts';
import { DISCOVER, type Era, META, metaOf } from '../../connections/era.ts';
import type { Frame } from '../../connections/frame.ts';

/** List → the notification that tells of its change. */
const LISTS: ReadonlyMap<string, { readonly changed: string; readonly filter: string; readonly capability: string }> =
  new Map([
    ['tools/list', { changed: 'notifications/tools/list_changed', filter: 'toolsListChanged', capability: 'tools' }],
    [
      'prompts/list',
      { changed: 'notifications/prompts/list_changed', filter: 'promptsListChanged', capability: 'prompts' },
    ],
    [
      'resources/list',
      { changed: 'notifications/resources/list_changed', filter: 'resourcesListChanged', capability: 'resources' },
    ],
    [
      'resources/templates/list',
      { changed: 'notifications/resources/list_changed', filter: 'resourcesListChanged', capability: 'resources' },
    ],
  ]);

const LIST_METHODS: readonly string[] = [...LISTS.keys()];

/** The handshake of a dialect: the question that a session begins with. */
export function handshakeOf(dialect: Era): string {
  return dialect === 'legacy' ? 'initialize' : DISCOVER;
}

/** The notification that tells of a change of this list, and its name in a subscription's filter. */
export function changeOf(method: string): { readonly changed: string; readonly filter: string } | undefined {
  return LISTS.get(method);
}

/** The lists that a notification tells to be out of date. */
export function listsChangedBy(notification: string | undefined): string[] {
  return LIST_METHODS.filter((method) => LISTS.get(method)?.changed === notification);
}

/** True for a request of a whole list: one from its beginning, without a cursor. */
export function asksWholeList(frame: Frame): boolean {
  return LISTS.has(frame.method ?? '') && objectOf(frame.message['params'])?.['cursor'] === undefined;
}

/** Digest of all by which a server may tell askers apart: what they declare, and for a handshake the version they ask for. */
export function variantOf(frame: Frame): string {
  const params = objectOf(frame.message['params']);
  const declared =
    frame.method === 'initialize'
      ? [params?.['protocolVersion'], params?.['capabilities']]
      : [metaOf(frame)?.[META.protocolVersion], metaOf(frame)?.[META.clientCapabilities]];
  return hash('sha256', JSON.stringify(declared), 'hex');
}

/** The source of a response's result when it is one that may be kept: whole, and no question back. */
export function keepableResult(frame: Frame): string | undefined {
  const result = objectOf(frame.message['result']);
  if (result === undefined || result['nextCursor'] !== undefined) return undefined;
  const type = result['resultType'];
  if (type !== undefined && type !== 'complete') return undefined;
  return usualResult(frame) ?? memberSource(frame.bytes, ['result'])?.toString();
}

const CLOSE_OBJECT = 0x7d;

/** The source of the result in the two spellings that servers use, where it begins and ends without a search through it. */
function usualResult({ bytes, message, id }: Frame): string | undefined {
  // No repeated key gets as far as a frame: with three members, they are these three.
  if (Object.keys(message).length !== 3 || id === undefined) return undefined;
  const before = Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":`);
  if (bytes.subarray(0, before.length).equals(before) && bytes.at(-1) === CLOSE_OBJECT) {
    return bytes.toString('utf8', before.length, bytes.length - 1);
  }
  const first = '{"result":';
  const after = Buffer.from(`,"jsonrpc":"2.0","id":${id}}`);
  if (!bytes.subarray(-after.length).equals(after) || bytes.toString('latin1', 0, first.length) !== first) {
    return undefined;
  }
  return bytes.toString('utf8', first.length, bytes.length - after.length);
}

/**
 * A kept handshake as it is told again: lists may turn out to have changed since, so that the client is promised to hear of it.
 */
export function promiseChanges(result: string): string {
  let text: Buffer = Buffer.from(result);
  for (const capability of new Set([...LISTS.values()].map((list) => list.capability))) {
    const isObject = objectOf(objectOf(parse(result)['capabilities'])?.[capability]) !== undefined;
    if (isObject && memberSpan(text, ['capabilities', capability]) !== undefined) {
      text = setMember(text, ['capabilities', capability, 'listChanged'], 'true');
    }
  }
  return text.toString();
}

/** True when a client that was told `before` cannot go on with a server that now says `now`. */
export function isOtherHandshake(before: string, now: string): boolean {
  const [old, fresh] = [parse(before), parse(now)];
  return ['protocolVersion', 'capabilities'].some((member) => !isDeepStrictEqual(old[member], fresh[member]));
}

function parse(text: string): JsonObject {
  return objectOf(JSON.parse(text)) ?? {};
}
