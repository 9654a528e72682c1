// Reads a whole `tools/list`, page after page, within limits. A malformed tool is told as a problem and hides no other.
import { PortolanError } from '../../shared/errors.ts';
import type { Tool, ToolList } from '../../shared/model/tool.ts';
import { objectOf, textOf } from '../base/json-object.ts';

export const MAX_PAGES = 1000;
export const MAX_TOOLS = 50_000;

type Problem = ToolList['problems'][number];

/**
 * `page` asks for one page: the result of `tools/list` with this cursor (absent for the first). Stops at the last page, at a
 * cursor that was seen before, and at the limits; what was read until then is given, and the stop is told as a problem.
 * @throws PortolanError PROTOCOL_ERROR when a page holds no list of tools, and whatever `page` throws.
 */
export async function readToolList(
  page: (cursor: string | undefined) => Promise<unknown>,
): Promise<{ tools: Tool[]; problems: Problem[] }> {
  const tools: Tool[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  let index = 0;
  let cursor: string | undefined;
  for (let pages = 1; ; pages++) {
    const result = objectOf(await page(cursor));
    const items = result?.['tools'];
    if (!Array.isArray(items)) throw new PortolanError('PROTOCOL_ERROR', 'The server gave no list of tools.');
    for (const item of items) {
      if (index >= MAX_TOOLS) return stopped(`The list is cut at ${MAX_TOOLS} tools.`);
      const problem = problemOf(item);
      if (problem === undefined) tools.push(item as Tool);
      else problems.push({ index, message: problem });
      index++;
    }
    cursor = textOf(result?.['nextCursor']);
    if (cursor === undefined) return { tools, problems };
    if (seen.has(cursor)) return stopped('The list does not end: the server repeats a cursor.');
    if (pages >= MAX_PAGES) return stopped(`The list is cut at ${MAX_PAGES} pages.`);
    seen.add(cursor);
  }

  function stopped(message: string) {
    problems.push({ index, message });
    return { tools, problems };
  }
}

/** What is wrong with a tool's description; undefined when it can be shown and called. (MCP 2025-11-25, Tools, Tool) */
function problemOf(item: unknown): string | undefined {
  const tool = objectOf(item);
  if (tool === undefined) return 'The tool is not an object.';
  const name = tool['name'];
  if (typeof name !== 'string' || name === '') return 'The tool has no name.';
  if (tool['inputSchema'] === undefined) return 'The tool has no inputSchema.';
  for (const key of ['title', 'description']) {
    if (tool[key] !== undefined && typeof tool[key] !== 'string') return `The tool's ${key} is not a string.`;
  }
  for (const key of ['inputSchema', 'outputSchema', 'annotations']) {
    if (tool[key] !== undefined && objectOf(tool[key]) === undefined) return `The tool's ${key} is not an object.`;
  }
  return undefined;
}
