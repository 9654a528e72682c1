// A set for things that come and go all the time. A Set leaves its old table behind whenever it is made anew, each pointing to the
// next, with what was in it at that time: one that has grown old keeps all of them alive until the next full collection.

/** Where it is in its bag; the bag's alone to change, and undefined outside of one. */
export interface Bagged {
  place: number | undefined;
}

export class Bag<T extends Bagged> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** It must not be in a bag. */
  add(item: T): void {
    item.place = this.#items.length;
    this.#items.push(item);
  }

  /** Nothing happens when it is not in this bag. */
  remove(item: T): void {
    const { place } = item;
    if (place === undefined || this.#items[place] !== item) return;
    item.place = undefined;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    last.place = place;
    this.#items[place] = last;
  }

  /** Everything in it now, in no order. */
  all(): T[] {
    return [...this.#items];
  }
}
