// Changes single members of a JSON text and leaves every other byte: comments, order, indentation, line endings.
// Own offset edits, because jsonc-parser's `modify` takes the first of duplicates and moves comments of neighbours.
import { isDeepStrictEqual } from 'node:util';
import { createScanner } from 'jsonc-parser';
import { type JsonNode, membersOf, nodeAt, parseJsonTree, plainValue, TOKEN } from './json-tree.ts';
import { member, separator, serialize, type Style } from './json-write.ts';

/** How a value is written where the text itself does not decide it. */
export interface EditRules {
  /** Indentation in a text that shows none; two spaces by default. */
  readonly unit?: string;
  /** `short` (by default): a list that fits stays on its line. `plain`: as `JSON.stringify` writes it. */
  readonly layout?: 'short' | 'plain';
  /** Which of several members of that name are set; the last by default, which is the one that counts. */
  readonly duplicates?: 'last' | 'all';
}

interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/**
 * Sets the member at `path` to `value`, creating the objects on the way; an equal value changes nothing. A text without
 * any value gets a root, behind its comments.
 */
export function setIn(text: string, path: readonly string[], value: unknown, rules: EditRules = {}): string {
  const root = parsed(text);
  if (root === undefined) return withRoot(text, nest(path, value), rules);
  const parent = nodeAt(root, path.slice(0, -1));
  const properties = membersOf(parent).get(path.at(-1) ?? '')?.properties ?? [];
  if (properties.length > 0) {
    const chosen = rules.duplicates === 'all' ? properties : properties.slice(-1);
    return applyEdits(
      text,
      chosen.flatMap((property) => replacement(text, root, property, value, rules)),
    );
  }
  // Below the deepest object that is there, the rest is inserted in one piece.
  let depth = path.length - 1;
  while (depth > 0 && nodeAt(root, path.slice(0, depth))?.type !== 'object') depth -= 1;
  const missing = path[depth];
  if (missing === undefined) return text;
  return insertIn(text, path.slice(0, depth), [[missing, nest(path.slice(depth + 1), value)]], rules);
}

/** As `setIn` for many members of the object at `path`, which must be there; the text is read once. */
export function setAllIn(
  text: string,
  path: readonly string[],
  members: readonly (readonly [name: string, value: unknown])[],
  rules: EditRules = {},
): string {
  const root = rootOf(text);
  const object = nodeAt(root, path);
  if (object?.type !== 'object') throw new Error(`there is no object at ${path.join('.')}`);
  const known = membersOf(object);
  const edits = members.flatMap(([name, value]) => {
    const properties = known.get(name)?.properties ?? [];
    const chosen = rules.duplicates === 'all' ? properties : properties.slice(-1);
    return chosen.flatMap((property) => replacement(text, root, property, value, rules));
  });
  const added = members.filter(([name]) => !known.has(name));
  return applyEdits(text, added.length === 0 ? edits : [...edits, ...insertion(text, root, object, added, rules)]);
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
  rules: EditRules = {},
): string {
  const root = rootOf(text);
  const object = nodeAt(root, path);
  if (object?.type !== 'object') throw new Error(`there is no object at ${path.join('.')}`);
  return members.length === 0 ? text : applyEdits(text, insertion(text, root, object, members, rules));
}

/** Removes the member at `path` with all its duplicates; comments around it stay. */
export function removeIn(text: string, path: readonly string[]): string {
  let result = text;
  for (;;) {
    const object = nodeAt(rootOf(result), path.slice(0, -1));
    const property = membersOf(object).get(path.at(-1) ?? '')?.properties[0];
    if (object === undefined || property === undefined) return result;
    result = applyEdits(result, removal(result, object, property));
  }
}

/** Gives the member at `path` (and its duplicates) another name, in its place. */
export function renameIn(text: string, path: readonly string[], to: string): string {
  const member = membersOf(nodeAt(rootOf(text), path.slice(0, -1))).get(path.at(-1) ?? '');
  const edits = (member?.properties ?? [])
    .flatMap((property) => property.children?.slice(0, 1) ?? [])
    .map((key) => ({ offset: key.offset, length: key.length, text: JSON.stringify(to) }));
  return applyEdits(text, edits);
}

function parsed(text: string): JsonNode | undefined {
  const result = parseJsonTree(text);
  const root = result.kind === 'tree' ? result.tree.root : undefined;
  if (result.kind === 'error' || (root !== undefined && root.type !== 'object')) {
    throw new Error('only a valid object can be edited');
  }
  return root;
}

function rootOf(text: string): JsonNode {
  const root = parsed(text);
  if (root === undefined) throw new Error('only a valid object can be edited');
  return root;
}

/** Edits do not overlap. Of several at one offset the later one comes first in the text. */
function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let end = text.length;
  for (const edit of [...edits].sort((a, b) => b.offset - a.offset)) {
    parts.push(text.slice(edit.offset + edit.length, end), edit.text);
    end = edit.offset;
  }
  return [...parts, text.slice(0, end)].reverse().join('');
}

/** A text without any value: comments in it stay in front. */
function withRoot(text: string, value: unknown, rules: EditRules): string {
  const style = styleOf(text, undefined, rules);
  const kept = text.trim() === '' ? '' : text.replace(/\s*$/, style.eol);
  return `${kept}${serialize(value, style, '', false)}${style.eol}`;
}

function replacement(text: string, root: JsonNode, property: JsonNode, value: unknown, rules: EditRules): TextEdit[] {
  const node = property.children?.[1];
  if (node === undefined || says(node, value)) return [];
  const inline = isOneLine(text, root) || (node.type === 'object' && isOneLine(text, node));
  const newText = serialize(value, styleOf(text, root, rules), lineIndent(text, property.offset), inline);
  return [{ offset: node.offset, length: node.length, text: newText }];
}

function insertion(
  text: string,
  root: JsonNode,
  object: JsonNode,
  members: readonly (readonly [string, unknown])[],
  rules: EditRules,
): TextEdit[] {
  const style = styleOf(text, root, rules);
  const close = object.offset + object.length - 1;
  const last = object.children?.at(-1);
  const lastEnd = last === undefined ? object.offset + 1 : last.offset + last.length;
  const rest = tokensBetween(text, lastEnd, close);
  const comma = last === undefined || rest.comma !== undefined ? '' : ',';

  if (isOneLine(text, object) && (last !== undefined || isOneLineWithContent(text, root))) {
    const added = members.map(([name, value]) => member(name, value, style, '', true)).join(separator(style));
    const space = last === undefined || style.isCompact ? '' : ' ';
    return [{ offset: rest.end, length: 0, text: `${comma}${space}${added}` }];
  }
  const closeIndent = lineIndent(text, object.offset);
  const indent = firstMemberIndent(text, object) ?? closeIndent + style.unit;
  const added = members
    .map(([name, value]) => style.eol + indent + member(name, value, style, indent, false))
    .join(',');
  const bracesLine = /[\r\n]/.test(text.slice(rest.end, close));
  const tail: TextEdit = bracesLine
    ? { offset: rest.end, length: 0, text: added }
    : { offset: rest.end, length: close - rest.end, text: added + style.eol + closeIndent };
  // Two edits at one offset could swap: then the comma goes into the same text.
  if (lastEnd === rest.end) return [{ ...tail, text: comma + tail.text }];
  return [{ offset: lastEnd, length: 0, text: comma }, tail];
}

function removal(text: string, object: JsonNode, property: JsonNode): TextEdit[] {
  const properties = object.children ?? [];
  const index = properties.indexOf(property);
  const end = property.offset + property.length;
  const close = object.offset + object.length - 1;
  const next = properties[index + 1];
  const previous = properties[index - 1];
  const following = tokensBetween(text, end, next?.offset ?? close).comma;
  const preceding =
    following === undefined && previous !== undefined
      ? tokensBetween(text, previous.offset + previous.length, property.offset).comma
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

/** Between two members or braces: where the comma is, and where the last comma or comment ends. */
function tokensBetween(text: string, from: number, to: number): { comma: number | undefined; end: number } {
  const scanner = createScanner(text.slice(from, to), false);
  let [comma, end] = [undefined as number | undefined, from];
  for (let token: number = scanner.scan(); token !== TOKEN.eof; token = scanner.scan()) {
    if (token === TOKEN.trivia || token === TOKEN.lineBreak) continue;
    if (token === TOKEN.comma) comma = from + scanner.getTokenOffset();
    end = from + scanner.getTokenOffset() + scanner.getTokenLength();
  }
  return { comma, end };
}

function styleOf(text: string, root: JsonNode | undefined, rules: EditRules): Style {
  const indent = root === undefined ? undefined : firstMemberIndent(text, root);
  const base = root === undefined ? '' : lineIndent(text, root.offset);
  const shown = indent?.startsWith(base) === true ? indent.slice(base.length) : '';
  const isPlain = rules.layout === 'plain';
  return {
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n',
    unit: shown === '' ? (rules.unit ?? '  ') : shown,
    isPlain,
    isCompact: isPlain && root !== undefined && isOneLineWithContent(text, root) && !text.includes('": '),
  };
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

/** Whether the node says exactly `value` already, in whatever order of names. */
function says(node: JsonNode, value: unknown): boolean {
  return isDeepStrictEqual(plainCopy(plainValue(node)), plainCopy(value));
}

/** `value` as a reader of its JSON text gets it. */
function plainCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function nest(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((below, name) => ownObject(name, below), value);
}

function ownObject(name: string, value: unknown): object {
  return Object.defineProperty({}, name, { value, enumerable: true, configurable: true, writable: true });
}
