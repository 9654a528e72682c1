// What belongs to the window alone: its place and theme. The only use of electron-store; Portolan's data never lives here.
import type { Rectangle } from 'electron';
import Store from 'electron-store';

export type Theme = 'system' | 'light' | 'dark';

interface UiSettings {
  bounds: Rectangle | null;
  theme: Theme;
}

export const uiSettings = new Store<UiSettings>({
  name: 'window',
  defaults: { bounds: null, theme: 'system' },
  clearInvalidConfig: true,
});
