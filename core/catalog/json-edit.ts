// Changes single members of a JSON text and leaves every other byte: comments, order, indentation, line endings.
// Own offset edits, because jsonc-parser's `modify` takes the first of duplicates and moves comments of neighbours.
import { isDeepStrictEqual } from 'node:util';
import { createScanner } from 'jsonc-parser';
import { type JsonNode, memberOf, membersOf, nodeAt, parseDocument, valueOf } from './json-document.ts';

interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

interface Style {
  readonly eol: string;
  readonly unit: string;
}

const COMMA = 5;
const END_OF_FILE = 17;

/** Sets the member at `path` to `value`, creating the objects on the way; an equal value changes nothing. */
export function setIn(text: string, path: readonly string[], value: unknown): string {
  const root = rootOf(text);
  const at = nodeAt(root, path);
  if (at !== undefined) {
    return isDeepStrictEqual(valueOf(at), value) ? text : applyEdits(text, [replacement(text, root, at, value)]);
  }
  // Below the deepest object that is there, the rest is inserted in one piece.
  let depth = path.length - 1;
  while (nodeAt(root, path.slice(0, depth))?.type !== 'object') depth -= 1;
  const inner = path.slice(depth + 1).reduceRight<unknown>((below, name) => ownObject(name, below), value);
  const missing = path[depth];
  return missing === undefined ? text : insertIn(text, path.slice(0, depth), [[missing, inner]]);
}

/** `text` with an object at `path`, an empty one when nothing was there. */
export function withObject(text: string, path: readonly string[]): string {
  return nodeAt(rootOf(text), path) === undefined ? setIn(text, path, {}) : text;
}

/** Appends members to the object at `path`, which must be there. */
export function insertIn(
  text: string,
  path: readonly string[],
  members: readonly (readonly [name: string, value: unknown])[],
): string {
  const root = rootOf(text);
  const object = nodeAt(root, path);
  if (object?.type !== 'object') throw new Error(`there is no object at ${path.join('.')}`);
  return members.length === 0 ? text : applyEdits(text, insertion(text, root, object, members));
}

/** Removes the member at `path` with all its duplicates; comments around it stay. */
export function removeIn(text: string, path: readonly string[]): string {
  let result = text;
  for (;;) {
    const object = nodeAt(rootOf(result), path.slice(0, -1));
    const name = path.at(-1);
    if (object?.type !== 'object' || name === undefined || memberOf(object, name) === undefined) return result;
    result = applyEdits(result, removal(result, object, name));
  }
}

/** Gives the member at `path` (and its duplicates) another name, in its place. */
export function renameIn(text: string, path: readonly string[], to: string): string {
  const object = nodeAt(rootOf(text), path.slice(0, -1));
  const edits = (object === undefined ? [] : membersOf(object))
    .filter((member) => member.name === path.at(-1))
    .flatMap(({ property }) => property.children?.slice(0, 1) ?? [])
    .map((key) => ({ offset: key.offset, length: key.length, text: JSON.stringify(to) }));
  return applyEdits(text, edits);
}

function rootOf(text: string): JsonNode {
  const parsed = parseDocument(text);
  if ('problem' in parsed || parsed.root.type !== 'object') throw new Error('only a valid object can be edited');
  return parsed.root;
}

function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.offset - a.offset)
    .reduce((result, edit) => result.slice(0, edit.offset) + edit.text + result.slice(edit.offset + edit.length), text);
}

function replacement(text: string, root: JsonNode, node: JsonNode, value: unknown): TextEdit {
  const inline = isOneLine(text, root);
  const newText = serialize(value, styleOf(text, root), lineIndent(text, node.offset), inline);
  return { offset: node.offset, length: node.length, text: newText };
}

function insertion(
  text: string,
  root: JsonNode,
  object: JsonNode,
  members: readonly (readonly [string, unknown])[],
): TextEdit[] {
  const style = styleOf(text, root);
  const close = object.offset + object.length - 1;
  const last = membersOf(object).at(-1)?.property;
  const lastEnd = last === undefined ? object.offset + 1 : last.offset + last.length;
  const contentEnd = object.offset + text.slice(object.offset, close).trimEnd().length;
  const comma = last === undefined || commaAfter(text, lastEnd, close) !== undefined ? '' : ',';

  if (isOneLine(text, object) && (last !== undefined || isOneLineWithContent(text, root))) {
    const added = members.map(([name, value]) => member(name, value, style, '', true)).join(', ');
    const space = last === undefined ? '' : ' ';
    return [{ offset: contentEnd, length: 0, text: `${comma}${space}${added}` }];
  }
  const closeIndent = lineIndent(text, object.offset);
  const indent = firstMemberIndent(text, object) ?? closeIndent + style.unit;
  const added = members
    .map(([name, value]) => style.eol + indent + member(name, value, style, indent, false))
    .join(',');
  const bracesLine = /[\r\n]/.test(text.slice(contentEnd, close));
  const tail: TextEdit = bracesLine
    ? { offset: contentEnd, length: 0, text: added }
    : { offset: contentEnd, length: close - contentEnd, text: added + style.eol + closeIndent };
  // Two edits at one offset could swap: then the comma goes into the same text.
  if (lastEnd === contentEnd) return [{ ...tail, text: comma + tail.text }];
  return [{ offset: lastEnd, length: 0, text: comma }, tail];
}

function removal(text: string, object: JsonNode, name: string): TextEdit[] {
  const properties = object.children ?? [];
  const index = membersOf(object).findIndex((member) => member.name === name);
  const property = properties[index];
  if (property === undefined) return [];
  const end = property.offset + property.length;
  const close = object.offset + object.length - 1;
  const next = properties[index + 1];
  const previous = properties[index - 1];
  const following = commaAfter(text, end, next?.offset ?? close);
  const preceding =
    following === undefined && previous !== undefined
      ? commaAfter(text, previous.offset + previous.length, property.offset)
      : undefined;

  const edits: TextEdit[] = [];
  let stop = end;
  if (following !== undefined) {
    if (text.slice(end, following).trim() === '') stop = following + 1;
    else edits.push({ offset: following, length: 1, text: '' });
  }
  let start = property.offset;
  if (preceding !== undefined) edits.push({ offset: preceding, length: 1, text: '' });
  // A member that has its lines to itself takes them along.
  const lead = /[ \t]*$/.exec(text.slice(lineStart(text, start), start))?.[0] ?? '';
  const beginsLine = lineStart(text, start) === start - lead.length && start > lead.length;
  const restOfLine = /^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(stop, close))?.[0];
  if (beginsLine && restOfLine !== undefined) {
    start -= lead.length;
    stop += restOfLine.length;
  } else if (!beginsLine) {
    if (following !== undefined) stop += /^[ \t]*/.exec(text.slice(stop, close))?.[0].length ?? 0;
    else start -= lead.length;
  }
  edits.push({ offset: start, length: stop - start, text: '' });
  return edits;
}

/** Offset of the comma between `from` and `to`, comments skipped. */
function commaAfter(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text.slice(from, to), true);
  for (let token = scanner.scan() as number; token !== END_OF_FILE; token = scanner.scan()) {
    if (token === COMMA) return from + scanner.getTokenOffset();
  }
  return undefined;
}

function styleOf(text: string, root: JsonNode): Style {
  const indent = firstMemberIndent(text, root);
  const base = lineIndent(text, root.offset);
  const unit = indent?.startsWith(base) === true ? indent.slice(base.length) : undefined;
  return { eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n', unit: unit || '  ' };
}

/** Indentation of the first member that begins its line. */
function firstMemberIndent(text: string, object: JsonNode): string | undefined {
  for (const { offset } of object.children ?? []) {
    const lead = text.slice(lineStart(text, offset), offset);
    if (/^[ \t]*$/.test(lead)) return lead;
  }
  return undefined;
}

/** The white space at the start of the line that holds `offset`. */
function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}

function lineStart(text: string, offset: number): number {
  if (offset === 0) return 0;
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

function isOneLine(text: string, node: JsonNode): boolean {
  return !/[\r\n]/.test(text.slice(node.offset, node.offset + node.length));
}

function isOneLineWithContent(text: string, root: JsonNode): boolean {
  return isOneLine(text, root) && (root.children ?? []).length > 0;
}

function member(name: string, value: unknown, style: Style, indent: string, inline: boolean): string {
  return `${JSON.stringify(name)}: ${serialize(value, style, indent, inline)}`;
}

function serialize(value: unknown, style: Style, indent: string, inline: boolean): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = indent + style.unit;
  if (Array.isArray(value)) {
    const items = value.map((item) => serialize(item, style, inner, inline));
    const line = `[${items.join(', ')}]`;
    if (inline || line.length <= 100) return line;
    return `[${style.eol}${items.map((item) => inner + item).join(`,${style.eol}`)}${style.eol}${indent}]`;
  }
  const members = Object.entries(value).map(([name, item]) => member(name, item, style, inner, inline));
  if (members.length === 0) return '{}';
  if (inline) return `{ ${members.join(', ')} }`;
  return `{${style.eol}${members.map((text) => inner + text).join(`,${style.eol}`)}${style.eol}${indent}}`;
}

function ownObject(name: string, value: unknown): object {
  return Object.defineProperty({}, name, { value, enumerable: true, configurable: true, writable: true });
}
