// Links by which other clients take a server, given as text: parsed within bounds to what their owner would read. A link is
// never opened, and nothing that it names is started.
import type { ImportWarning } from '../../../shared/model/import-result.ts';
import { parseJsonTree, type JsonNode } from '../../base/json-tree.ts';
import type { ClientFormat, ParsedFile } from '../client-format.ts';
import { genericDialect } from '../formats/generic.ts';
import { readFile } from '../read-file.ts';
import type { VariableSyntax } from '../variables.ts';
import { sourceError, sourceFormat } from './source-format.ts';

/** Longer links are cut by systems and browsers; this is far more than any client makes. */
export const MAX_LINK_CHARS = 65_536;

interface LinkForm {
  /** Client id of the owner. */
  readonly client: string;
  readonly displayName: string;
  readonly variables: VariableSyntax;
  /** Scheme, host and path. */
  readonly pattern: RegExp;
  /** Where the configuration stands. */
  readonly payload: 'config' | 'servers' | 'whole-query' | 'goose' | 'connector';
}

const FORMS: readonly LinkForm[] = [
  form('cursor', 'Cursor', 'cursor', /^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\/?\?/i, 'config'),
  form(
    'cursor',
    'Cursor',
    'cursor',
    /^https:\/\/(?:www\.)?cursor\.com\/(?:[a-z-]{2,5}\/)?(?:install-mcp|link\/mcp%2Finstall|link\/mcp\/install)\/?\?/i,
    'config',
  ),
  form('vscode-insiders', 'VS Code Insiders', 'vscode', /^vscode-insiders:(?:\/\/)?mcp\/install\?/i, 'whole-query'),
  form('vscode', 'VS Code', 'vscode', /^vscode:(?:\/\/)?mcp\/install\?/i, 'whole-query'),
  form(
    'vscode-insiders',
    'VS Code Insiders',
    'vscode',
    /^https:\/\/insiders\.vscode\.dev\/redirect\/mcp\/install\?/i,
    'config',
  ),
  form('vscode', 'VS Code', 'vscode', /^https:\/\/vscode\.dev\/redirect\/mcp\/install\?/i, 'config'),
  form('visual-studio', 'Visual Studio', 'vscode', /^vsweb\+mcp:(?:\/\/)?\/?install\?/i, 'whole-query'),
  form('lm-studio', 'LM Studio', 'none', /^lmstudio:\/\/add_mcp\/?\?/i, 'config'),
  form('lm-studio', 'LM Studio', 'none', /^https:\/\/lmstudio\.ai\/install-mcp\/?\?/i, 'config'),
  form('goose', 'Goose', 'none', /^goose:\/\/extension\/?\?/i, 'goose'),
  form('kiro', 'Kiro', 'claude-code', /^https:\/\/kiro\.dev\/launch\/mcp\/add\/?\?/i, 'config'),
  form('trae', 'Trae', 'none', /^trae(?:-cn)?:\/\/trae\.ai-ide\/mcp-import\/?\?/i, 'config'),
  form('cherry-studio', 'Cherry Studio', 'none', /^cherrystudio:\/\/mcp\/install\/?\?/i, 'servers'),
  form(
    'claude-desktop',
    'Claude',
    'none',
    /^https:\/\/claude\.ai\/(?:customize|settings)\/connectors\/?\?/i,
    'connector',
  ),
];

export interface ReadLink {
  readonly format: ClientFormat;
  readonly parsed: ParsedFile;
}

/** True for a text that begins like an install link of a known client. */
export function isInstallLink(text: string): boolean {
  const link = text.trim();
  return !/\s/.test(link.slice(0, 60)) && FORMS.some(({ pattern }) => pattern.test(link.slice(0, 200)));
}

/**
 * What the link at `text` installs, as its owner reads it. A link that cannot be read has the error LINK_REFUSED in its
 * result, which quotes nothing of it. Never throws.
 */
export function readInstallLink(text: string): ReadLink {
  const link = text.trim();
  const found = link.length > MAX_LINK_CHARS ? undefined : FORMS.find(({ pattern }) => pattern.test(link));
  const [client, displayName] = [found?.client ?? 'generic', found?.displayName ?? 'Link'];
  const dialect = { ...genericDialect(client), variables: found?.variables ?? ('none' as const) };
  const parse: ClientFormat['parse'] = (bytes, context) => readFile(dialect, bytes, context);
  const format = sourceFormat(client, displayName, parse, dialect.variables);
  const refuse = (message: string): ReadLink => ({
    format,
    parsed: sourceError(client, { scope: 'link' }, { code: 'LINK_REFUSED', message }),
  });
  if (link.length > MAX_LINK_CHARS) return refuse('it is longer than 64 KiB');
  if (found === undefined) return refuse('no client that is known here has such links');
  const query = link.slice(link.indexOf('?') + 1).replace(/#.*$/s, '');
  const content = contentOf(found, query);
  if ('problem' in content) return refuse(content.problem);
  const parsed = parse(Buffer.from(content.json), { scope: 'link' });
  const warnings: ImportWarning[] = parsed.result.warnings.filter((warning) => !LAYOUT.has(warning.code));
  const outcome = parsed.result.error !== null ? 'error' : warnings.length === 0 ? 'ok' : 'ok-with-warnings';
  return { format, parsed: { ...parsed, result: { ...parsed.result, warnings, outcome } } };
}

/** Warnings about the text that is made here, not about what the link says. */
const LAYOUT = new Set(['BARE_SERVER_MAP', 'NO_SERVERS_KEY']);

type Content = { readonly json: string } | { readonly problem: string };

const NOT_JSON: Content = { problem: 'what it installs cannot be read' };

function contentOf({ payload }: LinkForm, query: string): Content {
  if (payload === 'whole-query') {
    const text = percentDecoded(query);
    return text === undefined ? NOT_JSON : namedEntry(text, undefined);
  }
  const fields = fieldsOf(query);
  if (fields === undefined) return { problem: 'its text is not encoded as a link must be' };
  const first = (name: string) => fields.find(([key]) => key === name)?.[1];
  if (payload === 'goose') return gooseEntry(fields);
  if (payload === 'connector') {
    const [name, url] = [first('connectorName') ?? 'connector', first('connectorUrl')];
    return url === undefined ? { problem: 'it names no address' } : { json: mapOf(name, JSON.stringify({ url })) };
  }
  const text = jsonText(first(payload) ?? '');
  if (text === undefined) return NOT_JSON;
  return payload === 'servers' ? serverMap(text) : namedEntry(text, first('name'));
}

/** The fields of a query; a `+` stays one, since base64 has it. Undefined when a percent sign is no escape. */
function fieldsOf(query: string): [name: string, value: string][] | undefined {
  const fields = query.split('&', 1000).map((pair) => {
    const mark = pair.indexOf('=');
    return [mark < 0 ? pair : pair.slice(0, mark), mark < 0 ? '' : percentDecoded(pair.slice(mark + 1))] as const;
  });
  if (fields.some(([, value]) => value === undefined)) return undefined;
  return fields.map(([name, value]) => [name, value ?? '']);
}

/** JSON as it is, percent-encoded once more, or as base64 in either alphabet, spaces that were plus signs repaired. */
function jsonText(value: string): string | undefined {
  const plain = value.trim();
  if (plain.startsWith('{')) return plain.includes('"') ? plain : percentDecoded(plain);
  if (/^%7B/i.test(plain)) return percentDecoded(plain);
  const base64 = plain.replaceAll(' ', '+').replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (base64 === '' || !/^[A-Za-z0-9+/]+$/.test(base64) || base64.length % 4 === 1) return undefined;
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
    return /^%7B/i.test(decoded) ? percentDecoded(decoded) : decoded;
  } catch {
    return undefined;
  }
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** One entry under its name, which the link gives or the entry itself; without one the reader finds it. */
function namedEntry(text: string, given: string | undefined): Content {
  const root = objectOf(text);
  if (root === undefined) return NOT_JSON;
  const own = (root.children ?? []).find((property) => property.children?.[0]?.value === 'name')?.children?.[1]?.value;
  const name = given ?? (typeof own === 'string' ? own : undefined);
  if (
    ['mcpServers', 'servers'].some((key) => (root.children ?? []).some((child) => child.children?.[0]?.value === key))
  ) {
    return { json: text };
  }
  if (name === undefined || name === '') return { json: text };
  return { json: mapOf(name, text) };
}

function serverMap(text: string): Content {
  return objectOf(text) === undefined ? NOT_JSON : { json: text };
}

function mapOf(name: string, entry: string): string {
  return `{"mcpServers":{${JSON.stringify(name)}:${entry}}}`;
}

function objectOf(text: string): JsonNode | undefined {
  const parsed = parseJsonTree(text);
  const root = parsed.kind === 'tree' ? parsed.tree.root : undefined;
  return root?.type === 'object' ? root : undefined;
}

/** `env=NAME=description` asks for a value, which becomes a reference to be filled in. */
function gooseEntry(fields: readonly (readonly [string, string])[]): Content {
  const all = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value.replaceAll('+', ' '));
  const [command, url] = [all('cmd')[0], all('url')[0]];
  const name = all('name')[0] ?? all('id')[0] ?? 'extension';
  if ((command === undefined) === (url === undefined))
    return { problem: 'it names no command and no address, or both' };
  const pairs = (texts: readonly string[]) =>
    Object.fromEntries(texts.map((text) => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)]));
  const asked = Object.fromEntries(Object.keys(pairs(all('env'))).map((key) => [key, `\${input:${key}}`]));
  const seconds = Number(all('timeout')[0]);
  const entry =
    url === undefined
      ? { command, args: all('arg'), env: asked, ...(seconds > 0 ? { timeout: seconds } : {}) }
      : { type: all('type')[0] === 'sse' ? 'sse' : 'http', url, headers: pairs(all('header')) };
  return { json: mapOf(name, JSON.stringify(entry)) };
}

function form(
  client: string,
  displayName: string,
  variables: VariableSyntax,
  pattern: RegExp,
  payload: LinkForm['payload'],
): LinkForm {
  return { client, displayName, variables, pattern, payload };
}
