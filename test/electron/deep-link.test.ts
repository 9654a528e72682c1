// Links and arguments from other programs open a page or a review at most.
import { beforeEach, expect, test, vi } from 'vitest';
import { pageOf, takeDeepLinks } from '../../electron/deep-link.ts';
import { HOSTILE_CATALOGS, REFUSED_LINKS } from '../support/hostile-links.ts';
import { app } from '../support/recording-electron.ts';

vi.mock('electron', async () => import('../support/recording-electron.ts'));

const PAGES = 'activity add connections identities import questions servers settings sign-in'.split(' ');

beforeEach(() => {
  app.removeAllListeners();
  app.isPackaged = false;
  vi.clearAllMocks();
});

function host(page?: string) {
  const offered: string[] = [];
  const links = {
    offer: async ({ link }: { link: string }) => {
      offered.push(link);
      return page === undefined ? {} : { page };
    },
  };
  return { client: { links }, offered };
}

test('a link opens the page it names, without asking the host', async () => {
  const { client, offered } = host();
  const pages = await Promise.all(PAGES.map((page) => pageOf(['portolan', '.', `portolan://${page}`], client)));
  expect(pages).toEqual(PAGES.map((page) => `/${page}`));
  expect(offered).toEqual([]);
});

test('ELE-12 CFG-11 hostile arguments open no page: nothing of them but a link in its right form is used', async () => {
  const { client, offered } = host('/review/1');
  const hostile = [
    [],
    ['--remote-debugging-port=9222', '--no-sandbox', '--inspect'],
    ['portolan://'],
    ['portolan://servers/../../etc'],
    ['portolan://sign-in/evil'],
    ['--x=portolan://servers'],
    ['file:///portolan://servers'],
    ...REFUSED_LINKS.map((link) => ['portolan', '.', link]),
  ];
  const pages = await Promise.all(hostile.map((argv) => pageOf(argv, client)));
  expect(pages.filter((page) => page !== undefined)).toEqual([]);
  expect(offered).toEqual([]);
});

test('CFG-11 what has the right form is only handed to the host, which says what is shown', async () => {
  const { client, offered } = host('/review/1');
  const pages = await Promise.all(HOSTILE_CATALOGS.map((link) => pageOf(['portolan', '--inspect', link], client)));
  expect(new Set(pages)).toEqual(new Set(['/review/1']));
  expect(offered).toEqual(HOSTILE_CATALOGS);
  expect(await pageOf([HOSTILE_CATALOGS[0] ?? ''], host().client)).toBeUndefined();
  const gone = { links: { offer: async () => Promise.reject(new Error('gone')) } };
  expect(await pageOf([HOSTILE_CATALOGS[0] ?? ''], gone)).toBeUndefined();
});

test('only the packaged app takes the scheme; links that macOS hands over are shown', () => {
  const show = vi.fn<(argv: readonly string[]) => void>();
  takeDeepLinks(show);
  expect(app.setAsDefaultProtocolClient).not.toHaveBeenCalled();
  const preventDefault = vi.fn<() => void>();
  app.emit('open-url', { preventDefault }, 'portolan://activity');
  expect(show.mock.calls).toEqual([[['portolan://activity']]]);
  expect(preventDefault).toHaveBeenCalledTimes(1);
  app.isPackaged = true;
  takeDeepLinks(show);
  expect(app.setAsDefaultProtocolClient).toHaveBeenCalledWith('portolan');
});
