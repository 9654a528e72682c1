// The palette's own store: opens it from anywhere, and keeps the first hit selected.
import { createSpotlight } from '@mantine/spotlight';

export const [paletteStore, palette] = createSpotlight();

export function openPalette(): void {
  palette.open();
}

/** Selects the first hit, as the arrow keys would. */
export function selectFirst(list: ParentNode): void {
  for (const selected of list.querySelectorAll('[data-selected]')) selected.removeAttribute('data-selected');
  const first = list.querySelector('[data-action]');
  first?.setAttribute('data-selected', 'true');
  paletteStore.setState({ ...paletteStore.getState(), selected: first ? 0 : -1 });
}
