// What one server's tools say about HTTP headers, learnt from the tool lists that pass: the headers of a call, and the tools that
// no client over HTTP may use. It sends nothing. (MCP 2026-07-28, Streamable HTTP, "Custom Headers from Tool Parameters")
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { arrayItems } from '../base/json-scan.ts';
import { memberSource, setMember } from '../base/json-splice.ts';
import { type Frame, parseFrame } from './frame.ts';
import { type HeaderParam, headerParamsOf } from './header-params.ts';
import { encodeHeaderValue } from './header-value.ts';

/** Tools with mirrored arguments that are remembered, and tools whose exclusion is told: the oldest go first. */
const MAX_TOOLS = 10_000;
const SHOWN_NAME = 128;

/** One object serves all connections of a server: what one session has seen helps the others. */
export class ToolHeaders {
  readonly #params = new Map<string, readonly HeaderParam[]>();
  readonly #told = new Set<string>();

  /**
   * Takes in an answer to tools/list and gives it without the tools whose `x-mcp-header` is invalid; each is told once by `log`.
   * An answer without such tools is the same frame; in the others every byte outside these tools stays.
   */
  learn(answer: Frame, log: (text: string) => void): Frame {
    const result = objectOf(answer.message['result']);
    const tools: unknown = result?.['tools'];
    if (!Array.isArray(tools)) return answer;
    const refused = new Set<unknown>();
    for (const tool of tools) {
      const judged = headerParamsOf(objectOf(tool)?.['inputSchema']);
      const name = textOf(objectOf(tool)?.['name']);
      if (judged.kind === 'invalid') {
        refused.add(tool);
        this.#tell(name, judged.reason, log);
      }
      if (name === undefined) continue;
      this.#params.delete(name);
      if (judged.kind === 'valid' && judged.params.length > 0) keep(this.#params, name, judged.params);
    }
    return refused.size === 0 ? answer : without(answer, tools, refused);
  }

  /** The `mcp-param-…` headers of a call; none for a tool that is not known. Absent, null and structured arguments have none. */
  headersOf(tool: string, args: unknown): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const { header, path } of this.#params.get(tool) ?? []) {
      const text = headerText(valueAt(args, path));
      if (text !== undefined) headers[`mcp-param-${header.toLowerCase()}`] = encodeHeaderValue(text);
    }
    return headers;
  }

  #tell(name: string | undefined, reason: string, log: (text: string) => void): void {
    const text = `The tool ${JSON.stringify((name ?? '').slice(0, SHOWN_NAME))} is left out: ${reason}.`;
    if (this.#told.has(text)) return;
    if (this.#told.size >= MAX_TOOLS) this.#told.clear();
    this.#told.add(text);
    log(text);
  }
}

function keep<T>(map: Map<string, T>, name: string, value: T): void {
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > MAX_TOOLS && oldest !== undefined) map.delete(oldest);
}

function without(answer: Frame, tools: readonly unknown[], refused: ReadonlySet<unknown>): Frame {
  const path = ['result', 'tools'];
  const items = arrayItems(memberSource(answer.bytes, path) ?? Buffer.alloc(0), Number.POSITIVE_INFINITY);
  const kept = items.filter((_item, index) => !refused.has(tools[index]));
  const spliced = parseFrame(setMember(answer.bytes, path, `[${kept.join(',')}]`), 'server');
  const left = tools.filter((tool) => !refused.has(tool));
  // A text with repeated keys reads otherwise than it was taken apart: it is written anew.
  if (items.length === tools.length && namesOf(spliced) === JSON.stringify(left.map(nameOf))) return spliced;
  const result: JsonObject = { ...objectOf(answer.message['result']), tools: left };
  return parseFrame(setMember(answer.bytes, ['result'], JSON.stringify(result)), 'server');
}

function namesOf(answer: Frame): string {
  const tools: unknown = objectOf(answer.message['result'])?.['tools'];
  return JSON.stringify(Array.isArray(tools) ? tools.map(nameOf) : undefined);
}

function nameOf(tool: unknown): unknown {
  return objectOf(tool)?.['name'];
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const key of path) {
    const object = objectOf(value);
    value = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  }
  return value;
}

function headerText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
}
