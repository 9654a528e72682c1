// What a profile offers of its members' lists: every item under the name or address by which the client will ask for it, and
// the way back. An item is byte for byte the server's but for that one member.
import { setMember } from '../../base/json-splice.ts';
import type { ListedItem } from './list-cache.ts';
import { type ListKind, LISTS } from './list-kinds.ts';
import type { MemberList } from './member-lists.ts';
import { offeredName } from './offered-names.ts';
import { isWrapped, wrapUri } from './wrapped-uris.ts';

export interface Offer {
  readonly server: string;
  /** Its own name or address. */
  readonly key: string;
  /** What the client calls it. */
  readonly as: string;
  readonly bytes: Buffer;
}

/** One list as it is offered now, in the order of the profile and then the server's. */
export interface OfferedList {
  readonly offers: readonly Offer[];
  readonly byName: ReadonlyMap<string, Offer>;
}

/** Makes the offered form of each list once for as long as its parts stay the same. */
export class Offers {
  readonly #budget: () => number;
  readonly #made = new Map<ListKind, { parts: readonly unknown[]; list: OfferedList }>();

  constructor(budget: () => number) {
    this.#budget = budget;
  }

  of(kind: ListKind, lists: readonly MemberList[]): OfferedList {
    const parts = [this.#budget(), ...lists.flatMap(({ server, items }) => [server, items])];
    const made = this.#made.get(kind);
    if (made?.parts.length === parts.length && made.parts.every((part, at) => part === parts[at])) return made.list;
    const list = kind === 'tools' || kind === 'prompts' ? named(lists, this.#budget()) : addressed(kind, lists);
    this.#made.set(kind, { parts, list });
    return list;
  }
}

function named(lists: readonly MemberList[], budget: number): OfferedList {
  return indexed(lists, 'name', (server, key) => offeredName(server, key, budget));
}

/** Resources keep their addresses but for those that two servers share, or that look like one of ours. */
function addressed(kind: ListKind, lists: readonly MemberList[]): OfferedList {
  const servers = new Map<string, string>();
  const shared = new Set<string>();
  for (const { server, items } of lists) {
    for (const { key } of items) {
      if ((servers.get(key) ?? server) !== server) shared.add(key);
      servers.set(key, server);
    }
  }
  return indexed(lists, LISTS[kind].key, (server, key) =>
    shared.has(key) || isWrapped(key) ? wrapUri(server, key) : key,
  );
}

function indexed(
  lists: readonly MemberList[],
  member: string,
  nameFor: (server: string, key: string) => string,
): OfferedList {
  const byName = new Map<string, Offer>();
  for (const { server, items } of lists) {
    for (const item of items) {
      const as = nameFor(server, item.key);
      // The first keeps the name: what the client sees is what a call reaches.
      if (!byName.has(as)) byName.set(as, { server, key: item.key, as, bytes: renamed(item, member, as) });
    }
  }
  return { offers: [...byName.values()], byName };
}

function renamed({ key, bytes }: ListedItem, member: string, as: string): Buffer {
  return as === key ? bytes : setMember(bytes, [member], JSON.stringify(as));
}
