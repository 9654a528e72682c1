// JSON with comments as a tree of offsets. Objects become Maps or null-prototype objects, so that `__proto__` is an
// ordinary name; of duplicate keys the last value counts, at the place of the first, as in JSON.parse.
import { createScanner, type Node, parseTree, type ParseError } from 'jsonc-parser';

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

export type JsonTreeResult =
  | { readonly kind: 'tree'; readonly tree: JsonTree }
  | { readonly kind: 'error'; readonly line: number; readonly column: number; readonly message: string };

/** Deeper nesting than this is no configuration; it would exhaust the stack of the parser. */
const MAX_DEPTH = 200;

/** Parses JSON with comments and trailing commas. The error's message never quotes the text. */
export function parseJsonTree(text: string): JsonTreeResult {
  const scan = scanTokens(text);
  if (scan.tooDeepAt !== undefined)
    return { kind: 'error', ...positionOf(text, scan.tooDeepAt), message: 'it is nested too deeply' };
  if (scan.blank) {
    return { kind: 'tree', tree: { root: undefined, comments: scan.comments, trailingComma: false } };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const first = errors[0];
  if (first !== undefined || root === undefined) {
    return { kind: 'error', ...positionOf(text, first?.offset ?? 0), message: 'it is not valid JSON' };
  }
  return { kind: 'tree', tree: { root, comments: scan.comments, trailingComma: scan.trailingComma } };
}

/** The members of an object node by name; empty for any other node. */
export function membersOf(node: JsonNode | undefined): Map<string, JsonMember> {
  const members = new Map<string, JsonMember>();
  if (node?.type !== 'object') return members;
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    members.set(name, { key: name, value, properties: [...(members.get(name)?.properties ?? []), property] });
  }
  return members;
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

/** Line and column of an offset, both from 1. */
function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** jsonc-parser's SyntaxKind, whose ambient const enum cannot be used from a module that is compiled by itself. */
const TOKEN = {
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

interface TokenScan {
  readonly blank: boolean;
  readonly comments: boolean;
  readonly trailingComma: boolean;
  readonly tooDeepAt: number | undefined;
}

function scanTokens(text: string): TokenScan {
  const scanner = createScanner(text, false);
  let [depth, blank, comments, trailingComma, afterComma] = [0, true, false, false, false];
  for (let token: number = scanner.scan(); token !== TOKEN.eof; token = scanner.scan()) {
    if (token === TOKEN.trivia || token === TOKEN.lineBreak) continue;
    if (token === TOKEN.lineComment || token === TOKEN.blockComment) {
      comments = true;
      continue;
    }
    blank = false;
    const opens = token === TOKEN.openBrace || token === TOKEN.openBracket;
    const closes = token === TOKEN.closeBrace || token === TOKEN.closeBracket;
    if (closes && afterComma) trailingComma = true;
    afterComma = token === TOKEN.comma;
    depth += opens ? 1 : closes ? -1 : 0;
    if (depth > MAX_DEPTH) return { blank, comments, trailingComma, tooDeepAt: scanner.getTokenOffset() };
  }
  return { blank, comments, trailingComma, tooDeepAt: undefined };
}
