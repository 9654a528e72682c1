// `portolan export --to CLIENT --text`: what a person pastes into a client, or opens for it. Nothing is written.
import type { TextExport } from '../../shared/model/import-result.ts';
import type { HostClient } from '../../host/control-client.ts';
import { printJson, printLine } from '../output.ts';

export interface TextExportOptions {
  readonly client: string;
  readonly mode: 'connect' | 'direct';
  readonly servers?: string[];
  readonly profile?: string;
}

/** Prints the text and links; 1 when the client can hold none of the servers. Throws CLIENT_UNKNOWN, SERVER_NOT_FOUND. */
export async function exportAsText(host: HostClient, options: TextExportOptions, json: boolean): Promise<number> {
  const done = await host.clients.exportText(options);
  if (json) printJson(done);
  else printText(done);
  return done.servers.some((server) => server.action === 'add') ? 0 : 1;
}

/** True for a client whose servers stand in no file. */
export async function isPasted(host: HostClient, client: string): Promise<boolean> {
  return (await host.clients.list()).some((info) => info.id === client && info.paste !== undefined);
}

function printText({ text, steps, servers, reload }: TextExport): void {
  if (text !== '') {
    if (steps !== undefined) printLine(`${steps}\n`);
    printLine(text.trimEnd());
    printLine(`\n${reload}`);
  }
  for (const { name, link } of servers) if (link !== undefined) printLine(`Link for ${name}: ${link}`);
  for (const { name, action, reason } of servers)
    if (action === 'refuse') printLine(`Left out ${name}: ${reason ?? 'this client cannot hold it'}`);
}
