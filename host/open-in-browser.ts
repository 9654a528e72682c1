// Hands one address to the system's browser: no shell, one serialised argument, https or http on this computer only.
import { spawn } from 'node:child_process';
import { isForBrowser } from '../shared/browser-address.ts';

/**
 * `text` as one serialised address when a browser may be given it, else undefined. A serialised address begins with its
 * scheme, so no program takes it for a flag.
 */
export function browserAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return isForBrowser(url) ? url.href : undefined;
}

/** Starts the system's opener with `url`. False when the address is no such one, or when there is no opener. */
export function openInBrowser(url: string): Promise<boolean> {
  const address = browserAddress(url);
  if (address === undefined) return Promise.resolve(false);
  const [program, args] = opener(address);
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', shell: false });
    child.on('error', () => resolve(false));
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function opener(href: string): [program: string, args: string[]] {
  const chosen = process.env['BROWSER'];
  if (chosen) return [chosen, [href]];
  if (process.platform === 'darwin') return ['open', [href]];
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', href]];
  return ['xdg-open', [href]];
}
