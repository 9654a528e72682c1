// JSON that people edit by hand (comments and trailing commas allowed) as a tree of offsets. It never changes a text.
// Objects become Maps or null-prototype objects, so that `__proto__` is an ordinary name; of duplicate keys the last
// value counts, at the place of the first, as in JSON.parse. Nesting is bounded before anything recursive sees the text.
import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';

export type JsonNode = Node;

export interface JsonTree {
  /** Undefined when the text has no value at all (blank, or comments only). */
  readonly root: JsonNode | undefined;
  readonly comments: boolean;
  readonly trailingComma: boolean;
}

export interface JsonMember {
  readonly key: string;
  /** The value that counts: that of the last occurrence. */
  readonly value: JsonNode;
  /** Every `"key": value` of that name, in file order. */
  readonly properties: readonly JsonNode[];
}

export interface JsonTextError {
  readonly kind: 'error';
  /** `too-large` and `several` (documents in one text) come from formats other than JSON. */
  readonly problem: 'too-deep' | 'syntax' | 'too-large' | 'several';
  /** Half a sentence on the first thing that is wrong; it never quotes the text. */
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export type JsonTreeResult = { readonly kind: 'tree'; readonly tree: JsonTree } | JsonTextError;

/** Deeper nesting than this is no configuration; it would exhaust the stack of the parser. */
const MAX_DEPTH = 200;

/** jsonc-parser's SyntaxKind, whose ambient const enum cannot be used from a module that is compiled by itself. */
export const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  lineComment: 12,
  blockComment: 13,
  lineBreak: 14,
  trivia: 15,
  eof: 17,
} as const;

/** Half sentences for jsonc-parser's ParseErrorCode. */
const SYNTAX_ERRORS: Readonly<Record<number, string>> = {
  1: 'this is not a JSON value',
  2: 'this number is not valid',
  3: 'a name in double quotes is missing',
  4: 'a value is missing',
  5: 'a colon is missing',
  6: 'a comma is missing',
  7: 'a closing brace is missing',
  8: 'a closing bracket is missing',
  9: 'there is something after the end',
  10: 'a comment is not allowed here',
  11: 'a comment does not end',
  12: 'a text in quotes does not end',
  13: 'this number does not end',
  14: 'this is not a valid Unicode escape',
  15: 'this escape is not known',
  16: 'a control character must be escaped',
};

/** Parses JSON with comments and trailing commas. A byte order mark must have been taken away before. */
export function parseJsonTree(text: string): JsonTreeResult {
  const { comments, trailingComma, tooDeepAt } = scanTokens(text);
  if (tooDeepAt !== undefined) {
    const message = `objects and arrays are nested deeper than ${MAX_DEPTH} levels`;
    return { kind: 'error', problem: 'too-deep', message, ...positionOf(text, tooDeepAt) };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const first = errors[0];
  if (first !== undefined) {
    const message = SYNTAX_ERRORS[first.error] ?? 'this is not valid JSON';
    return { kind: 'error', problem: 'syntax', message, ...positionOf(text, first.offset) };
  }
  return { kind: 'tree', tree: { root, comments, trailingComma } };
}

/** The members of an object node by name; empty for any other node. */
export function membersOf(node: JsonNode | undefined): ReadonlyMap<string, JsonMember> {
  const members = new Map<string, JsonMember & { readonly properties: JsonNode[] }>();
  if (node?.type !== 'object') return members;
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    // One list that grows: copying it for each of many duplicates would take quadratic time.
    const properties = members.get(name)?.properties ?? [];
    properties.push(property);
    members.set(name, { key: name, value, properties });
  }
  return members;
}

/** The node at `path` below `root`, through objects only. */
export function nodeAt(root: JsonNode | undefined, path: readonly string[]): JsonNode | undefined {
  return path.reduce((node, name) => membersOf(node).get(name)?.value, root);
}

/** The value of a node as plain data; objects have no prototype. */
export function plainValue(node: JsonNode): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plainValue);
  if (node.type !== 'object') return node.value;
  const result = emptyRecord<unknown>();
  for (const member of membersOf(node).values()) result[member.key] = plainValue(member.value);
  return result;
}

/** An object without prototype: any text is a safe key. */
export function emptyRecord<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

/** One segment of a JSON pointer (RFC 6901 section 3). */
export function pointerSegment(name: string | number): string {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Line and column of an offset, both from 1; columns count UTF-16 units. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

interface TokenScan {
  readonly comments: boolean;
  readonly trailingComma: boolean;
  readonly tooDeepAt: number | undefined;
}

function scanTokens(text: string): TokenScan {
  const scanner = createScanner(text, false);
  let [depth, comments, trailingComma, afterComma] = [0, false, false, false];
  for (let token: number = scanner.scan(); token !== TOKEN.eof; token = scanner.scan()) {
    if (token === TOKEN.trivia || token === TOKEN.lineBreak) continue;
    if (token === TOKEN.lineComment || token === TOKEN.blockComment) {
      comments = true;
      continue;
    }
    const opens = token === TOKEN.openBrace || token === TOKEN.openBracket;
    const closes = token === TOKEN.closeBrace || token === TOKEN.closeBracket;
    if (closes && afterComma) trailingComma = true;
    afterComma = token === TOKEN.comma;
    depth += opens ? 1 : closes ? -1 : 0;
    if (depth > MAX_DEPTH) return { comments, trailingComma, tooDeepAt: scanner.getTokenOffset() };
  }
  return { comments, trailingComma, tooDeepAt: undefined };
}
