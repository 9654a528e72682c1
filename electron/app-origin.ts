// The address of the window's own pages, and the test for it.

export const SCHEME = 'portolan-app';
export const APP_ORIGIN = `${SCHEME}://app`;

/** True for addresses of the window's own pages, in the exact spelling that Chromium gives them. */
export function isAppUrl(url: string): boolean {
  return url.startsWith(`${APP_ORIGIN}/`) && URL.canParse(url);
}
