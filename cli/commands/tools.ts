// `portolan tools NAME`: what a server offers.
import type { Command } from 'commander';
import { define, host } from '../command.ts';
import { printJson, printLine, printNote, printTable } from '../output.ts';

const DESCRIPTION_WIDTH = 90;

export function toolsCommand(program: Command): void {
  const command = program
    .command('tools')
    .argument('<name>', 'server in the catalog')
    .description("a server's tools")
    .option('--refresh', 'ask the server again');
  define<[string]>(command, async (options, name) => {
    const client = await host();
    const list = await client.tools.list({ name, refresh: options['refresh'] === true });
    if (options.json) return printJson(list);
    for (const problem of list.problems) printNote(`tool ${problem.index + 1} was left out: ${problem.message}`);
    if (list.tools.length === 0) return printLine('This server offers no tools.');
    printTable(
      ['TOOL', 'WHAT IT SAYS OF ITSELF'],
      list.tools.map((tool) => [tool.name, cut(tool.description ?? tool.title ?? '')]),
    );
  });
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > DESCRIPTION_WIDTH ? `${line.slice(0, DESCRIPTION_WIDTH - 1)}…` : line;
}
