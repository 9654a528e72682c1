// Which rows of a long table exist: those in sight and some around them. Short tables are drawn whole.
import { useVirtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

/** Longer tables get a scroll box of their own and rows only where it shows. */
const MOST_ROWS = 100;

export interface RowWindow {
  /** The table has a scroll box of its own. */
  readonly isLong: boolean;
  /** Rows `from` to `to` (not included) exist. */
  readonly from: number;
  readonly to: number;
  /** Height of the rows before and after them, in CSS pixels. */
  readonly before: number;
  readonly after: number;
  /** Brings a row into the box; it exists in the next frame. */
  readonly show: (index: number) => void;
}

/** The window onto `count` rows of `height` CSS pixels inside `scroller`. */
export function useRowWindow(count: number, height: number, scroller: RefObject<HTMLElement | null>): RowWindow {
  const isLong = count > MOST_ROWS;
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    scrollPaddingStart: height,
    enabled: isLong,
  });
  if (!isLong) return { isLong, from: 0, to: count, before: 0, after: 0, show: () => undefined };
  const items = rows.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = Math.min(count, (items.at(-1)?.index ?? -1) + 1);
  const show = (index: number): void => rows.scrollToIndex(index);
  return { isLong, from, to, before: from * height, after: (count - to) * height, show };
}
