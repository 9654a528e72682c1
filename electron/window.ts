// The one main window: created when first shown, restored where it was. Closing it ends its requests and nothing else.
import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { APP_ORIGIN, isAppUrl } from './app-origin.ts';
import { WEB_PREFERENCES } from './hardening.ts';
import { placeOnScreen } from './place.ts';
import { closeStreams } from './scheme.ts';
import { backgroundColor } from './theme.ts';
import { uiSettings } from './ui-settings.ts';

const DEFAULT_SIZE = { width: 1280, height: 800 };
const MIN_SIZE = { minWidth: 760, minHeight: 560 };
/** A page that crashes again so soon would crash for ever. */
const CRASH_LOOP_MS = 10_000;

let current: BrowserWindow | undefined;

/** Shows and focuses the window, creating it when there is none. `page` is a path of the renderer, such as `/activity`. */
export function showWindow(page?: string): void {
  if (!current || current.isDestroyed()) current = createWindow(page ?? '/');
  else if (page !== undefined) load(current, page);
  if (current.isMinimized()) current.restore();
  current.show();
  current.focus();
}

/** A question waits: an open window only asks for a look, so that nobody loses what they type; a closed one opens at `page`. */
export function callAttention(page: string): void {
  if (current && !current.isDestroyed()) {
    if (!current.isFocused()) current.flashFrame(true);
    return;
  }
  current = createWindow(page);
  current.showInactive();
}

function createWindow(page: string): BrowserWindow {
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...placeOnScreen(uiSettings.get('bounds')),
    ...MIN_SIZE,
    title: 'Portolan',
    show: false,
    backgroundColor: backgroundColor(),
    autoHideMenuBar: true,
    webPreferences: { ...WEB_PREFERENCES, preload: join(import.meta.dirname, 'preload.cjs') },
  });
  window.on('page-title-updated', (event) => event.preventDefault());
  window.on('close', () => uiSettings.set('bounds', window.getNormalBounds()));
  window.on('closed', () => {
    current = undefined;
    closeStreams();
  });
  window.webContents.on('did-start-navigation', ({ url, isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument && isAppUrl(url)) closeStreams();
  });
  let lastCrash = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    closeStreams();
    const now = performance.now();
    if (reason !== 'clean-exit' && now - lastCrash > CRASH_LOOP_MS) window.reload();
    lastCrash = now;
  });
  load(window, page);
  return window;
}

function load(window: BrowserWindow, page: string): void {
  // Rejects when a newer page takes its place or the window closes: nothing to do about either.
  window.loadURL(`${APP_ORIGIN}/#${page}`).catch(() => undefined);
}
