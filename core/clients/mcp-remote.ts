// `mcp-remote` is a stdio program that talks to a remote server. An entry that starts it is lifted to the remote server
// that it stands for; the original is kept, so that it can be put back exactly.
import type { MutableServer } from './client-format.ts';
import { emptyRecord } from '../base/json-tree.ts';

const RUNNER = /^(?:npx|bunx|pnpx)(?:\.cmd|\.exe)?$/i;
const PACKAGE = /^mcp-remote(?:@(.+))?$/;
const TRANSPORTS: Readonly<Record<string, MutableServer['transport']>> = {
  'http-only': 'streamable-http',
  'sse-only': 'sse',
};

/** The remote server behind an mcp-remote entry; `server` itself when it is none, or not one that can be read. */
export function liftMcpRemote(server: MutableServer, warn: (code: string, path?: string) => void): MutableServer {
  const call = bridgeCall(server);
  if (call === undefined) return server;
  const { name, enabled, timeouts, extras } = server;
  warn('BRIDGE_MCP_REMOTE');
  if (call.transport === 'sse') warn('DEPRECATED_TRANSPORT_SSE');
  return {
    name,
    transport: call.transport,
    enabled,
    url: call.url,
    headers: call.headers,
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(extras === undefined ? {} : { extras }),
    bridge: {
      kind: 'mcp-remote',
      ...(call.version === undefined ? {} : { version: call.version }),
      ...(call.callbackPort === undefined ? {} : { callbackPort: call.callbackPort }),
      ...(call.flags.length === 0 ? {} : { flags: call.flags }),
      original: originalOf(server),
    },
  };
}

interface BridgeCall {
  readonly url: string;
  readonly transport: MutableServer['transport'];
  readonly headers: Record<string, string>;
  readonly flags: string[];
  readonly version: string | undefined;
  readonly callbackPort: number | undefined;
}

function bridgeCall(server: MutableServer): BridgeCall | undefined {
  const found = argumentsOfBridge(server.command ?? '', server.args ?? []);
  const [url, ...rest] = found?.args ?? [];
  if (found === undefined || url === undefined || !/^https?:\/\//i.test(url) || URL.parse(url) === null)
    return undefined;
  const [headers, flags] = [emptyRecord<string>(), [] as string[]];
  let transport: MutableServer['transport'] = 'http-auto';
  let callbackPort: number | undefined;
  for (let index = 0; index < rest.length; index += 1) {
    const [arg, next] = [rest[index] ?? '', rest[index + 1]];
    if (arg === '--header' && next !== undefined) {
      const colon = next.indexOf(':');
      if (colon <= 0) return undefined;
      headers[next.slice(0, colon).trim()] = next.slice(colon + 1).trim();
      index += 1;
    } else if (arg === '--transport' && next !== undefined) {
      if (Object.hasOwn(TRANSPORTS, next)) transport = TRANSPORTS[next] ?? transport;
      else flags.push(arg, next);
      index += 1;
    } else if (index === 0 && /^\d{1,5}$/.test(arg)) callbackPort = Number(arg);
    else flags.push(arg);
  }
  return { url, transport, headers, flags, version: found.version, callbackPort };
}

/** What follows the package name: `npx [-y] mcp-remote@1 …`, `cmd /c npx …`, `pnpm dlx mcp-remote …`, `mcp-remote …`. */
function argumentsOfBridge(command: string, args: readonly string[]): { args: string[]; version?: string } | undefined {
  const words = [command.split(/[/\\]/).at(-1) ?? '', ...args];
  if (/^cmd(?:\.exe)?$/i.test(words[0] ?? '') && /^\/c$/i.test(words[1] ?? '')) words.splice(0, 2);
  if (RUNNER.test(words[0] ?? '')) words.shift();
  else if (/^(?:pnpm|yarn)$/.test(words[0] ?? '') && words[1] === 'dlx') words.splice(0, 2);
  else if (!/^mcp-remote(?:\.cmd)?$/.test(words[0] ?? '')) return undefined;
  while (/^(?:-y|--yes|-q|--quiet)$/.test(words[0] ?? '')) words.shift();
  const spec = PACKAGE.exec((words.shift() ?? '').replace(/\.cmd$/, ''));
  if (spec === null) return undefined;
  return { args: words, ...(spec[1] === undefined ? {} : { version: spec[1] }) };
}

function originalOf(server: MutableServer): Record<string, unknown> {
  const env = server.env ?? {};
  return {
    command: server.command,
    args: server.args,
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
    ...(server.envFile === undefined ? {} : { envFile: server.envFile }),
  };
}
