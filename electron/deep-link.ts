// `portolan://` links from other programs: only ever open a page, or a screen for review that the host keeps; nothing is
// changed by a link, and no word beside it is used.
import { app } from 'electron';
import type { HostClient } from '../host/control-client.ts';
import { linkIn, parseLink } from '../shared/link.ts';

/** Takes `portolan://` links for this app (the packaged one only); `show` gets each that macOS hands over. */
export function takeDeepLinks(show: (argv: readonly string[]) => void): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient('portolan');
  app.on('open-url', (event, url) => {
    event.preventDefault();
    show([url]);
  });
}

/**
 * The page for the first link in `argv`: the one it names, or its review. Undefined for none, and for a link that the
 * host leaves out because one waits already or too many came. Never rejects.
 */
export async function pageOf(
  argv: readonly string[],
  client: { readonly links: Pick<HostClient['links'], 'offer'> },
): Promise<string | undefined> {
  const link = linkIn(argv);
  const parsed = link === undefined ? undefined : parseLink(link);
  if (link === undefined || parsed?.kind === 'refused') return undefined;
  if (parsed?.kind === 'page') return parsed.page;
  return client.links.offer({ link }).then(
    ({ page }) => page,
    () => undefined,
  );
}
