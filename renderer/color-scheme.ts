// Light, dark or as the system says: sets the attribute that the tokens read before the first render.
import { localStorageColorSchemeManager } from '@mantine/core';

const stored = localStorageColorSchemeManager({ key: 'portolan.theme' });

/** Keeps the choice in this window's storage and tells the desktop shell, if there is one. */
export const colorSchemeManager: typeof stored = {
  ...stored,
  set: (value) => {
    stored.set(value);
    void window.portolan?.setTheme?.(value === 'auto' ? 'system' : value);
  },
};

/** Applies the stored choice to the root element; the provider keeps it true from then on. */
export function applyStoredScheme(): void {
  const choice = colorSchemeManager.get('auto');
  const dark = choice === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : choice === 'dark';
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}
