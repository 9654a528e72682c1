// What the page gets from the preload: a short frozen list of functions, each bound to one channel.
import { expect, test, vi } from 'vitest';
import { contextBridge, ipcRenderer } from '../support/recording-electron.ts';

vi.mock('electron', async () => import('../support/recording-electron.ts'));

test('ELE-08 the preload exposes one frozen object of seven named functions, each with its own channel', async () => {
  await import('../../electron/preload.ts');
  expect(contextBridge.exposeInMainWorld).toHaveBeenCalledOnce();
  const [name, surface = {}] = contextBridge.exposeInMainWorld.mock.calls[0] ?? [];
  expect(name).toBe('portolan');
  expect(Object.isFrozen(surface)).toBe(true);
  const called: unknown[] = [];
  for (const [member, value] of Object.entries(surface)) {
    expect(typeof value).toBe('function');
    await (value as (...args: unknown[]) => Promise<unknown>)('first', 'second', 'third');
    called.push([member, ...(ipcRenderer.invoke.mock.calls.at(-1) ?? [])]);
  }
  expect(called).toEqual([
    ['startHost', 'start-host'],
    ['openPath', 'open-path', 'first'],
    ['chooseFile', 'choose-file'],
    ['openQuestion', 'open-question', 'first'],
    ['openSignIn', 'open-sign-in', 'first'],
    ['copySecret', 'copy-secret', 'first'],
    ['setTheme', 'set-theme', 'first'],
  ]);
});
