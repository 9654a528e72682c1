// The desktop shell: order of start-up only. It holds no token; the window's pages and calls come from the host through
// one custom scheme. Must stay thin: what can run without Electron belongs elsewhere.
import { app, dialog } from 'electron';
import { createClient, type HostClient } from '../host/control-client.ts';
import { takeDeepLinks, pageOf } from './deep-link.ts';
import { hardenApp, hardenSession } from './hardening.ts';
import { startHost } from './host-process.ts';
import { answerPreload } from './ipc.ts';
import { setMenu } from './menu.ts';
import { showNotices } from './notices.ts';
import { handleScheme, registerScheme } from './scheme.ts';
import { applyTheme } from './theme.ts';
import { createTray } from './tray.ts';
import { showWindow } from './window.ts';

const EXIT_NO_HOST = 5;

async function start(): Promise<HostClient> {
  const host = await startHost();
  hardenSession();
  handleScheme(host.socket, startHost);
  applyTheme();
  const client = createClient(host.socket, { from: 'window' });
  answerPreload(host, client);
  setMenu();
  showWindow(await pageOf(process.argv, client));
  createTray(client, startHost);
  void showNotices(client);
  return client;
}

registerScheme();
hardenApp();

if (app.requestSingleInstanceLock()) {
  const started = app.whenReady().then(start);
  started.catch((error: unknown) => {
    dialog.showErrorBox('Portolan', error instanceof Error ? error.message : String(error));
    app.exit(EXIT_NO_HOST);
  });
  // Whoever asks before the start is over waits: no window opens before it is guarded.
  const show = (argv: readonly string[] = []): void =>
    void started.then(async (client) => showWindow(await pageOf(argv, client))).catch(() => undefined);
  app.on('second-instance', (_event, argv) => show(argv));
  app.on('activate', () => show());
  // The host and the tray live on when the window closes.
  app.on('window-all-closed', () => undefined);
  app.setAppUserModelId('dev.portolan.app');
  takeDeepLinks(show);
} else {
  // The first instance got our arguments through its `second-instance` event.
  app.quit();
}
