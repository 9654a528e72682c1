// Hands one address of our own to the system's browser: no shell, one argument, http on loopback or https only.
import { spawn } from 'node:child_process';

/** Starts the system's opener with `url`. False when there is none or it fails at once. */
export function openInBrowser(url: string): Promise<boolean> {
  const parsed = new URL(url);
  const allowed = parsed.protocol === 'https:' || (parsed.protocol === 'http:' && parsed.hostname === '127.0.0.1');
  if (!allowed) return Promise.resolve(false);
  const [program, args] = opener(parsed.href);
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
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
