// F6 moves between the regions of the window: side bar, list, detail.

const REGIONS = 'nav.side, main .head, main .body > *, main .item-detail, main .panel, main .foot';
const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), textarea, select, [tabindex="0"]';

/** Focuses the first element of the next (1) or previous (-1) region that has one. */
export function cycleRegions(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter(
    (region) => region.querySelector(FOCUSABLE) !== null,
  );
  if (regions.length === 0) return;
  const within = regions.filter((region) => region.contains(document.activeElement)).at(-1);
  const at = within === undefined ? (by === 1 ? -1 : 0) : regions.indexOf(within);
  const next = regions[(at + by + regions.length) % regions.length];
  next?.querySelector<HTMLElement>(FOCUSABLE)?.focus();
}
