// A configuration text for showing: secrets become ten dots, lines stay lines.
import type { JsonNode } from '../base/json-tree.ts';
import { headerName, looksSecret, secretsInArgs, secretsInUrl } from '../base/secret-shape.ts';
import { REDACTED, Redactor } from '../base/redact.ts';
import { MASK } from './seal-server.ts';
import type { TextCodec } from './text/text-codec.ts';

interface Range {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `text`, which must parse, with every secret in its strings and comments masked. */
export function maskText(text: string, codec: TextCodec): string {
  const parsed = codec.parse(text);
  const ranges: Range[] = commentRanges(text, codec);
  if (parsed.kind === 'tree' && parsed.tree.root !== undefined) collect(parsed.tree.root, '', text, ranges);
  let [result, from] = ['', 0];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    // A value that several aliases stand for is found several times.
    if (range.start < from) continue;
    result += text.slice(from, range.start) + range.text;
    from = range.end;
  }
  return result + text.slice(from);
}

function collect(node: JsonNode, key: string, text: string, ranges: Range[]): void {
  if (node.type === 'string') maskString(node, secretTexts(key, String(node.value)), text, ranges);
  else if (node.type === 'array') collectList(node, key, text, ranges);
  // Every occurrence of a duplicate key is a line of the file, so the properties are walked, not the members.
  for (const property of node.type === 'object' ? (node.children ?? []) : []) {
    const [name, value] = property.children ?? [];
    if (name === undefined || value === undefined) continue;
    collect(value, /headers$/i.test(key) ? headerName(String(name.value)) : String(name.value), text, ranges);
  }
}

function collectList(node: JsonNode, key: string, text: string, ranges: Range[]): void {
  const items = node.children ?? [];
  const inArgs = secretsInArgs(items.map((item) => (item.type === 'string' ? String(item.value) : '')));
  for (const [index, item] of items.entries()) {
    const found = inArgs.filter((secret) => secret.index === index).map((secret) => secret.value);
    if (item.type !== 'string') collect(item, key, text, ranges);
    else maskString(item, found.length > 0 ? found : secretTexts(key, String(item.value)), text, ranges);
  }
}

function secretTexts(key: string, value: string): string[] {
  const inUrl = secretsInUrl(value).map((secret) => secret.value);
  if (inUrl.length > 0) return inUrl;
  return looksSecret(key, value) ? [value] : [];
}

function maskString(node: JsonNode, secrets: readonly string[], text: string, ranges: Range[]): void {
  if (secrets.length === 0) return;
  // Only what stands in quotes is surely quoted: YAML has plain texts and blocks too.
  const quotes = /^["']/.test(text[node.offset] ?? '') ? 1 : 0;
  const [start, end] = [node.offset + quotes, node.offset + node.length - quotes];
  const raw = text.slice(start, end);
  // An escaped secret is not found in the raw text: then the whole string is hidden.
  const found = secrets.every((secret) => raw.includes(secret));
  ranges.push({
    start,
    end,
    text: found ? secrets.reduce((shown, secret) => shown.replaceAll(secret, linesMasked), raw) : linesMasked(raw),
  });
}

/** Dots for each line of `text`, so that lines stay lines. */
function linesMasked(text: string): string {
  return text.replace(/[^\r\n]+/g, MASK);
}

/** Comments often hold a server that was taken out, secrets and all. */
function commentRanges(text: string, codec: TextCodec): Range[] {
  const redactor = new Redactor();
  return codec.comments(text).map(({ offset, length }) => ({
    start: offset,
    end: offset + length,
    text: text
      .slice(offset, offset + length)
      .split(/(\r\n|\r|\n)/)
      .map((line) => redactor.redact(maskPairs(line)).replaceAll(REDACTED, MASK))
      .join(''),
  }));
}

/** `"key": "value"` of JSON and `key = "value"` of TOML. */
const PAIRS = [/("([^"\\]{1,200})"\s*:\s*)(")([^"]*)"/g, /(([\w.-]{1,200})"?\s*=\s*)(["'])([^"']*)\3/g];

function maskPairs(line: string): string {
  const yaml = /^(#[\s#-]*([\w.-]{1,200}):\s+)(\S.*)$/.exec(line);
  if (yaml !== null && secretTexts(yaml[2] ?? '', yaml[3] ?? '').length > 0) return `${yaml[1] ?? ''}${MASK}`;
  return PAIRS.reduce(
    (text, pair) =>
      text.replace(pair, (all, head: string, key: string, quote: string, value: string) =>
        secretTexts(key, value).length > 0 ? `${head}${quote}${MASK}${quote}` : all,
      ),
    line,
  );
}
