// The lists of a profile's members: read whole, side by side, within a deadline, and kept. Who is late or failed is named, and
// the client is told when something comes that it was not given. It must not know under which names things are offered.
import { PortolanError, toPortolanError } from '../../../shared/errors.ts';
import { objectOf, textOf } from '../../base/json-object.ts';
import { memberSource } from '../../base/json-splice.ts';
import { arrayItems, scanJson } from '../../base/json-scan.ts';
import type { Clock } from '../../base/clock.ts';
import type { Frame } from '../../connections/frame.ts';
import { resultOf } from '../exchange.ts';
import { METHOD_NOT_FOUND } from '../rpc-errors.ts';
import { MAX_PAGES, MAX_TOOLS } from '../tool-list.ts';
import { type ListCache, type ListedItem, sameItems } from './list-cache.ts';
import { LIST_KINDS, type ListKind, LISTS } from './list-kinds.ts';
import type { Member } from './member.ts';

/** How long the answer to a list waits for members that have never listed. */
export const FIRST_ANSWER_MS = 1000;

/** How long a search waits for them: whoever looks for a tool had rather wait than miss it. */
export const SEARCH_MS = 10_000;

/** How long a member that failed is left alone, unless it is known to work again. */
const RETRY_MS = 5_000;

/** A member whose part of a list is missing, and why. */
export interface Missing {
  readonly server: string;
  readonly code: string;
}

export interface MemberList {
  readonly server: string;
  readonly items: readonly ListedItem[];
}

export interface Listing {
  readonly lists: readonly MemberList[];
  readonly missing: readonly Missing[];
}

export interface MemberListsOptions {
  readonly cache: ListCache;
  readonly clock: Clock;
  readonly members: () => readonly Member[];
  /** What else than the server decides what is listed: the dialect and what the client has declared. */
  readonly variant: () => string;
  /** The client was given another list of this kind than there is now. */
  readonly onChanged: (kind: ListKind) => void;
}

export class MemberLists {
  readonly #options: MemberListsOptions;
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, { readonly error: PortolanError; readonly at: number }>();
  /** Lists that were waited for without an answer: one slow member costs a client one wait, not one for each question. */
  readonly #inVain = new Set<string>();
  /** Lists that were read from the server since this session began. */
  readonly #seen = new Set<string>();
  /** What the client was given last; undefined for a member that was missing. */
  readonly #told = new Map<string, readonly ListedItem[] | undefined>();

  constructor(options: MemberListsOptions) {
    this.#options = options;
  }

  /** What the client is to be given now. Never throws. */
  async give(kind: ListKind): Promise<Listing> {
    await this.gather(kind);
    for (const member of this.#options.members()) {
      const key = this.#keyOf(member, kind);
      this.#told.set(key, this.#options.cache.get(key)?.items);
    }
    return this.held(kind);
  }

  /**
   * Reads what is not known for sure, and waits, at most `waitMs`, for the members of which nothing true is held. Lists held
   * from before this session serve at once and are read again behind. Never throws.
   */
  async gather(kind: ListKind, waitMs: number = FIRST_ANSWER_MS): Promise<void> {
    const waits = this.#options.members().flatMap((member) => {
      const key = this.#keyOf(member, kind);
      const held = this.#options.cache.get(key);
      const isTrue = held !== undefined && !held.isStale;
      const isKnown = (isTrue && this.#seen.has(key)) || this.#hasJustFailed(key);
      const fetching = isKnown ? undefined : this.#fetch(member, kind);
      return isTrue || fetching === undefined || this.#inVain.has(key) ? [] : [{ key, fetching }];
    });
    if (waits.length === 0) return;
    await this.#atMost(waitMs, Promise.all(waits.map(({ fetching }) => fetching)));
    for (const { key } of waits) if (this.#fetching.has(key)) this.#inVain.add(key);
  }

  /** What is known now, without waiting. */
  held(kind: ListKind): Listing {
    const lists: MemberList[] = [];
    const missing: Missing[] = [];
    for (const member of this.#options.members()) {
      const key = this.#keyOf(member, kind);
      const held = this.#options.cache.get(key);
      if (held !== undefined) lists.push({ server: member.server, items: held.items });
      else missing.push({ server: member.server, code: this.#failures.get(key)?.error.code ?? 'REQUEST_TIMEOUT' });
    }
    return { lists, missing };
  }

  /** The member has said that this list changed. */
  age(member: Member, kind: ListKind): void {
    this.doubt(member, kind);
    if (this.#told.has(this.#keyOf(member, kind))) this.#options.onChanged(kind);
  }

  /** The list may have changed, for all that is known: it is read again when the client asks. */
  doubt(member: Member, kind: ListKind): void {
    const key = this.#keyOf(member, kind);
    this.#seen.delete(key);
    this.#options.cache.age(key);
  }

  /** The member can be reached again: what the client misses of it is read, and the client told. */
  retry(member: Member): void {
    for (const kind of LIST_KINDS) {
      const key = this.#keyOf(member, kind);
      if (this.#told.has(key) && this.#told.get(key) === undefined) void this.#fetch(member, kind);
    }
  }

  /** A client that lists often must not start a server that cannot be started each time. */
  #hasJustFailed(key: string): boolean {
    const failure = this.#failures.get(key);
    return failure !== undefined && this.#options.clock.monotonic() - failure.at < RETRY_MS;
  }

  /** One reading at a time for each list. Never rejects. */
  #fetch(member: Member, kind: ListKind): Promise<void> {
    const key = this.#keyOf(member, kind);
    const running = this.#fetching.get(key);
    if (running !== undefined) return running;
    const fetching = readWhole(member, kind)
      .then(
        (items) => {
          this.#failures.delete(key);
          this.#seen.add(key);
          const before = this.#options.cache.get(key)?.items;
          const kept = before !== undefined && sameItems(before, items) ? before : items;
          this.#options.cache.set(key, { server: member.server, kind }, kept);
        },
        (error: unknown) => {
          this.#failures.set(key, { error: toPortolanError(error), at: this.#options.clock.monotonic() });
        },
      )
      .then(() => {
        this.#fetching.delete(key);
        this.#inVain.delete(key);
        this.#tell(key, kind);
      });
    this.#fetching.set(key, fetching);
    return fetching;
  }

  #tell(key: string, kind: ListKind): void {
    const now = this.#options.cache.get(key)?.items;
    if (!this.#told.has(key) || now === undefined) return;
    const told = this.#told.get(key);
    if (told === undefined || !sameItems(told, now)) this.#options.onChanged(kind);
  }

  #keyOf(member: Member, kind: ListKind): string {
    return JSON.stringify([member.server, kind, this.#options.variant()]);
  }

  async #atMost(ms: number, work: Promise<unknown>): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = this.#options.clock.setTimeout(() => over.resolve(), ms);
    await Promise.race([work, over.promise]);
    timer.cancel();
  }
}

/** Every item of the list, page after page, as exact source text; items without a usable key are left out. */
async function readWhole(member: Member, kind: ListKind): Promise<ListedItem[]> {
  const { method, capability } = LISTS[kind];
  await member.start();
  if (!member.offers(capability)) return [];
  const items: ListedItem[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES && items.length < MAX_TOOLS; pages++) {
    const page = await member.request(method, cursor === undefined ? {} : { cursor }).catch((error: unknown) => {
      // A list that the server turns out not to have is empty.
      if (error instanceof PortolanError && error.data['rpcCode'] === METHOD_NOT_FOUND) return undefined;
      throw error;
    });
    if (page === undefined) return items;
    items.push(...itemsOf(page, kind));
    cursor = textOf(resultOf(page)?.['nextCursor']);
    if (cursor === undefined || seen.has(cursor)) return items;
    seen.add(cursor);
  }
  return items;
}

function itemsOf(page: Frame, kind: ListKind): ListedItem[] {
  const { member, key } = LISTS[kind];
  const values = resultOf(page)?.[member];
  const source = memberSource(page.bytes, ['result', member]);
  if (!Array.isArray(values) || source === undefined) {
    throw new PortolanError('PROTOCOL_ERROR', `The server gave no list of ${member}.`);
  }
  return arrayItems(source, MAX_TOOLS).flatMap((bytes, at) => {
    const name = textOf(objectOf(values[at])?.[key]);
    // With a repeated key, one reader would take the item for another than the one that was renamed.
    const isReadable = name !== undefined && name !== '' && scanJson(bytes, 'top').problem === undefined;
    return isReadable ? [{ key: name, bytes }] : [];
  });
}
