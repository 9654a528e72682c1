// What people paste, told apart by its look: a link, a command line, a `server.json`, YAML, TOML, or JSON with or without
// its outer braces.
import { parseJsonTree, plainValue } from '../../base/json-tree.ts';
import type { ClientFormat, ParsedFile } from '../client-format.ts';
import { generic, genericDialect } from '../formats/generic.ts';
import { readFile } from '../read-file.ts';
import { commandLineJson } from './command-line.ts';
import { isInstallLink, readInstallLink } from './install-link.ts';
import { isServerJson, mcpRegistry } from './server-json.ts';

export interface PastedSource {
  readonly format: ClientFormat;
  readonly scope: string;
  readonly parsed: ParsedFile;
}

const CONTEXT = { scope: 'clipboard' } as const;

/** Reads a pasted text. `clients` are asked for formats that belong to one of them. Never throws for what is in it. */
export function readPasted(pasted: string, clients: readonly ClientFormat[]): PastedSource {
  if (isInstallLink(pasted)) return { scope: 'link', ...readInstallLink(pasted) };
  const text = withoutFence(pasted);
  const command = commandLineJson(text);
  if (command !== undefined) return read(generic, command);
  if (/^\s*[{["/]/.test(text)) return read(isTemplate(text) ? mcpRegistry : generic, text);
  const owner = clients.find(({ id }) => id === ownerOf(text));
  if (owner !== undefined) return read(owner, text);
  if (!/^[\w"'-]+:(?:\s|$)/m.test(text)) return read(generic, text);
  const bytes = Buffer.from(text);
  return {
    format: generic,
    scope: CONTEXT.scope,
    parsed: readFile(genericDialect('generic'), bytes, { ...CONTEXT, format: 'yaml' }),
  };
}

function read(format: ClientFormat, text: string): PastedSource {
  return { format, scope: CONTEXT.scope, parsed: format.parse(Buffer.from(text), CONTEXT) };
}

/** The client whose form a text plainly has. */
function ownerOf(text: string): string | undefined {
  if (/^\s*\[mcp_servers\./m.test(text)) return 'codex';
  if (/^extensions:\s*(?:#.*)?$/m.test(text)) return 'goose';
  return /^mcpServers:\s*(?:#.*)?\r?\n(?:\s*#.*\r?\n|\s*\r?\n)*\s*- /m.test(text) ? 'continue' : undefined;
}

function isTemplate(text: string): boolean {
  const parsed = parseJsonTree(text);
  return parsed.kind === 'tree' && parsed.tree.root !== undefined && isServerJson(plainValue(parsed.tree.root));
}

/** The inside of a Markdown code block, when that is all there is. */
function withoutFence(text: string): string {
  return /^\s*(`{3,})[^\n`]*\n([\s\S]*?)\n?\1\s*$/.exec(text)?.[2] ?? text;
}
