// `portolan` without a command: the desktop window where there is an Electron runtime, else the same pages in a browser.
import type { Command } from 'commander';
import { VERSION } from '../../shared/version.ts';
import { define, host } from '../command.ts';
import type { OutputOptions } from '../output.ts';
import { openInBrowser } from '../../host/open-in-browser.ts';
import { electronRuntime, startDesktop } from '../desktop.ts';
import { printJson, printLine } from '../output.ts';

export function openCommand(program: Command): void {
  const command = program
    .option('-v, --version', 'print the version number')
    .option('--no-open', 'print the address of the pages instead of opening a browser')
    .option('--browser', 'use the browser even where the desktop window could open');
  define(command, async (options) => {
    if (options['version'] === true) return options.json ? printJson({ version: VERSION }) : printLine(VERSION);
    return openPages(options);
  });
}

/** The desktop window or the browser; `link` is handed to whichever opens. */
export async function openPages(
  options: OutputOptions & Readonly<Record<string, unknown>>,
  link?: string,
): Promise<void> {
  const client = await host();
  const runtime = electronRuntime();
  if (runtime && options['browser'] !== true && options['open'] !== false) {
    startDesktop(runtime, link);
    if (options.json) printJson({ opened: 'window' });
    else printLine('Portolan is open.');
    return;
  }
  const { url, base } = await client.system.openWeb({ port: 0 });
  if (options.json) {
    printJson({ opened: options['open'] === false ? 'nothing' : 'browser', url, base });
  } else {
    if (!runtime) printLine('There is no Electron runtime here, so Portolan shows its pages in the browser.');
    printLine(`Portolan is running. Open this address within two minutes (it works once):\n  ${url}`);
  }
  if (options['open'] !== false && !(await openInBrowser(url)) && !options.json)
    printLine('No browser could be started; open the address yourself.');
}
