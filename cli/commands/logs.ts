// `portolan logs NAME`: what a server wrote to stderr, and what Portolan noted about it.
import type { Command } from 'commander';
import { define, host, interrupted } from '../command.ts';
import { printJsonLine, printLine, printNote } from '../output.ts';
import { visibleLine } from '../visible.ts';

export function logsCommand(program: Command): void {
  const command = program
    .command('logs')
    .argument('<name>', 'server in the catalog')
    .description('what a server wrote to its log since the host started')
    .option('--follow', 'go on with new lines until Ctrl-C');
  define<[string]>(command, async (options, name) => {
    const client = await host();
    const signal = interrupted();
    let shown = 0;
    try {
      const lines = await client.servers.logs({ name, follow: options['follow'] === true }, { signal });
      for await (const line of lines) {
        shown += 1;
        if (options.json) printJsonLine(line);
        else printLine(`${line.at}  ${line.source.padEnd(12)}  ${visibleLine(line.text)}`);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (shown === 0 && !options.json) printNote(`${name} has written nothing since the host started.`);
  });
}
