// Changes members of a JSON text by offsets, so that comments, order, indentation, line endings and every byte that
// is not ours stay. jsonc-parser's own edits move comments and touch the first of duplicate keys.
import { type JsonNode, membersOf, parseJsonTree } from './json-tree.ts';

interface Style {
  readonly eol: string;
  readonly unit: string;
  /** The file has no line breaks: neither get ours. */
  readonly compact: boolean;
}

/** `text` with `root → … → key` set to `value`; missing objects are made, each duplicate of the key is set. */
export function setMember(text: string, root: readonly string[], key: string, value: unknown, newUnit = '  '): string {
  const parsed = parseJsonTree(text);
  if (parsed.kind === 'error') throw new Error('the text does not parse');
  const style = styleOf(text, parsed.tree.root, newUnit);
  if (parsed.tree.root === undefined) return withRoot(text, nest([...root, key], value), style);
  let node = parsed.tree.root;
  for (const [depth, name] of root.entries()) {
    const next = membersOf(node).get(name)?.value;
    if (next?.type !== 'object')
      return insertMember(text, node, name, nest([...root.slice(depth + 1), key], value), style);
    node = next;
  }
  const present = membersOf(node).get(key);
  if (present === undefined) return insertMember(text, node, key, value, style);
  return present.properties.reduceRight((result, property) => replaceValue(result, property, value, style), text);
}

function replaceValue(text: string, property: JsonNode, value: unknown, style: Style): string {
  const node = property.children?.[1];
  if (node === undefined) return text;
  const written = write(
    value,
    indentAt(text, property.offset),
    isOneLine(text, node) && node.type === 'object' ? compact(style) : style,
  );
  return text.slice(0, node.offset) + written + text.slice(node.offset + node.length);
}

function insertMember(text: string, object: JsonNode, key: string, value: unknown, style: Style): string {
  const last = object.children?.at(-1);
  const close = object.offset + object.length - 1;
  if (last === undefined) return insertFirst(text, object, close, key, value, style);
  const end = last.offset + last.length;
  const tail = tokensBetween(text, end, close);
  const comma = tail.comma === undefined ? ',' : '';
  if (isOneLine(text, object)) {
    const at = tail.comma === undefined ? end : tail.comma + 1;
    const space = style.compact ? '' : ' ';
    return `${text.slice(0, at)}${comma}${space}${JSON.stringify(key)}:${space}${write(value, '', compact(style))}${text.slice(at)}`;
  }
  const indent = startsLine(text, last.offset)
    ? indentAt(text, last.offset)
    : indentAt(text, object.offset) + style.unit;
  const member = `${style.eol}${indent}${JSON.stringify(key)}: ${write(value, indent, style)}`;
  // Behind the comments that follow the last member: they belong to it, or stand for a member that was taken out.
  return `${text.slice(0, end)}${comma}${text.slice(end, tail.end)}${member}${text.slice(tail.end)}`;
}

function insertFirst(text: string, object: JsonNode, close: number, key: string, value: unknown, style: Style): string {
  if (style.compact)
    return `${text.slice(0, close)}${JSON.stringify(key)}:${write(value, '', style)}${text.slice(close)}`;
  const outer = indentAt(text, object.offset);
  const indent = outer + style.unit;
  const { end } = tokensBetween(text, object.offset + 1, close);
  const member = `${style.eol}${indent}${JSON.stringify(key)}: ${write(value, indent, style)}${style.eol}${outer}`;
  return text.slice(0, end) + member + text.slice(close);
}

/** A text without any value gets a root object; comments in it stay in front. */
function withRoot(text: string, value: unknown, style: Style): string {
  const kept = text.trim() === '' ? '' : text.replace(/\s*$/, style.eol);
  return `${kept}${write(value, '', style)}${style.eol}`;
}

/** Between two members or braces: where the comma is, and where the last comment ends. */
function tokensBetween(text: string, from: number, to: number): { comma: number | undefined; end: number } {
  let [at, end, comma] = [from, from, undefined as number | undefined];
  while (at < to) {
    if (text.startsWith('//', at)) {
      at += (/^[^\r\n]*/.exec(text.slice(at, to))?.[0] ?? '').length;
      end = at;
    } else if (text.startsWith('/*', at)) {
      at = text.indexOf('*/', at) + 2;
      end = at;
    } else {
      if (text[at] === ',') [comma, end] = [at, at + 1];
      at += 1;
    }
  }
  return { comma, end };
}

function styleOf(text: string, root: JsonNode | undefined, newUnit: string): Style {
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const first = root?.children?.[0];
  const unit = first !== undefined && startsLine(text, first.offset) ? indentAt(text, first.offset) : '';
  const compactFile =
    root !== undefined && (root.children?.length ?? 0) > 0 && isOneLine(text, root) && !text.includes('": ');
  return { eol, unit: unit === '' ? newUnit : unit, compact: compactFile };
}

function compact(style: Style): Style {
  return { ...style, compact: true };
}

function write(value: unknown, indent: string, style: Style): string {
  if (style.compact) return JSON.stringify(value);
  return JSON.stringify(value, null, style.unit).replaceAll('\n', `${style.eol}${indent}`);
}

function nest(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function isOneLine(text: string, node: JsonNode): boolean {
  return !/[\r\n]/.test(text.slice(node.offset, node.offset + node.length));
}

function startsLine(text: string, offset: number): boolean {
  return /(?:^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, offset - 400), offset));
}

/** The white space at the start of the line of `offset`. */
function indentAt(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}
