// Reads JSON that people edit by hand (comments and trailing commas allowed) into a tree with offsets.
// Bounded in size of nesting before anything recursive sees the text; it never changes a text.
import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';

export type JsonNode = Node;

/** What is wrong with a text and where; line and column start at 1, columns count UTF-16 units. */
export interface JsonProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

const MAX_DEPTH = 200;

/** jsonc-parser's own names for these are const enums, which a file compiled alone cannot use. */
const OPEN_BRACE = 1;
const CLOSE_BRACE = 2;
const OPEN_BRACKET = 3;
const CLOSE_BRACKET = 4;
const END_OF_FILE = 17;

const PARSE_ERRORS: Readonly<Record<number, string>> = {
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

/** The tree of `text`, or the first thing that is wrong with it. A byte order mark must have been taken away before. */
export function parseDocument(text: string): { root: JsonNode } | { problem: JsonProblem } {
  const tooDeep = depthExceededAt(text);
  if (tooDeep !== undefined) {
    return { problem: problemAt(text, tooDeep, `objects and arrays are nested deeper than ${MAX_DEPTH} levels`) };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (root === undefined && text.trim() === '') return { problem: problemAt(text, 0, 'the file is empty') };
  if (root === undefined || first !== undefined) {
    const message = PARSE_ERRORS[first?.error ?? 1] ?? 'this is not valid JSON';
    return { problem: problemAt(text, first?.offset ?? 0, message) };
  }
  return { root };
}

export function problemAt(text: string, offset: number, message: string): JsonProblem {
  const before = text.slice(0, offset);
  const lines = before.split(/\r\n|\r|\n/);
  return { message, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** The members of an object node in order, duplicates included. */
export function membersOf(object: JsonNode): { name: string; property: JsonNode; value: JsonNode }[] {
  return (object.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [{ name: String(key.value), property, value }];
  });
}

/** The value of member `name`; of duplicates the last, as every JSON reader takes it. */
export function memberOf(object: JsonNode, name: string): JsonNode | undefined {
  return membersOf(object).findLast((member) => member.name === name)?.value;
}

/** The node at `path` below `root`, through objects only. */
export function nodeAt(root: JsonNode, path: readonly string[]): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const name of path) node = node?.type === 'object' ? memberOf(node, name) : undefined;
  return node;
}

/** The plain value of a node; every name, `__proto__` included, becomes an own property, the last duplicate wins. */
export function valueOf(node: JsonNode): unknown {
  switch (node.type) {
    case 'object': {
      const object = {};
      for (const { name, value } of membersOf(node)) {
        Object.defineProperty(object, name, {
          value: valueOf(value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return object;
    }
    case 'array':
      return (node.children ?? []).map(valueOf);
    default:
      return node.value;
  }
}

function depthExceededAt(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token = scanner.scan() as number; token !== END_OF_FILE; token = scanner.scan()) {
    if (token === OPEN_BRACE || token === OPEN_BRACKET) depth += 1;
    if (token === CLOSE_BRACE || token === CLOSE_BRACKET) depth -= 1;
    if (depth > MAX_DEPTH) return scanner.getTokenOffset();
  }
  return undefined;
}
