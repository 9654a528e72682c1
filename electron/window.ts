// The one main window: created when first shown, restored where it was, moved back when its display is gone.
import { join } from 'node:path';
import { BrowserWindow, type Rectangle, screen } from 'electron';
import { WEB_PREFERENCES } from './hardening.ts';
import { APP_ORIGIN } from './scheme.ts';
import { uiSettings } from './ui-settings.ts';

const DEFAULT = { width: 1280, height: 800 };
const MINIMUM = { minWidth: 760, minHeight: 560 };

let current: BrowserWindow | undefined;

/** Shows and focuses the window, creating it when there is none. `page` is a path of the renderer, such as `/activity`. */
export function showWindow(page?: string): void {
  if (!current || current.isDestroyed()) current = createWindow(page);
  else if (page) void current.loadURL(addressOf(page));
  if (current.isMinimized()) current.restore();
  current.show();
  current.focus();
}

function createWindow(page: string | undefined): BrowserWindow {
  const window = new BrowserWindow({
    ...DEFAULT,
    ...onScreen(uiSettings.get('bounds')),
    ...MINIMUM,
    title: 'Portolan',
    show: false,
    backgroundColor: '#0D1418',
    autoHideMenuBar: true,
    ...(process.platform === 'linux'
      ? {}
      : { titleBarStyle: 'hidden' as const, titleBarOverlay: true, trafficLightPosition: { x: 14, y: 16 } }),
    webPreferences: { ...WEB_PREFERENCES, preload: join(import.meta.dirname, 'preload.cjs') },
  });
  window.on('page-title-updated', (event) => event.preventDefault());
  window.on('close', () => uiSettings.set('bounds', window.getNormalBounds()));
  window.on('closed', () => {
    current = undefined;
  });
  // Calls go on without the window: a crashed page is simply loaded again.
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') window.reload();
  });
  void window.loadURL(addressOf(page ?? '/'));
  return window;
}

function addressOf(page: string): string {
  return `${APP_ORIGIN}/#${page}`;
}

/** The remembered place, or nothing when no display shows enough of it. */
function onScreen(bounds: Rectangle | null): Partial<Rectangle> {
  if (!bounds) return {};
  const visible = screen.getAllDisplays().some(({ workArea }) => {
    const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
    const height = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y);
    return width >= 200 && height >= 100;
  });
  return visible ? bounds : { width: bounds.width, height: bounds.height };
}
