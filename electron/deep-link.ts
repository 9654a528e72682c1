// `portolan://…` from other programs: only ever opens a page for review; it never changes anything by itself.
import { showWindow } from './window.ts';

const MAX_LENGTH = 16 * 1024;

/** Shows the page that the first deep link in `argv` names; ignores everything else, flags included. */
export function forwardDeepLink(argv: readonly string[]): void {
  const link = argv.find((word) => word.startsWith('portolan://'));
  if (link === undefined || link.length > MAX_LENGTH || !URL.canParse(link)) return;
  const { hostname } = new URL(link);
  if (hostname === 'activity' || hostname === 'servers') showWindow(`/${hostname}`);
  else showWindow();
}
