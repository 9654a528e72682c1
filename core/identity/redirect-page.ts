// What a browser shows when it comes back from a sign-in: one page, complete in itself, that repeats nothing it was given.
import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f9; --ink: #16191d; --soft: #555e69; --good: #13703f; --bad: #a8281e }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --ink: #eceff3; --soft: #a5aeb9; --good: #5fd08f; --bad: #ff8f85 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { padding: 1.5rem; max-width: 26rem; text-align: center }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.3; font-weight: 600 }
.good { color: var(--good) }
.bad { color: var(--bad) }
p { margin: 0; color: var(--soft) }
`;

/** How a sign-in ended, as far as its page knows; `foreign`: the address is not the one of a sign-in that waits. */
export type RedirectEnd = 'signed-in' | 'failed' | 'received' | 'foreign';

const WORDS: Readonly<Record<RedirectEnd, readonly [tone: string, title: string, text: string]>> = {
  'signed-in': ['good', 'Signed in', 'You can close this tab.'],
  failed: ['bad', 'The sign-in failed', 'Portolan shows why. You can close this tab.'],
  received: ['', 'Back to Portolan', 'Portolan has the answer and shows how it went. You can close this tab.'],
  foreign: ['', 'Nothing waits here', 'This address belongs to no sign-in that is under way. You can close this tab.'],
};

/** Headers of every answer: nothing is loaded, run, framed, kept or passed on. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  Connection: 'close',
};

/** The page, as HTML. */
export function redirectPage(end: RedirectEnd): string {
  const [tone, title, text] = WORDS[end];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – Portolan</title>
<style>${STYLE}</style>
<main role="status">
<h1 class="${tone}">${title}</h1>
<p>${text}</p>
</main>
</html>
`;
}
