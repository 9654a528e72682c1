// `portolan://PAGE` from other programs: only ever opens a page for review; it never changes anything by itself, and
// nothing of the link but the page's name is used.
import { app } from 'electron';

const PAGES = 'activity add connections identities import questions servers settings sign-in'.split(' ');
const MAX_LENGTH = 2_048;

/** Takes `portolan://` links for this app (the packaged one only); `show` gets the page of each that macOS hands over. */
export function takeDeepLinks(show: (page: string | undefined) => void): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient('portolan');
  app.on('open-url', (event, url) => {
    event.preventDefault();
    show(pageOf([url]));
  });
}

/** The page that the first deep link in `argv` names; undefined for none, an unknown one, or a link with anything more. */
export function pageOf(argv: readonly string[]): string | undefined {
  const link = argv.find((word) => word.startsWith('portolan://'));
  if (link === undefined || link.length > MAX_LENGTH) return undefined;
  const page = PAGES.find((name) => link === `portolan://${name}` || link === `portolan://${name}/`);
  return page && `/${page}`;
}
