// Light, dark or as the system says: sets the attribute that the tokens read before the first render.
import { localStorageColorSchemeManager } from '@mantine/core';

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'portolan.theme' });

/** Applies the stored choice to the root element; the provider keeps it true from then on. */
export function applyStoredScheme(): void {
  const stored = colorSchemeManager.get('auto');
  const dark = stored === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : stored === 'dark';
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}
