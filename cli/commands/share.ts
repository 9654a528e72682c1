// `portolan share NAME...`: a link that others can open or paste, with every secret left out and asked for anew.
import type { Command } from 'commander';
import { define, host } from '../command.ts';
import { printJson, printLine, printNote } from '../output.ts';

export function shareCommand(program: Command): void {
  const command = program
    .command('share')
    .argument('<names...>', 'servers in the catalog')
    .description('a link for servers, without their secrets');
  define<[string[]]>(command, async (options, names) => {
    const client = await host();
    const shared = await client.portable.share({ servers: names });
    if (options.json) return printJson(shared);
    if (shared.link !== undefined) return printLine(shared.link);
    printNote(`As a link it would have ${shared.chars} characters, and ${shared.limit} is the most.`);
    printNote(`Send a file instead: portolan export --servers ${names.join(',')} --to FILE. Its text:`);
    printLine(shared.text);
  });
}
