// `portolan clients`: which clients are here, what stands in their files, what others changed there, and repairing that.
import type { Command } from 'commander';
import { writeSet } from '../change-set.ts';
import { define, host } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';

export function clientsCommand(program: Command): void {
  const command = program
    .command('clients')
    .description('other MCP clients, their files, and what changed in Portolan’s entries')
    .option('--repair', 'put right what drifted, after a preview')
    .option('--forget', 'leave what drifted as it is, and do not watch those entries any more')
    .option('--dry-run', 'with --repair: show the differences and write nothing')
    .option('--force', 'with --repair: write even while a client is running')
    .option('--yes', 'with --repair: do not ask');
  define(command, async (options) => {
    const client = await host();
    if (options['repair'] === true) return writeSet(client, await client.clients.planRepair({}), options);
    const drift = await client.clients.checkDrift();
    if (options['forget'] === true) {
      if (drift.length > 0) await client.clients.forgetDrift({ ids: drift.map(({ id }) => id) });
      if (options.json) printJson({ forgotten: drift });
      else printLine(drift.length === 0 ? 'Nothing drifted.' : 'These entries are not watched any more.');
      return 0;
    }
    const [clients, { cells }] = await Promise.all([client.clients.list(), client.clients.matrix()]);
    if (options.json) {
      printJson({ clients, entries: cells, drift });
      return 0;
    }
    const found = clients.filter((info) => info.found);
    if (found.length === 0) printLine('No known client was found on this computer.');
    else {
      printTable(
        ['CLIENT', 'ID', 'THROUGH PORTOLAN', 'ENTRIES', 'FILE'],
        found.flatMap(({ id, displayName, running, files }) => {
          const ours = cells.filter((cell) => cell.client === id && cell.state !== 'native').length;
          const shown = files.filter(({ exists }) => exists);
          return (shown.length > 0 ? shown : files.slice(0, 1)).map(({ path, entries }, index) => [
            index === 0 ? displayName + (running ? ' (runs)' : '') : '',
            index === 0 ? id : '',
            index === 0 ? String(ours) : '',
            entries === undefined ? '–' : String(entries),
            path,
          ]);
        }),
      );
    }
    for (const { displayName, name, message, path } of drift) {
      printLine(`\n${displayName}, ${name}: ${message}\n  ${path}`);
    }
    if (drift.some(({ repairable }) => repairable)) printLine('\n"portolan clients --repair" puts this right.');
    return 0;
  });
}
