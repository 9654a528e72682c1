// `portolan list`: every server with its state.
import type { Command } from 'commander';
import { define, host } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { placeOf, whereOf } from '../where-of.ts';

export function listCommand(program: Command): void {
  define(program.command('list').alias('ls').description('every server in the catalog'), async (options) => {
    const client = await host();
    const [{ state, servers }, statuses] = await Promise.all([client.catalog.list(), client.servers.list()]);
    if (options.json)
      return printJson({
        catalog: state,
        servers: servers.map((entry) => ({ ...entry, status: statuses.find((status) => status.name === entry.name) })),
      });
    if (state.problem)
      printLine(
        `${state.path}${placeOf(state.problem)}: ${state.problem.message} (${state.problem.code})\nThe last good version is in use; your file was not touched.\n`,
      );
    if (servers.length === 0)
      return printLine(
        'No servers yet. "portolan import" finds what your clients already use; "portolan add" adds one.',
      );
    printTable(
      ['NAME', 'STATE', 'TYPE', 'WHERE'],
      servers.map((entry) => [
        entry.name,
        entry.options.enabled
          ? (statuses.find((status) => status.name === entry.name)?.state ?? 'stopped')
          : 'disabled',
        entry.endpoint.type,
        whereOf(entry.endpoint),
      ]),
    );
  });
}
