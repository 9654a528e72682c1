// The bridge of a browser tab: a one-time code from the address becomes a token that lives as long as the tab.
import type { Bridge } from './bridge.ts';
import { hostClient } from './host-client.ts';

const TOKEN_KEY = 'portolan.session';

/** The parts of `window` that the bridge needs, so that tests can pass their own. */
export interface TabWindow {
  readonly location: Pick<Location, 'origin' | 'hash' | 'pathname' | 'search' | 'host'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly fetch: typeof fetch;
}

/** The one-time code in a fragment such as `#code=abc`, if there is one. */
export function codeInFragment(hash: string): string | undefined {
  const code = new URLSearchParams(hash.replace(/^#/, '')).get('code');
  return code === null || code === '' ? undefined : code;
}

/** The page that an address with a code leads to, as the fragment of its own: `#/tasks/1`, or nothing. */
function pageInFragment(hash: string): string {
  const page = new URLSearchParams(hash.replace(/^#/, '')).get('page') ?? '';
  return /^\/[\w/%.-]{0,500}$/.test(page) ? `#${page}` : '';
}

/**
 * Exchanges the code in the fragment for a token (`POST /session`), removes it from the address and the history
 * before anything else runs, and builds the client. A refused code leaves no token: the host then answers 401.
 */
export async function openHttpBridge(tab: TabWindow): Promise<Bridge> {
  const base = tab.location.origin;
  const code = codeInFragment(tab.location.hash);
  if (code !== undefined) {
    const { hash, pathname, search } = tab.location;
    tab.history.replaceState(null, '', `${pathname}${search}${pageInFragment(hash)}`);
    tab.sessionStorage.removeItem(TOKEN_KEY);
    const token = await exchange(tab, base, code);
    if (token !== undefined) tab.sessionStorage.setItem(TOKEN_KEY, token);
  }
  const client = hostClient(base, () => tab.sessionStorage.getItem(TOKEN_KEY) ?? undefined);
  return { kind: 'browser', client, powers: {}, where: tab.location.host };
}

async function exchange(tab: TabWindow, base: string, code: string): Promise<string | undefined> {
  try {
    const response = await tab.fetch(`${base}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    if (!response.ok) return undefined;
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null || !('token' in body)) return undefined;
    return typeof body.token === 'string' ? body.token : undefined;
  } catch {
    return undefined;
  }
}
