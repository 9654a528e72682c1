// What pages are refused: leaving, new windows, permissions, devices, requests, downloads, other people's files.
import { readFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import { hardenApp, hardenSession, openPath } from '../../electron/hardening.ts';
import { HOSTILE_URLS } from '../support/hostile-urls.ts';
import { app, session, shell } from '../support/recording-electron.ts';

vi.mock('electron', async () => import('../support/recording-electron.ts'));

const OWN = ['portolan-app://app/', 'portolan-app://app/#/servers', 'portolan-app://app/assets/index-1.js'];

beforeEach(() => {
  app.removeAllListeners();
  session.defaultSession.removeAllListeners();
  app.isPackaged = false;
  vi.clearAllMocks();
});

function newContents() {
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: vi.fn<(handler: (details: { url: string }) => unknown) => void>(),
    closeDevTools: vi.fn<() => void>(),
  });
  app.emit('web-contents-created', {}, contents);
  return contents;
}

function prevents(contents: EventEmitter, event: string, url: string): boolean {
  const preventDefault = vi.fn<() => void>();
  contents.emit(event, { url, preventDefault });
  return preventDefault.mock.calls.length > 0;
}

test('ELE-04 there are a hundred hostile addresses, all different', () => {
  expect(new Set(HOSTILE_URLS).size).toBe(HOSTILE_URLS.length);
  expect(HOSTILE_URLS.length).toBeGreaterThanOrEqual(100);
});

test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])(
  'ELE-04 %s is refused for everything but the app’s own pages',
  (event) => {
    hardenApp();
    const contents = newContents();
    expect(HOSTILE_URLS.filter((url) => !prevents(contents, event, url))).toEqual([]);
    expect(OWN.filter((url) => prevents(contents, event, url))).toEqual([]);
  },
);

test('ELE-04 no page opens a window or attaches a webview, whatever the address', () => {
  hardenApp();
  const contents = newContents();
  const handler = contents.setWindowOpenHandler.mock.calls[0]?.[0];
  const answers = [...HOSTILE_URLS, ...OWN].map((url) => handler?.({ url }));
  expect(answers).toEqual(answers.map(() => ({ action: 'deny' })));
  expect(prevents(contents, 'will-attach-webview', 'portolan-app://app/')).toBe(true);
});

test('ELE-05 of all permissions that Electron knows, only writing text to the clipboard is granted, to our pages alone', () => {
  hardenSession();
  const [[request] = []] = session.defaultSession.setPermissionRequestHandler.mock.calls;
  const [[check] = []] = session.defaultSession.setPermissionCheckHandler.mock.calls;
  const names = permissionNames();
  expect(names.length).toBeGreaterThan(30);
  const granted = (requestingUrl: string) =>
    names.filter((name) => {
      const answer = vi.fn<(granted: boolean) => void>();
      request?.(...([{}, name, answer, { requestingUrl }] as never[]));
      expect(answer).toHaveBeenCalledOnce();
      return answer.mock.calls[0]?.[0] === true;
    });
  const checked = (origin: string) =>
    names.filter((name) => check?.(...([null, name, origin, {}] as never[])) === true);
  expect([granted('portolan-app://app/'), checked('portolan-app://app')]).toEqual([
    ['clipboard-sanitized-write'],
    ['clipboard-sanitized-write'],
  ]);
  expect(checked('portolan-app://app/')).toEqual(['clipboard-sanitized-write']);
  expect([granted('https://example.com/'), checked('https://example.com')]).toEqual([[], []]);
});

test('ELE-05 devices and downloads are refused', () => {
  hardenSession();
  const [[device] = []] = session.defaultSession.setDevicePermissionHandler.mock.calls;
  expect(['hid', 'serial', 'usb'].map((deviceType) => device?.(...([{ deviceType }] as never[])))).toEqual([
    false,
    false,
    false,
  ]);
  expect(prevents(session.defaultSession, 'will-download', 'portolan-app://app/')).toBe(true);
});

test('requests go to the app’s own scheme only; inline images never leave the page', () => {
  hardenSession();
  const [[before] = []] = session.defaultSession.webRequest.onBeforeRequest.mock.calls;
  const cancels = (url: string): unknown => {
    const answer = vi.fn<(answer: { cancel: boolean }) => void>();
    before?.(...([{ url }, answer] as never[]));
    return answer.mock.calls[0]?.[0].cancel;
  };
  const foreign = HOSTILE_URLS.filter((url) => !url.startsWith('data:') && !url.startsWith('devtools:'));
  expect(foreign.filter((url) => cancels(url) !== true)).toEqual([]);
  expect([...OWN, 'data:image/png;base64,AA=='].filter((url) => cancels(url) !== false)).toEqual([]);
  app.isPackaged = true;
  expect(cancels('devtools://devtools/bundled/inspector.html')).toBe(true);
});

test('ELE-13 a packaged app drops the switches of debuggers and closes developer tools; a checkout keeps them', () => {
  hardenApp();
  expect(app.commandLine.removeSwitch).not.toHaveBeenCalled();
  app.removeAllListeners();
  app.isPackaged = true;
  hardenApp();
  const removed = app.commandLine.removeSwitch.mock.calls.map(([name]) => name);
  expect(removed).toEqual(
    expect.arrayContaining(['remote-debugging-port', 'remote-debugging-pipe', 'inspect', 'js-flags']),
  );
  const contents = newContents();
  contents.emit('devtools-opened');
  expect(contents.closeDevTools).toHaveBeenCalledOnce();
});

test('ELE-09 only the named paths are opened, spelled exactly', async () => {
  const allowed = ['/data/portolan', '/data/portolan/catalog.json'];
  await openPath('/data/portolan', allowed);
  expect(shell.openPath.mock.calls).toEqual([['/data/portolan']]);
  const others = [
    '/bin/sh',
    '/data/portolan/',
    '/data/portolan/../x',
    '/data/portolan/run.sh',
    'file:///data/portolan',
    '',
    null,
    {},
    1,
  ];
  for (const path of others) await expect(openPath(path, allowed)).rejects.toThrow('refused');
  expect(shell.openPath).toHaveBeenCalledOnce();
  shell.openPath.mockResolvedValueOnce('no program for it');
  await expect(openPath('/data/portolan', allowed)).rejects.toThrow('no program for it');
});

/** The names in the typings of the installed Electron. */
function permissionNames(): string[] {
  const typings = readFileSync(new URL('../../node_modules/electron/electron.d.ts', import.meta.url), 'utf8');
  const unions = typings.match(/setPermission(?:Request|Check)Handler\(handler: .*?permission: [^,]+,/g) ?? [];
  expect(unions).toHaveLength(2);
  return [...new Set(unions.flatMap((union) => [...union.matchAll(/'([^']+)'/g)].map(([, name]) => name ?? '')))];
}
