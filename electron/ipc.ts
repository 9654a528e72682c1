// The only use of ipcMain: three small powers that a browser tab does not have. Every message must come from the top frame
// of our own page; arguments are checked before use.
import { ipcMain, type IpcMainInvokeEvent, nativeTheme } from 'electron';
import { isAppUrl, openExternal } from './hardening.ts';
import { type Theme, uiSettings } from './ui-settings.ts';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** Registers the answers to the preload's calls and applies the remembered theme. */
export function answerPreload(): void {
  nativeTheme.themeSource = uiSettings.get('theme');
  handle('theme:get', () => uiSettings.get('theme'));
  handle('theme:set', (value) => {
    const theme = THEMES.find((known) => known === value);
    if (theme === undefined) throw new TypeError('a theme is system, light or dark');
    uiSettings.set('theme', theme);
    nativeTheme.themeSource = theme;
  });
  handle('open-external', (value) => (typeof value === 'string' ? openExternal(value) : false));
}

function handle(channel: string, answer: (value: unknown) => unknown): void {
  ipcMain.handle(channel, (event, value: unknown) => {
    if (!isOwnTopFrame(event)) throw new Error('refused: not from the application window');
    return answer(value);
  });
}

function isOwnTopFrame(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}
