// Hands one address to the system's browser: no shell, one argument, https or http on this computer only.
import { spawn } from 'node:child_process';

/** Starts the system's opener with `url`. False when the address is not for a browser, there is no opener, or it fails at once. */
export function openInBrowser(url: string): Promise<boolean> {
  const href = browserAddress(url);
  if (href === undefined) return Promise.resolve(false);
  const [program, args] = opener(href);
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** The address as a parser writes it, so that it begins with its scheme and holds no space or control character. */
function browserAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') return undefined;
  const isHere = url.protocol === 'http:' && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || isHere ? url.href : undefined;
}

function opener(href: string): [program: string, args: string[]] {
  const chosen = process.env['BROWSER'];
  if (chosen) return [chosen, [href]];
  if (process.platform === 'darwin') return ['open', [href]];
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', href]];
  return ['xdg-open', [href]];
}
