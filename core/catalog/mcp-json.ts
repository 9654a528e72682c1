// The draft of a portable client configuration, `mcp.json` (SEP-2633, head of 2026-05-12): what it holds of the catalog,
// and what it cannot.
import type { PortableText } from '../../shared/model/portable.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { emptyRecord } from '../base/json-tree.ts';
import { uniqueName } from '../clients/server-names.ts';
import { refuseLiterals } from './portable-file.ts';
import { inputIdsIn, secretInputs } from './secret-inputs.ts';

/** Field of an entry → why the draft does not hold it. Published in docs/portable-files.md. */
export const MCP_JSON_LOSSES = {
  name: 'A name has letters, digits, dashes, underscores and brackets only.',
  type: 'The draft wants the transport; Streamable HTTP is written.',
  auth: 'The draft has a client id and scopes, for servers without an Authorization header.',
  timeouts: 'The draft has no limits of time.',
  portolan: 'Portolan’s own settings are not in the draft.',
  clients: 'What only one client knows is not in the draft.',
} as const;

type LostField = keyof typeof MCP_JSON_LOSSES;

/** Throws EXPORT_REFUSED with the place of a literal secret. */
export function writeMcpJson(servers: readonly ServerEntry[]): PortableText {
  const { replace } = secretInputs([]);
  const written = emptyRecord<object>();
  const result: { losses: PortableText['losses']; refused: PortableText['refused']; names: string[] } = {
    losses: [],
    refused: [],
    names: [],
  };
  for (const server of servers.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    refuseLiterals(server);
    const reason = refusalOf(server);
    if (reason !== undefined) {
      result.refused.push({ server: server.name, reason });
      continue;
    }
    const name = uniqueName(server.name.replace(/[^A-Za-z0-9_[\]-]/g, '-'), (taken) => Object.hasOwn(written, taken));
    written[name] = withFallbacks(replace(entryOf(server)));
    result.names.push(server.name);
    const lost = [...(name === server.name ? [] : ['name' as const]), ...lossesOf(server)];
    result.losses.push(...lost.map((field) => ({ server: server.name, field, reason: MCP_JSON_LOSSES[field] })));
  }
  const text = `${JSON.stringify({ mcpServers: written }, undefined, 2)}\n`;
  const { names, losses, refused } = result;
  return { text, servers: names, inputs: [...new Set(inputIdsIn(written))], losses, refused };
}

function refusalOf({ endpoint, options }: ServerEntry): string | undefined {
  if (!options.enabled) return 'It is switched off, which the draft cannot say.';
  if (endpoint.type === 'stdio' && endpoint.cwd !== undefined) return 'The draft has no working directory yet.';
  if (/\$\{env:[^{}]*:-[^{}]*\|[^{}]*\}/.test(JSON.stringify(endpoint)))
    return 'A default with a bar in it cannot be written.';
  return undefined;
}

function entryOf({ endpoint, options }: ServerEntry): object {
  const described = {
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.description === undefined ? {} : { description: options.description }),
  };
  if (endpoint.type === 'stdio') {
    const { type, command, args, env } = endpoint;
    return {
      type,
      ...described,
      command,
      ...(args.length === 0 ? {} : { args }),
      ...(Object.keys(env).length === 0 ? {} : { env }),
    };
  }
  const { url, headers } = endpoint;
  const { clientId, scopes } = options.auth ?? {};
  const oauth = {
    ...(clientId === undefined ? {} : { clientId }),
    ...(scopes === undefined ? {} : { scopes }),
  };
  return {
    type: endpoint.type === 'sse' ? 'sse' : 'streamable-http',
    ...described,
    url,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(Object.keys(oauth).length === 0 || hasAuthorization(headers) ? {} : { oauth }),
  };
}

function lossesOf({ endpoint, options }: ServerEntry): LostField[] {
  const lost: LostField[] = [];
  const { way = 'auto', clientId, scopes, ...others } = options.auth ?? {};
  const isHeld = endpoint.type !== 'stdio' && !hasAuthorization(endpoint.headers);
  if (endpoint.type === 'http-auto') lost.push('type');
  if (way !== 'auto' || Object.keys(others).length > 0 || ((clientId ?? scopes) !== undefined && !isHeld))
    lost.push('auth');
  if (Object.keys(options.timeouts).length > 0) lost.push('timeouts');
  const { protocolEra, sharing, capture, passBaggage } = options;
  if (protocolEra !== 'auto' || capture !== 'digest' || sharing !== undefined || passBaggage !== undefined)
    lost.push('portolan');
  if (options.clients !== undefined) lost.push('clients');
  return lost;
}

function hasAuthorization(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
}

/** `${env:A:-b}` in the draft's own form, `${env:A | value:b}`. */
function withFallbacks(entry: object): object {
  const text = JSON.stringify(entry).replace(/\$\{env:([^{}:]*):-([^{}]*)\}/g, '${env:$1 | value:$2}');
  return JSON.parse(text) as object;
}
