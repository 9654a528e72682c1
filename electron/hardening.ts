// Everything a page must not be able to do, in one place: permissions, navigation, new windows, other requests and
// devices are refused unless named here. Follows Electron's security checklist. The only use of Electron's `shell`.
import { app, session, shell } from 'electron';
import type { HostClient } from '../host/control-client.ts';
import { isForBrowser } from '../shared/browser-address.ts';
import { isAppUrl } from './app-origin.ts';

/** The page may write its own text to the clipboard (copy buttons); nothing else is granted. */
const GRANTED = new Set(['clipboard-sanitized-write']);

/** Switches that would open a packaged app to whoever starts it; development needs them. */
const DEBUG_SWITCHES = [
  'inspect',
  'inspect-brk',
  'js-flags',
  'load-extension',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'remote-allow-origins',
];

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
  disableDialogs: true,
  spellcheck: false,
} as const;

/** For all web contents, present and to come. Must run before Electron is ready. */
export function hardenApp(): void {
  app.enableSandbox();
  if (app.isPackaged) for (const name of DEBUG_SWITCHES) app.commandLine.removeSwitch(name);
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { readonly url: string; preventDefault(): void }): void => {
      if (!isAppUrl(event.url)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    if (app.isPackaged) contents.on('devtools-opened', () => contents.closeDevTools());
  });
}

/** For the default session, once Electron is ready. */
export function hardenSession(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(GRANTED.has(permission) && isAppUrl(requestingUrl)),
  );
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.has(permission) && isAppUrl(`${origin}/`),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) }));
  defaultSession.on('will-download', (event) => event.preventDefault());
}

/** Opens one of the `allowed` paths with the system's own program; any other is refused, so that no page can start one. */
export async function openPath(path: unknown, allowed: readonly string[]): Promise<void> {
  const known = allowed.find((candidate) => candidate === path);
  if (known === undefined) throw new Error('refused: only files of Portolan are opened');
  const problem = await shell.openPath(known);
  if (problem !== '') throw new Error(problem);
}

/** Opens the address of a question that waits at the host, in the system's browser: never an address that a page made up. */
export async function openQuestion(id: unknown, client: Pick<HostClient, 'questions'>): Promise<void> {
  const question = (await client.questions.list()).find((waiting) => waiting.id === id);
  if (question?.mode !== 'url' || !/^https?:$/.test(new URL(question.url).protocol))
    throw new Error('refused: no question that waits asks to open an address');
  await openInBrowser(new URL(question.url));
}

/** Opens the address of a sign-in under way at the host, in the system's browser: never an address that a page made up. */
export async function openSignIn(id: unknown, client: Pick<HostClient, 'signIns'>): Promise<void> {
  const signIn = (await client.signIns.list()).find((one) => one.id === id);
  const url = new URL(signIn?.url ?? signIn?.device?.verificationUrl ?? 'about:blank');
  if (!isForBrowser(url)) throw new Error('refused: no sign-in under way asks to open an address');
  await openInBrowser(url);
}

function openInBrowser(url: URL): Promise<void> {
  return shell.openExternal(url.href);
}

/** Pages of the app, images inside them, and the developer tools of a checkout: none of these leaves the machine. */
function isLocal(url: string): boolean {
  return isAppUrl(url) || url.startsWith('data:') || (!app.isPackaged && url.startsWith('devtools:'));
}
