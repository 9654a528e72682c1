// The one window: its powers, its place, and what ends with it.
import { beforeEach, expect, test, vi } from 'vitest';
import { hardenApp } from '../../electron/hardening.ts';
import { closeStreams } from '../../electron/scheme.ts';
import { callAttention, showWindow } from '../../electron/window.ts';
import { stored } from '../support/memory-store.ts';
import { app, BrowserWindow, nativeTheme } from '../support/recording-electron.ts';

vi.mock('electron', async () => import('../support/recording-electron.ts'));
vi.mock('electron-store', async () => import('../support/memory-store.ts'));
vi.mock('../../electron/scheme.ts', () => ({ closeStreams: vi.fn<() => void>() }));

beforeEach(() => {
  for (const window of BrowserWindow.all.splice(0)) window.emit('closed');
  vi.clearAllMocks();
  app.removeAllListeners();
  hardenApp();
});

function opened(page?: string) {
  showWindow(page);
  const window = BrowserWindow.all.at(-1);
  if (!window) throw new Error('no window');
  return window;
}

test('ELE-01 every window is isolated, sandboxed, without Node, webviews or mixed content', () => {
  expect(app.enableSandbox).toHaveBeenCalledOnce();
  const { webPreferences } = opened().options;
  expect(webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
  });
  expect(Object.keys(webPreferences).sort()).toMatchSnapshot();
  expect(BrowserWindow.all[0]?.webContents.setWindowOpenHandler).toHaveBeenCalledOnce();
});

test('a second showing uses the same window; a page is opened in it', () => {
  const window = opened();
  expect(opened('/activity')).toBe(window);
  expect(window.loadURL.mock.calls).toEqual([['portolan-app://app/#/'], ['portolan-app://app/#/activity']]);
  expect(window.focus).toHaveBeenCalledTimes(2);
});

test('the place is remembered when the window closes, and given to the next one', () => {
  opened().emit('close');
  expect(stored.get('bounds')).toEqual({ x: 11, y: 22, width: 900, height: 700 });
  BrowserWindow.all.at(-1)?.emit('closed');
  expect(opened().options).toMatchObject({ x: 11, y: 22, width: 900, height: 700 });
});

test('the title stays “Portolan”, whatever the page says', () => {
  const preventDefault = vi.fn<() => void>();
  opened().emit('page-title-updated', { preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
});

test('the first background follows the theme', () => {
  expect(opened().options['backgroundColor']).toBe('#f4f6f7');
  BrowserWindow.all.at(-1)?.emit('closed');
  nativeTheme.shouldUseDarkColors = true;
  expect(opened().options['backgroundColor']).toBe('#0d1418');
  nativeTheme.shouldUseDarkColors = false;
});

test('streams end when the page leaves for another or the window closes, not for a refused address or a change of hash', () => {
  const { webContents } = opened();
  const go = (url: string, isMainFrame: boolean, isSameDocument: boolean) =>
    webContents.emit('did-start-navigation', { url, isMainFrame, isSameDocument });
  go('portolan-app://app/#/servers', true, true);
  go('https://example.com/', true, false);
  go('portolan-app://app/frame.html', false, false);
  expect(closeStreams).not.toHaveBeenCalled();
  go('portolan-app://app/', true, false);
  expect(closeStreams).toHaveBeenCalledTimes(1);
  BrowserWindow.all.at(-1)?.emit('closed');
  expect(closeStreams).toHaveBeenCalledTimes(2);
});

test('ELE-14 a crashed page is loaded again once, its streams end; one that crashes at once again stays down', () => {
  const window = opened();
  const crash = () => window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  crash();
  expect(window.reload).toHaveBeenCalledOnce();
  expect(closeStreams).toHaveBeenCalledOnce();
  crash();
  expect(window.reload).toHaveBeenCalledOnce();
});

test('ELI-02 a question opens a window that takes no focus, and only asks for a look when there is one', () => {
  callAttention('/questions/q1');
  const [window] = BrowserWindow.all;
  expect(window?.loadURL).toHaveBeenCalledWith('portolan-app://app/#/questions/q1');
  expect([window?.showInactive, window?.show, window?.focus].map((spy) => spy?.mock.calls.length)).toEqual([1, 0, 0]);
  callAttention('/questions/q2');
  expect(BrowserWindow.all).toHaveLength(1);
  expect(window?.loadURL).toHaveBeenCalledOnce();
  expect(window?.flashFrame).toHaveBeenCalledWith(true);
});
