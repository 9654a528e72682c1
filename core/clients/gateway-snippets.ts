// Texts that a person pastes into a client so that it reaches the HTTP gateway. `{token}` stands where the token goes.
import type { GatewaySnippet } from '../../shared/model/gateway.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientEnv, ClientFormat } from './client-format.ts';
import { cursor } from './formats/cursor.ts';
import { claudeCode } from './formats/claude-code.ts';
import { inHome } from './client-paths.ts';
import { generic } from './formats/generic.ts';
import { openWebui } from './formats/open-webui.ts';
import { vscode } from './formats/vscode.ts';

const AUTHORIZATION = 'Bearer {token}';

/** For a server or profile that clients shall call `name` and that the gateway offers at `url`. */
export function gatewaySnippets(about: { name: string; url: string }, env: ClientEnv): GatewaySnippet[] {
  const { name, url } = about;
  return [
    {
      client: claudeCode.id,
      title: claudeCode.displayName,
      file: 'command line',
      text: `claude mcp add --transport http ${claudeCode.clientName(name)} ${url} --header "Authorization: ${AUTHORIZATION}"`,
    },
    fileSnippet(cursor, about, env),
    fileSnippet(vscode, about, env),
    {
      client: 'codex',
      title: 'Codex',
      file: inHome(env, '.codex', 'config.toml'),
      text: `[mcp_servers.${JSON.stringify(name)}]\nurl = ${JSON.stringify(url)}\nhttp_headers = { Authorization = ${JSON.stringify(AUTHORIZATION)} }`,
    },
    fileSnippet(generic, about, env),
    {
      client: openWebui.id,
      title: openWebui.displayName,
      file: 'Admin Settings, External Tools',
      text: `${url}\nAuthorization: ${AUTHORIZATION}`,
    },
  ];
}

/** The entry in the client's own form, under the keys it stands under. */
function fileSnippet(format: ClientFormat, about: { name: string; url: string }, env: ClientEnv): GatewaySnippet {
  const { name, url } = about;
  const server: ServerEntry = {
    name,
    endpoint: { type: 'streamable-http', url, headers: { Authorization: AUTHORIZATION } },
    options: { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} },
  };
  const launcher = { command: '', args: [] };
  const answer = format.entryFor({ server, mode: 'direct', launcher, inputs: new Set() });
  const entry = answer.kind === 'entry' ? answer.entry : { url, headers: { Authorization: AUTHORIZATION } };
  const nested = [...format.place.root, format.clientName(name)].reduceRight<unknown>(
    (inner, key) => ({ [key]: inner }),
    entry,
  );
  const file = format.files(env).find(({ scope }) => scope === 'user')?.path ?? 'mcp.json';
  const title = format === generic ? 'Any client with an mcp.json' : format.displayName;
  return { client: format.id, title, file, text: JSON.stringify(nested, null, 2) };
}
