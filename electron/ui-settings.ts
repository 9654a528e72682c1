// What belongs to the window alone: its place and theme. The only use of electron-store; Portolan's data never lives here.
import { ipcMain, type Rectangle } from 'electron';
import Store from 'electron-store';

export const THEMES = ['system', 'light', 'dark'] as const;

interface UiSettings {
  bounds: Rectangle | null;
  theme: (typeof THEMES)[number];
}

const NUMBER = { type: 'integer', minimum: -100_000, maximum: 100_000 } as const;

export const uiSettings = new Store<UiSettings>({
  name: 'window',
  schema: {
    bounds: {
      type: ['object', 'null'],
      properties: { x: NUMBER, y: NUMBER, width: NUMBER, height: NUMBER },
      required: ['x', 'y', 'width', 'height'],
      default: null,
    },
    theme: { type: 'string', enum: [...THEMES], default: 'system' },
  },
  clearInvalidConfig: true,
});

// The store answers pages' requests for its folder, whoever asks. No page of ours does.
ipcMain.removeAllListeners('electron-store-get-data');
