// The palette's own store: opens it from anywhere, and keeps the first hit selected.
import { createSpotlight } from '@mantine/spotlight';

export const [paletteStore, palette] = createSpotlight();

let opener: { readonly element: Element | null; readonly address: string } | undefined;

export function openPalette(): void {
  opener = { element: document.activeElement, address: location.hash };
  palette.open();
}

/** Focus goes to the heading of the page that was opened, or back to where it was when the page is the same. */
export function focusAfterPalette(): void {
  const same = opener?.address === location.hash && opener.element instanceof HTMLElement && opener.element.isConnected;
  const target = same ? opener?.element : document.querySelector('h1');
  if (target instanceof HTMLElement) target.focus();
}

/** Selects the first hit, as the arrow keys would. */
export function selectFirst(list: ParentNode): void {
  for (const selected of list.querySelectorAll('[data-selected]')) selected.removeAttribute('data-selected');
  const first = list.querySelector('[data-action]');
  first?.setAttribute('data-selected', 'true');
  paletteStore.setState({ ...paletteStore.getState(), selected: first ? 0 : -1 });
}
