// The HTTP headers of one modern message, all from its body: version, method, name, and what its tool mirrors.
// (MCP 2026-07-28, Streamable HTTP, "Protocol Version Header", "Standard Headers"; tasks extension, "HTTP")
import { objectOf } from '../base/json-object.ts';
import { META, metaOf, MODERN_VERSIONS } from './era.ts';
import type { Frame } from './frame.ts';
import { encodeHeaderValue } from './header-value.ts';
import type { ToolHeaders } from './tool-headers.ts';

/** Method → the member of `params` that names what it is about. */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

/** Names in lower case. A message without a version that a header can carry goes with the newest: the server judges it. */
export function modernHeaders(frame: Frame, tools: ToolHeaders): Record<string, string> {
  const { method = '' } = frame;
  const version = metaOf(frame)?.[META.protocolVersion];
  const isSafe = typeof version === 'string' && /^[\x21-\x7e]{1,64}$/.test(version);
  const params = objectOf(frame.message['params']);
  const member = NAMED_BY.get(method);
  const name = member === undefined ? undefined : params?.[member];
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': isSafe ? version : (MODERN_VERSIONS[0] ?? ''),
    'mcp-method': encodeHeaderValue(method),
    ...(typeof name === 'string' ? { 'mcp-name': encodeHeaderValue(name) } : {}),
    ...passedOn(frame),
    ...(method === 'tools/call' && typeof name === 'string' ? tools.headersOf(name, params?.['arguments']) : {}),
  };
}

/** Headers of a client behind the HTTP gateway that only it understands; what the tool's schema asks for counts instead of them. */
function passedOn({ extraHeaders = {} }: Frame): Record<string, string> {
  return Object.fromEntries(Object.entries(extraHeaders).map(([name, value]) => [name.toLowerCase(), value]));
}
