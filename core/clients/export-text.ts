// An export that a person takes to the client himself: the text to paste, and the links that the client opens.
import { PortolanError } from '../../shared/errors.ts';
import type { TextExport } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientEntry, ClientFormat, EntryRequest } from './client-format.ts';
import { uniqueName } from './server-names.ts';
import { codecOf, type TextFormat } from './text/text-codec.ts';

export interface TextRequest extends Omit<EntryRequest, 'server' | 'inputs'> {
  readonly servers: readonly ServerEntry[];
  /** How the client writes its text. */
  readonly textFormat: TextFormat;
}

/** The text and links for `format`; servers that the client cannot hold are left out, each with the reason. Pure. */
export function exportText(format: ClientFormat, { servers, textFormat, ...request }: TextRequest): TextExport {
  const entries = new Map<string, ClientEntry>();
  const rows = servers.map((server): TextExport['servers'][number] => {
    const { name } = server;
    const answer = format.entryFor({ ...request, server, inputs: new Set() });
    if (answer.kind === 'refused') return { name, clientName: name, action: 'refuse', reason: answer.reason };
    const clientName = uniqueName(format.clientName(name), (candidate) => entries.has(candidate));
    entries.set(clientName, answer.entry);
    const link = format.installLink?.(clientName, answer.entry);
    return { name, clientName, action: 'add', ...(link === undefined ? {} : { link }) };
  });
  return {
    client: format.id,
    text: entries.size === 0 ? '' : (format.pasteText?.(entries) ?? fileText(format, textFormat, entries)),
    ...(format.paste === undefined ? {} : { steps: format.paste }),
    servers: rows,
    reload: format.reload,
  };
}

/** What of the catalog such an export is about. */
export interface TextChoice {
  readonly mode: 'connect' | 'direct';
  /** Catalog names; every enabled server when absent. */
  readonly servers?: readonly string[] | undefined;
  /** One entry for this profile instead. */
  readonly profile?: string | undefined;
}

/** The entries of `all` that are chosen; for a profile one that has only its name. Throws SERVER_NOT_FOUND, PROFILE_NOT_FOUND, INPUT_INVALID. */
export function textServers(
  all: readonly ServerEntry[],
  profileOf: (name: string) => unknown,
  { mode, servers, profile }: TextChoice,
): ServerEntry[] {
  if (profile !== undefined) return [profileEntry(profile, profileOf, mode)];
  if (servers === undefined) return all.filter((entry) => entry.options.enabled);
  return [...new Set(servers)].map((name) => {
    const found = all.find((entry) => entry.name === name);
    if (found !== undefined) return found;
    throw new PortolanError('SERVER_NOT_FOUND', `No server is called ${name}.`, { hint: 'Choose one of the catalog.' });
  });
}

function profileEntry(name: string, profileOf: (name: string) => unknown, mode: TextChoice['mode']): ServerEntry {
  if (profileOf(name) === undefined) {
    throw new PortolanError('PROFILE_NOT_FOUND', `No profile is called ${name}.`, {
      hint: 'See the names with: portolan profile list',
    });
  }
  if (mode === 'direct') {
    throw new PortolanError('INPUT_INVALID', 'A profile can only be reached through Portolan.', {
      hint: 'Leave out the mode, or export servers.',
    });
  }
  const options = { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} } as const;
  return { name, endpoint: { type: 'stdio', command: 'portolan', args: [], env: {} }, options };
}

function fileText(format: ClientFormat, textFormat: TextFormat, entries: ReadonlyMap<string, ClientEntry>): string {
  const codec = codecOf(textFormat);
  const style = { unit: format.indent ?? '  ' };
  return [...entries].reduce((text, [name, entry]) => codec.setEntry(text, format.place, name, entry, style), '');
}
