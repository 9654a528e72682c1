// The only use of ipcMain: the few powers that a browser tab does not have. Every message must come from the top frame of
// our own page; arguments are checked before use.
import { join } from 'node:path';
import { dialog, ipcMain, type IpcMainInvokeEvent } from 'electron';
import { isAppUrl } from './app-origin.ts';
import type { HostClient } from '../host/control-client.ts';
import { openPath, openQuestion, openSignIn } from './hardening.ts';
import { type RunningHost, startHost } from './host-process.ts';
import { copySecret } from './secret-clipboard.ts';
import { setTheme } from './theme.ts';

/** Registers the answers to the preload's calls. */
export function answerPreload({ dataDir }: RunningHost, client: Pick<HostClient, 'questions' | 'signIns'>): void {
  handle('start-host', async () => void (await startHost()));
  handle('open-path', (path) => openPath(path, [dataDir, join(dataDir, 'catalog.json')]));
  handle('open-question', (id) => openQuestion(id, client));
  handle('open-sign-in', (id) => openSignIn(id, client));
  handle('choose-file', async () => {
    const { filePaths } = await dialog.showOpenDialog({ properties: ['openFile', 'showHiddenFiles'] });
    return filePaths[0];
  });
  handle('copy-secret', (text) => copySecret(text));
  handle('set-theme', (theme) => setTheme(theme));
}

function handle(channel: string, answer: (argument: unknown) => unknown): void {
  ipcMain.handle(channel, (event, argument: unknown) => {
    if (!isOwnTopFrame(event)) throw new Error('refused: not from the application window');
    return answer(argument);
  });
}

function isOwnTopFrame({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isAppUrl(senderFrame.url);
}
