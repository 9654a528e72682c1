// What a modern POST must say in its headers, held against its message. Names of headers without case, values with it.
// Pure. (MCP 2026-07-28, Transports, Streamable HTTP, Server Validation and Value Encoding)
import { objectOf } from '../../base/json-object.ts';
import { META, metaOf } from '../../connections/era.ts';
import type { Frame } from '../../connections/frame.ts';

/** HeaderMismatch. */
const HEADER_MISMATCH = -32_020;

/** Method to the member of `params` that `Mcp-Name` repeats. */
const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

const PARAM_PREFIX = 'mcp-param-';

/** A refusal with HTTP 400 and -32020. */
export interface HeaderProblem {
  readonly code: number;
  readonly message: string;
}

/** Headers as they came: pairs of name and value, repeated ones kept apart (`rawHeaders` of Node). */
export type RawHeaders = readonly string[];

/** Every value of the header `name` (lower case). */
export function valuesOf(raw: RawHeaders, name: string): string[] {
  return raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === name);
}

/** Why `MCP-Protocol-Version` is wrong for this message; a message without a version of its own is not this check's business. */
export function checkVersionHeader(raw: RawHeaders, frame: Frame): HeaderProblem | undefined {
  const value = readHeader(raw, 'mcp-protocol-version');
  if (typeof value !== 'string') return mismatch('MCP-Protocol-Version', value.problem);
  const said = metaOf(frame)?.[META.protocolVersion];
  if (typeof said === 'string' && said !== value) {
    return mismatch('MCP-Protocol-Version', `says ${JSON.stringify(value)} and _meta ${JSON.stringify(said)}`);
  }
  return undefined;
}

/** Why `Mcp-Method` or `Mcp-Name` is wrong for this message. */
export function checkMirrors(raw: RawHeaders, frame: Frame): HeaderProblem | undefined {
  const method = readHeader(raw, 'mcp-method');
  if (typeof method !== 'string') return mismatch('Mcp-Method', method.problem);
  if (method !== frame.method) return mismatch('Mcp-Method', 'is not the method of the message');
  const member = NAMED[method];
  const name = readHeader(raw, 'mcp-name');
  if (member === undefined) {
    // It repeats nothing here; but a value that cannot be read is wrong everywhere.
    return typeof name === 'string' || name.isMissing ? undefined : mismatch('Mcp-Name', name.problem);
  }
  const said = objectOf(frame.message['params'])?.[member];
  // A message without the name is wrong in itself: that is told by whoever reads the message.
  if (said === undefined && typeof name !== 'string' && name.isMissing) return undefined;
  if (typeof name !== 'string') return mismatch('Mcp-Name', name.problem);
  const equal = typeof said === 'number' ? /\d/.test(name) && Number(name) === said : name === said;
  return equal ? undefined : mismatch('Mcp-Name', `is not params.${member} of the message`);
}

/** The `Mcp-Param-*` headers, as they came; or why one of them cannot be read. */
export function paramHeaders(raw: RawHeaders): { readonly headers: Record<string, string> } | HeaderProblem {
  const headers: Record<string, string> = {};
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (!name.toLowerCase().startsWith(PARAM_PREFIX)) continue;
    const value = readHeader(raw, name.toLowerCase());
    if (typeof value !== 'string') return mismatch(name, value.problem);
    headers[name] = raw[at + 1] ?? '';
  }
  return { headers };
}

/** The one value of a header, decoded; or what is wrong with it. */
function readHeader(raw: RawHeaders, name: string): string | { problem: string; isMissing: boolean } {
  const values = valuesOf(raw, name);
  const [value] = values;
  if (value === undefined) return { problem: 'is missing', isMissing: true };
  if (values.length > 1) return { problem: 'is repeated', isMissing: false };
  if (!/^[\x20-\x7e\t]*$/.test(value)) return { problem: 'holds characters that a header may not', isMissing: false };
  const encoded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1];
  if (encoded === undefined) return value;
  const decoded = decodeBase64(encoded);
  return decoded ?? { problem: 'is not valid base64 of UTF-8', isMissing: false };
}

function decodeBase64(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

function mismatch(header: string, problem: string): HeaderProblem {
  return { code: HEADER_MISMATCH, message: `Header mismatch: ${header} ${problem}` };
}
