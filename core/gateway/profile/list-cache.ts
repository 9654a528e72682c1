// What servers last listed, kept in memory for all profile sessions of a host, so that a second client's lists are answered at once.

import type { ListKind } from './list-kinds.ts';

/** One item of a server's list: what it is known by, and its exact source text. */
export interface ListedItem {
  readonly key: string;
  readonly bytes: Buffer;
}

/** `isStale`: the server has said, or may have said, that it changed. */
export interface HeldList {
  readonly items: readonly ListedItem[];
  readonly isStale: boolean;
}

/** The oldest list goes when there are more. */
const MAX_LISTS = 1000;

export class ListCache {
  readonly #lists = new Map<string, { server: string; kind: ListKind; held: HeldList }>();

  get(key: string): HeldList | undefined {
    return this.#lists.get(key)?.held;
  }

  /** The list of this kind that was read last from the server, whatever the client. */
  newest(server: string, kind: ListKind): HeldList | undefined {
    return [...this.#lists.values()].findLast((list) => list.server === server && list.kind === kind)?.held;
  }

  set(key: string, about: { server: string; kind: ListKind }, items: readonly ListedItem[]): void {
    this.#lists.delete(key);
    this.#lists.set(key, { ...about, held: { items, isStale: false } });
    if (this.#lists.size <= MAX_LISTS) return;
    const [oldest] = this.#lists.keys();
    if (oldest !== undefined) this.#lists.delete(oldest);
  }

  /** The list may no longer be true; it still serves while no newer one can be had. */
  age(key: string): void {
    const list = this.#lists.get(key);
    if (list !== undefined) list.held = { ...list.held, isStale: true };
  }

  /** The server's entry was changed: nothing that it listed counts any more. */
  forgetServer(server: string): void {
    for (const [key, list] of this.#lists) if (list.server === server) this.#lists.delete(key);
  }
}

export function sameItems(a: readonly ListedItem[], b: readonly ListedItem[]): boolean {
  return a === b || (a.length === b.length && a.every(({ bytes }, at) => b[at]?.bytes.equals(bytes) === true));
}
