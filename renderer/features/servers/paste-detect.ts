// Recognises what was pasted: an address, a command line, or a JSON snippet of any client. Nothing is run or fetched.
import type { Endpoint } from '../../../shared/model/server-entry.ts';
import { type Draft, draftOf } from './draft.ts';

export type Detected =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'url' | 'command' | 'json'; readonly words: string; readonly draft: Draft }
  | { readonly kind: 'many'; readonly words: string; readonly names: readonly string[] }
  | { readonly kind: 'unclear'; readonly words: string };

/** What `text` is, in words a person can check before anything is saved. */
export function detectPaste(text: string): Detected {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'nothing' };
  if (/^https?:\/\/\S+$/i.test(trimmed)) return detectUrl(trimmed);
  if (/^[{["]/.test(trimmed) && /[:{]/.test(trimmed)) return detectJson(trimmed);
  return detectCommand(trimmed);
}

function detectUrl(text: string): Detected {
  if (!URL.canParse(text)) return { kind: 'unclear', words: 'This address cannot be read.' };
  const url = new URL(text);
  const sse = /\/sse\/?$/.test(url.pathname);
  const endpoint: Endpoint = { type: sse ? 'sse' : 'http-auto', url: text, headers: {} };
  const words = sse ? 'A URL with the older SSE transport' : 'A URL: HTTP, with SSE if the server is older';
  return { kind: 'url', words, draft: draftOf(nameFromHost(url), endpoint) };
}

function nameFromHost(url: URL): string {
  const path = url.pathname.split('/').filter((part) => part !== '' && !/^(mcp|sse|v\d+|api)$/i.test(part));
  const labels = url.hostname.split('.').filter((label) => !/^(www|mcp|api)$/i.test(label));
  return cleanName(path.at(-1) ?? (labels.length > 1 ? labels.at(-2) : labels[0]) ?? '');
}

function cleanName(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 64);
}

function detectCommand(text: string): Detected {
  const words = splitCommand(text.replace(/^\$\s+/, ''));
  if (words === undefined) return { kind: 'unclear', words: 'A quote is not closed.' };
  const env: Record<string, string> = {};
  let at = 0;
  for (
    let pair = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[at] ?? '');
    pair;
    pair = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[at] ?? '')
  ) {
    env[pair[1] ?? ''] = pair[2] ?? '';
    at += 1;
  }
  const [command, ...args] = words.slice(at);
  if (command === undefined) return { kind: 'unclear', words: 'These are only environment values. Add the command.' };
  const draft = draftOf(nameFromCommand(command, args), { type: 'stdio', command, args, env });
  return { kind: 'command', words: `A command: runs ${command} on this computer`, draft };
}

function nameFromCommand(command: string, args: readonly string[]): string {
  const base =
    command
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.(exe|cmd|js|mjs|py)$/i, '') ?? '';
  const runner = /^(npx|bunx|pnpx|uvx|pipx|node|python3?|deno|bun|docker)$/i.test(base);
  const subject = runner ? args.find((arg) => !arg.startsWith('-') && !/^(run|exec|dlx|tool)$/.test(arg)) : base;
  const tail =
    (subject ?? base)
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/(.)@.*$/, '$1') ?? '';
  return cleanName(tail.replace(/^(mcp-server|server|mcp)-/, '').replace(/-(mcp-server|mcp|server)$/, ''));
}

/** Splits a command line as a POSIX shell would, without expanding anything. Undefined when a quote stays open. */
export function splitCommand(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && /["\\$`]/.test(text.charAt(at + 1)))
        word += text.charAt((at += 1));
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && at + 1 < text.length) {
      const next = text.charAt((at += 1));
      if (next !== '\n') word = (word ?? '') + next;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

function detectJson(text: string): Detected {
  const value = parseLoose(text);
  if (value === undefined) return { kind: 'unclear', words: 'This looks like JSON but is not valid.' };
  const found = serversIn(value);
  const [first] = found;
  if (first === undefined) return { kind: 'unclear', words: 'This JSON names no server: neither a command nor a URL.' };
  if (found.length > 1) {
    return { kind: 'many', words: `A JSON snippet with ${found.length} servers`, names: found.map(([name]) => name) };
  }
  const [name, endpoint] = first;
  const what = endpoint.type === 'stdio' ? `runs ${endpoint.command} on this computer` : 'a URL';
  return { kind: 'json', words: `A JSON snippet: ${what}`, draft: draftOf(cleanName(name), endpoint) };
}

function parseLoose(text: string): unknown {
  for (const candidate of [text, `{${text.replace(/,\s*$/, '')}}`]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      continue;
    }
  }
  return undefined;
}

function serversIn(value: unknown): [string, Endpoint][] {
  const single = endpointIn(value);
  if (single) return [[nameIn(value) ?? suggestedName(single), single]];
  const outer = record(value);
  const inner = ['mcpServers', 'servers', 'mcp_servers', 'context_servers']
    .map((key) => outer[key])
    .find((held) => held !== undefined);
  return Object.entries(record(inner ?? outer)).flatMap(([name, held]) => {
    const endpoint = endpointIn(held);
    return endpoint ? [[name, endpoint] as [string, Endpoint]] : [];
  });
}

function suggestedName(endpoint: Endpoint): string {
  if (endpoint.type === 'stdio') return nameFromCommand(endpoint.command, endpoint.args);
  return URL.canParse(endpoint.url) ? nameFromHost(new URL(endpoint.url)) : '';
}

function nameIn(value: unknown): string | undefined {
  const name = record(value)['name'];
  return typeof name === 'string' ? name : undefined;
}

function endpointIn(value: unknown): Endpoint | undefined {
  const held = record(value);
  const url = held['url'] ?? held['serverUrl'] ?? held['httpUrl'];
  if (typeof url === 'string') {
    const type = held['type'] === 'sse' || held['transport'] === 'sse' || /\/sse\/?$/.test(url) ? 'sse' : 'http-auto';
    return { type, url, headers: strings(held['headers']) };
  }
  if (typeof held['command'] !== 'string') return undefined;
  const args = Array.isArray(held['args']) ? held['args'].map(String) : [];
  const cwd = typeof held['cwd'] === 'string' ? { cwd: held['cwd'] } : {};
  return { type: 'stdio', command: held['command'], args, env: strings(held['env']), ...cwd };
}

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).map(([name, held]) => [name, String(held)]));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
