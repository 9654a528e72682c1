// `portolan show NAME`: one server, its settings and what it is doing.
import type { Command } from 'commander';
import { define, host } from '../command.ts';
import { printFacts, printJson } from '../output.ts';
import { whereOf } from '../where-of.ts';

export function showCommand(program: Command): void {
  define<[string]>(
    program.command('show').argument('<name>', 'server in the catalog').description('one server in full'),
    async (options, name) => {
      const client = await host();
      const [entry, statuses] = await Promise.all([client.catalog.get({ name }), client.servers.list()]);
      const status = statuses.find((candidate) => candidate.name === name);
      if (options.json) return printJson({ ...entry, status });
      const { endpoint } = entry;
      printFacts([
        ['name', entry.name],
        ['title', entry.options.title],
        ['enabled', entry.options.enabled ? 'yes' : 'no'],
        ['type', endpoint.type],
        ['where', whereOf(endpoint)],
        ...Object.entries(endpoint.type === 'stdio' ? endpoint.env : endpoint.headers).map(
          ([key, value]) => [endpoint.type === 'stdio' ? 'env' : 'header', `${key}=${value}`] as const,
        ),
        ['folder', endpoint.type === 'stdio' ? endpoint.cwd : undefined],
        ['state', status?.state],
        ['since', status?.since],
        ['reason', status?.reason ? `${status.reason.message} (${status.reason.code})` : undefined],
        ['protocol', status?.protocolVersion],
        ['server', status?.serverInfo ? `${status.serverInfo.name} ${status.serverInfo.version}` : undefined],
        ['tools', status?.toolCount?.toString()],
        ['sessions', status?.sessions.toString()],
        ['processes', status && status.pids.length > 0 ? status.pids.join(', ') : undefined],
      ]);
    },
  );
}
