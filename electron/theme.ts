// The look of what the system draws around the pages. The pages tell their choice; it is remembered so that the next
// window has the right background before its page is there.
import { nativeTheme } from 'electron';
import { THEMES, uiSettings } from './ui-settings.ts';

/** Applies the remembered theme. */
export function applyTheme(): void {
  nativeTheme.themeSource = uiSettings.get('theme');
}

/** Applies and remembers `value`. Throws for anything that is no theme. */
export function setTheme(value: unknown): void {
  const theme = THEMES.find((known) => known === value);
  if (theme === undefined) throw new TypeError('a theme is system, light or dark');
  uiSettings.set('theme', theme);
  nativeTheme.themeSource = theme;
}

/** The pages' own background, so that a new window does not flash. */
export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? '#0d1418' : '#f4f6f7';
}
