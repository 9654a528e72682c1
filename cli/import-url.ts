// `portolan import --url`: what lies at an address (a card, a catalog, a server.json, an endpoint), and adding it.
import type { HostClient } from '../host/control-client.ts';
import { PortolanError } from '../shared/errors.ts';
import type { Endpoint } from '../shared/model/server-entry.ts';
import { confirm } from './confirm.ts';
import { install, type InstallFlags } from './install.ts';
import { printJson, printLine, printNote, printTable } from './output.ts';
import { printEndpoint } from './print-endpoint.ts';

/** Shows what lies at `url` and adds it on the person's word. Returns the exit status. */
export async function importUrl(client: HostClient, url: string, flags: InstallFlags): Promise<number> {
  const found = await client.registry.discover({ url });
  const as = typeof flags['as'] === 'string' ? flags['as'] : undefined;
  if (found.kind === 'endpoint') return addEndpoint(client, found.url, as, flags);
  const entry =
    typeof flags['entry'] === 'string'
      ? flags['entry']
      : found.servers.length === 1
        ? found.servers[0]?.entry
        : undefined;
  if (found.kind === 'catalog' && entry === undefined) {
    if (flags.json === true) printJson(found);
    else {
      if (found.skipped > 0) printNote(`${found.skipped} entries are no server cards or cannot be read`);
      printTable(
        ['ENTRY', 'SERVER', 'VERSION', 'DESCRIPTION'],
        found.servers.map((one) => [one.entry ?? '', one.name, one.version, one.description.slice(0, 100)]),
      );
      printLine('Add one of them with: --entry ENTRY');
    }
    return found.servers.length === 0 ? 1 : 0;
  }
  return install(client, { kind: 'url', url, ...(entry !== undefined && { entry }) }, flags, as);
}

/** An address that describes itself nowhere: what is known is the address. */
async function addEndpoint(
  client: HostClient,
  url: string,
  as: string | undefined,
  flags: InstallFlags,
): Promise<number> {
  const endpoint: Endpoint = { type: 'http-auto', url, headers: {} };
  const name = as ?? nameOf(url);
  if (flags.json !== true) {
    printLine(`${name}, an MCP server that describes itself nowhere`);
    printEndpoint(endpoint);
    printLine();
  }
  if (flags['dryRun'] === true) {
    if (flags.json === true) printJson({ name, endpoint });
    return 0;
  }
  if (flags['yes'] !== true && !(await confirm(`Let ${name} contact this?`, flags.json === true))) {
    printLine('Nothing was changed.');
    return 1;
  }
  const entry = await client.catalog.add({ name, endpoint, options: { source: { kind: 'user' } } });
  if (flags.json === true) printJson({ entry, held: false });
  else printLine(`Added ${entry.name}. Next: "portolan tools ${entry.name}" shows its tools.`);
  return 0;
}

function nameOf(url: string): string {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const name = host.replace(/^(?:www|mcp|api)\./, '').split('.')[0] ?? '';
  if (/^[A-Za-z0-9_][\w.-]*$/.test(name)) return name;
  throw new PortolanError('INPUT_INVALID', 'the address gives no name', { hint: 'Add --as NAME.' });
}
