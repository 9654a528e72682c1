// The desktop shell: order of start-up only. It holds no token and knows nothing of the contract; the window's pages and
// calls come from the host through one custom scheme. Must stay thin: what can run without Electron belongs elsewhere.
import { app } from 'electron';
import { forwardDeepLink } from './deep-link.ts';
import { hardenApp, hardenSession } from './hardening.ts';
import { startHost } from './host-process.ts';
import { answerPreload } from './ipc.ts';
import { handleScheme, registerScheme } from './scheme.ts';
import { createTray } from './tray.ts';
import { showWindow } from './window.ts';

registerScheme();
hardenApp();

if (!app.requestSingleInstanceLock()) {
  // The first instance got our arguments through its `second-instance` event.
  app.quit();
} else {
  app.on('second-instance', (_event, argv) => {
    showWindow();
    forwardDeepLink(argv);
  });
  app.on('activate', () => showWindow());
  // The host and the tray live on when the window closes.
  app.on('window-all-closed', () => undefined);
  app.setAppUserModelId('dev.portolan.app');
  void app.whenReady().then(async () => {
    const socket = await startHost();
    hardenSession();
    handleScheme(socket);
    answerPreload();
    showWindow();
    createTray(socket);
    forwardDeepLink(process.argv);
  });
}
