// Every message to the main process: from the top frame of our own page, with arguments that are checked.
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { answerPreload } from '../../electron/ipc.ts';
import { HOSTILE_URLS } from '../support/hostile-urls.ts';
import { stored } from '../support/memory-store.ts';
import { clipboard, dialog, ipcMain, nativeTheme, shell } from '../support/recording-electron.ts';

vi.mock('electron', async () => import('../support/recording-electron.ts'));
vi.mock('electron-store', async () => import('../support/memory-store.ts'));
vi.mock('../../electron/host-process.ts', () => ({
  startHost: vi.fn<() => Promise<unknown>>(async () => ({ socket: '/s' })),
}));

const OWN_FRAME = { url: 'portolan-app://app/#/servers', parent: null };
const send = async (channel: string, argument?: unknown, senderFrame: unknown = OWN_FRAME): Promise<unknown> =>
  ipcMain.handlers.get(channel)?.({ senderFrame }, argument);

const asking = { id: 'q1', mode: 'url', url: 'https://sign-in.example/a?b=c' };
const questions = {
  list: async () => [asking, { ...asking, id: 'q2', url: 'file:///etc/passwd' }, { id: 'q3', mode: 'form' }],
};

const underWay = HOSTILE_URLS.map((url, at) => ({ id: `s${at}`, url }));
const signIns = {
  list: async () => [
    ...underWay,
    { id: 'code', url: 'https://login.example/a?b=c d' },
    { id: 'local', url: 'http://127.0.0.1:9/a' },
    { id: 'device', device: { verificationUrl: 'https://login.example/device' } },
    { id: 'waiting' },
  ],
};

beforeEach(() => {
  vi.clearAllMocks();
  answerPreload({ socket: '/data/run/host.sock', dataDir: '/data' }, { questions, signIns } as never);
});

test('ELE-07 there are seven channels, and none takes synchronous messages', () => {
  expect([...ipcMain.handlers.keys()].sort()).toEqual([
    'choose-file',
    'copy-secret',
    'open-path',
    'open-question',
    'open-sign-in',
    'set-theme',
    'start-host',
  ]);
  expect(ipcMain.eventNames()).toEqual([]);
});

test('ELE-07 every channel refuses frames that are not the top frame of our own page', async () => {
  const frames = [
    null,
    { url: 'portolan-app://app/', parent: OWN_FRAME },
    ...HOSTILE_URLS.map((url) => ({ url, parent: null })),
  ];
  for (const channel of ipcMain.handlers.keys())
    for (const frame of frames) await expect(send(channel, 'dark', frame)).rejects.toThrow('refused');
  const spies = [shell.openPath, shell.openExternal, dialog.showOpenDialog];
  expect(spies.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0]);
});

test('a theme is set and remembered; anything else is refused', async () => {
  await send('set-theme', 'dark');
  expect([nativeTheme.themeSource, stored.get('theme')]).toEqual(['dark', 'dark']);
  for (const value of ['blue', '', null, undefined, 1, {}, ['dark'], '__proto__', 'Dark'])
    await expect(send('set-theme', value)).rejects.toThrow('a theme is');
  expect([nativeTheme.themeSource, stored.get('theme')]).toEqual(['dark', 'dark']);
});

test('only the data folder and its catalog are opened', async () => {
  await send('open-path', '/data');
  await send('open-path', '/data/catalog.json');
  for (const path of ['/data/run/x.sh', '/etc/passwd', '/data/../bin/sh', 5])
    await expect(send('open-path', path)).rejects.toThrow('refused');
  expect(shell.openPath.mock.calls).toEqual([['/data'], ['/data/catalog.json']]);
});

test('ELI-04 only the web address of a question that waits is opened, named by the question and not by the page', async () => {
  await send('open-question', 'q1');
  for (const id of ['q2', 'q3', 'q4', 'https://evil.example/', undefined, {}, asking])
    await expect(send('open-question', id)).rejects.toThrow('refused');
  expect(shell.openExternal.mock.calls).toEqual([['https://sign-in.example/a?b=c']]);
});

test('OA-08 of all addresses that a sign-in may name, the browser gets only https and http on this computer', async () => {
  const allowed = (url: string): boolean =>
    URL.canParse(url) && /^(https:\/\/[^@]*$|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/.test(new URL(url).href);
  for (const { id, url } of underWay) {
    if (allowed(url)) await send('open-sign-in', id);
    else await expect(send('open-sign-in', id), url).rejects.toThrow();
  }
  for (const id of ['waiting', 'nobody', 'https://evil.example/', undefined, {}])
    await expect(send('open-sign-in', id)).rejects.toThrow('refused');
  for (const id of ['code', 'local', 'device']) await send('open-sign-in', id);
  expect(shell.openExternal.mock.calls.flat().slice(-3)).toEqual([
    'https://login.example/a?b=c%20d',
    'http://127.0.0.1:9/a',
    'https://login.example/device',
  ]);
  expect(shell.openExternal.mock.calls.flat().filter((url) => !allowed(url))).toEqual([]);
  expect(shell.openExternal.mock.calls.length).toBe(underWay.filter(({ url }) => allowed(url)).length + 3);
});

test('a chosen file comes back as its path, none as undefined', async () => {
  expect(await send('choose-file')).toBe('/chosen.json');
  dialog.showOpenDialog.mockResolvedValueOnce({ filePaths: [] });
  expect(await send('choose-file')).toBeUndefined();
});

test('starting the host tells the page nothing about where it is', async () => {
  expect(await send('start-host')).toBeUndefined();
});

test('SEC-15 a copied secret leaves the clipboard after 30 seconds, unless something else was copied', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  expect(await send('copy-secret', 'first')).toBeUndefined();
  await vi.advanceTimersByTimeAsync(29_999);
  expect(clipboard.text).toBe('first');
  await vi.advanceTimersByTimeAsync(1);
  expect(clipboard.text).toBe('');
  await send('copy-secret', 'again');
  await vi.advanceTimersByTimeAsync(20_000);
  await send('copy-secret', 'again');
  await vi.advanceTimersByTimeAsync(29_999);
  expect(clipboard.text).toBe('again');
  await send('copy-secret', 'second');
  clipboard.text = 'of another program';
  await vi.advanceTimersByTimeAsync(30_000);
  expect(clipboard.text).toBe('of another program');
  for (const value of ['', undefined, 5, {}, 'x'.repeat(100_001)])
    await expect(send('copy-secret', value)).rejects.toThrow('a secret is a text');
});
