// Everything a page must not be able to do, in one place: permissions, navigation, new windows, other requests and
// devices are refused unless named here. Follows Electron's security checklist.
import { app, session, shell } from 'electron';
import { APP_ORIGIN, SCHEME } from './scheme.ts';

/** The page may write its own text to the clipboard (copy buttons); nothing else is granted. */
const GRANTED = new Set(['clipboard-sanitized-write']);

/** Web preferences of every window. */
export const WEB_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** For all web contents, present and to come. */
export function hardenApp(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (!isAppUrl(url)) event.preventDefault();
    });
    contents.on('will-redirect', (event, url) => {
      if (!isAppUrl(url)) event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => {
      if (!isAppUrl(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** For the default session, once Electron is ready. */
export function hardenSession(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(GRANTED.has(permission)));
  defaultSession.setPermissionCheckHandler((_contents, permission) => GRANTED.has(permission));
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !isAppUrl(details.url) && !isDevTools(details.url) }),
  );
  defaultSession.on('will-download', (event) => event.preventDefault());
}

/** Opens an address in the system's browser: https, or http on loopback, and only from a person's press of a button. */
export async function openExternal(url: string): Promise<boolean> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const loopback = parsed?.protocol === 'http:' && (parsed.hostname === '127.0.0.1' || parsed.hostname === '[::1]');
  if (!parsed || parsed.username || parsed.password || (parsed.protocol !== 'https:' && !loopback)) return false;
  await shell.openExternal(parsed.href);
  return true;
}

/** True for addresses of the window's own pages. */
export function isAppUrl(url: string): boolean {
  return (
    URL.canParse(url) &&
    new URL(url).protocol === `${SCHEME}:` &&
    (url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`))
  );
}

function isDevTools(url: string): boolean {
  return !app.isPackaged && url.startsWith('devtools:');
}
