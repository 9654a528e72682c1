// `portolan gateway status|enable|disable|add-client|clients|allow|revoke|snippet`: MCP over HTTP for clients that start no program.
import type { Command } from 'commander';
import type { GatewayClient, GatewayStatus } from '../../shared/model/gateway.ts';
import { define, defineGroup, host } from '../command.ts';
import { type OutputOptions, printFacts, printJson, printLine, printNote, printTable } from '../output.ts';
import { wholeNumber } from '../whole-number.ts';

export function gatewayCommand(program: Command): void {
  const group = defineGroup(program, 'gateway', 'MCP over HTTP on this computer, for clients that start no program');
  define(group.command('status', { isDefault: true }).description('whether it listens, and where'), async (options) => {
    show(await (await host()).gateway.status(), options);
  });
  define(
    group
      .command('enable')
      .option('--port <n>', 'port on 127.0.0.1; 0: any free one')
      .option('--public-origin <url>', 'where a reverse proxy offers it; "none" takes it back')
      .description('listen, now and whenever the host runs'),
    async (options) => {
      const { port, publicOrigin } = options as { port?: string; publicOrigin?: string };
      const status = await (await host()).gateway.configure({
        enabled: true,
        ...(port === undefined ? {} : { port: wholeNumber('--port', 0, 65_535)(port) }),
        ...(publicOrigin === undefined ? {} : { publicOrigin: publicOrigin === 'none' ? null : publicOrigin }),
      });
      show(status, options);
      return status.problem === undefined ? 0 : 1;
    },
  );
  define(group.command('disable').description('stop listening and end its sessions'), async (options) => {
    show(await (await host()).gateway.configure({ enabled: false }), options);
  });
  define<[string]>(
    group
      .command('add-client')
      .argument('<name>')
      .option('--target <name...>', 'servers and profiles (profile:NAME) it may use; all without this')
      .option('--open-path', 'put the secret into the path, for a program that can send no header')
      .description('a token for one client, shown this once'),
    async (options, name) => {
      const { target: targets, openPath } = options as { target?: string[]; openPath?: boolean };
      const client = await host();
      const added = await client.gateway.addClient({
        name,
        ...(targets === undefined ? {} : { targets }),
        ...(openPath === true ? { openPath } : {}),
      });
      if (openPath === true)
        printNote('whoever sees this path can use it; prefer a token in a header, and revoke it soon');
      const { url = 'http://127.0.0.1:PORT' } = await client.gateway.status();
      const path = `${url}/mcp/o/${added.token}/s/SERVER`;
      if (options.json) return printJson(openPath === true ? { ...added, path } : added);
      printFacts([['id', added.client.id], openPath === true ? ['path', path] : ['token', added.token]]);
      printLine('It is not shown again. See how a client takes it: portolan gateway snippet SERVER');
    },
  );
  define(group.command('clients').description('who may use it'), async (options) => {
    const { clients } = await (await host()).gateway.status();
    if (options.json) return printJson(clients);
    if (clients.length === 0) return printLine('No clients yet. Add one: portolan gateway add-client NAME');
    printTable(['ID', 'NAME', 'LAST USED', 'MAY USE', 'AS YOU', 'ASKED FOR'], clients.map(rowOf));
  });
  define<[string, string]>(
    group
      .command('allow')
      .argument('<client>', 'id or name')
      .argument('<server>')
      .description('let a client use a server that is signed in as you'),
    async (options, client, server) => {
      const allowed = await (await host()).gateway.allow({ client, server });
      if (options.json) printJson(allowed);
      else printLine(`${allowed.name} may use ${server}.`);
    },
  );
  define<[string]>(
    group.command('revoke').argument('<id>').description('end a client’s token and everything it has open'),
    async (options, id) => {
      await (await host()).gateway.revokeClient({ id });
      if (options.json) printJson({ revoked: id });
      else printLine(`Revoked ${id}.`);
    },
  );
  define<[string]>(
    group
      .command('snippet')
      .argument('<target>')
      .description('what to paste into clients for a server or profile:NAME'),
    async (options, target) => {
      const snippets = await (await host()).gateway.snippets({ target });
      if (options.json) return printJson(snippets);
      for (const { title, file, text } of snippets) printLine(`${title}  (${file})\n${text}\n`);
    },
  );
}

function show(status: GatewayStatus, options: OutputOptions): void {
  if (options.json) return printJson(status);
  const { problem } = status;
  if (problem !== undefined) printNote(`${problem.message} (${problem.code})`);
  printFacts([
    ['gateway', status.enabled ? 'on' : 'off'],
    ['address', status.url],
    ['port', status.port === 0 ? 'any' : String(status.port)],
    ['public origin', status.publicOrigin],
    ['connections', String(status.connections)],
    ['clients', String(status.clients.length)],
  ]);
}

function rowOf(client: GatewayClient): string[] {
  const { id, name, lastUsedAt = 'never', targets, openPath, allowed = [], asked = [] } = client;
  const reach = targets === undefined ? 'everything' : targets.join(', ');
  const mayUse = openPath === true ? `${reach} (secret in the path)` : reach;
  return [id, name, lastUsedAt, mayUse, allowed.join(', '), asked.join(', ')];
}
