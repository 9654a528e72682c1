// Links and arguments from other programs open a page at most.
import { beforeEach, expect, test, vi } from 'vitest';
import { pageOf, takeDeepLinks } from '../../electron/deep-link.ts';
import { app } from '../support/recording-electron.ts';

vi.mock('electron', async () => import('../support/recording-electron.ts'));

const PAGES = 'activity add connections identities import questions servers settings sign-in'.split(' ');

beforeEach(() => {
  app.removeAllListeners();
  app.isPackaged = false;
  vi.clearAllMocks();
});

test('a link opens the page it names', () => {
  expect(PAGES.map((page) => pageOf(['portolan', '.', `portolan://${page}`]))).toEqual(PAGES.map((page) => `/${page}`));
});

test('ELE-12 hostile arguments open no page: nothing of them but a known name is used', () => {
  const hostile = [
    [],
    ['--remote-debugging-port=9222', '--no-sandbox', '--inspect'],
    ['portolan://'],
    ['portolan://servers/../../etc'],
    ['portolan://servers?add=evil'],
    ['portolan://servers#/settings'],
    ['portolan://sign-in?server=evil'],
    ['portolan://sign-in/evil'],
    ['portolan://identities?issuer=https://evil.example'],
    ['portolan://add/npx%20evil'],
    ['portolan://evil@servers'],
    ['portolan://SERVERS'],
    ['portolan://servers\n--flag'],
    ['portolan://__proto__'],
    ['portolan://constructor'],
    ['--x=portolan://servers'],
    [`portolan://servers${'/'.repeat(100_000)}`],
    ['PORTOLAN://servers'],
    ['file:///portolan://servers'],
  ];
  expect(hostile.filter((argv) => pageOf(argv) !== undefined)).toEqual([]);
});

test('only the packaged app takes the scheme; links that macOS hands over open their page', () => {
  const show = vi.fn<(page: string | undefined) => void>();
  takeDeepLinks(show);
  expect(app.setAsDefaultProtocolClient).not.toHaveBeenCalled();
  const preventDefault = vi.fn<() => void>();
  app.emit('open-url', { preventDefault }, 'portolan://activity');
  app.emit('open-url', { preventDefault }, 'portolan://evil');
  expect(show.mock.calls).toEqual([['/activity'], [undefined]]);
  expect(preventDefault).toHaveBeenCalledTimes(2);
  app.isPackaged = true;
  takeDeepLinks(show);
  expect(app.setAsDefaultProtocolClient).toHaveBeenCalledWith('portolan');
});
