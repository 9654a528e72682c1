// `portolan open LINK`: a portolan:// link where no program takes them. It is shown for review; nothing is done by it.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import { parseLink } from '../../shared/link.ts';
import { define, host } from '../command.ts';
import { electronRuntime } from '../desktop.ts';
import { openPages } from './open.ts';

export function openLinkCommand(program: Command): void {
  const command = program
    .command('open')
    .argument('<link>', 'such as portolan://add?catalog=…')
    .option('--no-open', 'print the address of the pages instead of opening a browser')
    .option('--browser', 'use the browser even where the desktop window could open')
    .description('show what a portolan:// link proposes');
  define<[string]>(command, async (options, link) => {
    const parsed = parseLink(link);
    if (parsed.kind === 'refused')
      throw new PortolanError('INPUT_INVALID', `this link cannot be used: ${parsed.reason}`, {
        hint: 'Ask whoever gave it to you for another one.',
      });
    const toWindow = electronRuntime() && options['browser'] !== true && options['open'] !== false;
    if (toWindow) return openPages(options, link);
    const { page } = await (await host()).links.offer({ link });
    if (page === undefined)
      throw new PortolanError('RESOURCE_EXHAUSTED', 'another link waits for your review, or too many came', {
        hint: 'Look at the one that waits, then open this one again.',
      });
    return openPages(options);
  });
}
