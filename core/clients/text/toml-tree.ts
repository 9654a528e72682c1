// TOML as the tree that JSON has too: tables, dotted keys and inline tables become objects, lists of tables become
// arrays, every value keeps its place in the text. It never changes a text.
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { type JsonNode, type JsonTextError, type JsonTreeResult, positionOf } from '../../base/json-tree.ts';

export type TomlProgram = AST.TOMLProgram;
export type TomlTable = AST.TOMLTable;
export type TomlKeyValue = AST.TOMLKeyValue;
export type TomlInlineTable = AST.TOMLInlineTable;

type Parsed = { readonly kind: 'program'; readonly program: TomlProgram } | JsonTextError;
type Names = AST.TOMLKey['keys'];

/** Deeper nesting than this, also of dotted names, is no configuration. */
const MAX_DEPTH = 200;
/** The parser keeps a token for each character of a text in quotes; more than this would take minutes. */
const MAX_CHARS = 4 * 1024 * 1024;

/** `text` as a tree; numbers, dates and names keep the place and spelling they have in it. */
export function parseTomlTree(text: string): JsonTreeResult {
  const parsed = parseTomlProgram(text);
  if (parsed.kind === 'error') return parsed;
  const { program } = parsed;
  try {
    const root = program.body[0].body.length === 0 ? undefined : tomlTree(program, text);
    return { kind: 'tree', tree: { root, comments: program.comments.length > 0, trailingComma: false } };
  } catch (error) {
    if (error instanceof TooDeep) return tooDeep(text, error.offset);
    throw error;
  }
}

/** The root object of a program that was made from `text`. */
export function tomlTree(program: TomlProgram, text: string): JsonNode {
  const root: JsonNode = { type: 'object', offset: 0, length: text.length, children: [] };
  const known: Known = new WeakMap();
  for (const item of program.body[0].body) {
    if (item.type === 'TOMLKeyValue') addKeyValue(root, item, text, known, 0);
    else addTable(root, item, text, known);
  }
  return root;
}

/** The syntax tree of the parser, or what is wrong; the message never quotes the text. */
export function parseTomlProgram(text: string): Parsed {
  if (text.length > MAX_CHARS) return tooDeep(text, 0);
  try {
    return { kind: 'program', program: parseTOML(text, { tomlVersion: '1.1' }) };
  } catch (error) {
    // Deep nesting and texts of some hundred thousand characters exhaust the stack of the parser.
    if (error instanceof RangeError) return tooDeep(text, 0);
    if (!(error instanceof ParseError)) throw error;
    return { kind: 'error', problem: 'syntax', message: 'this is not valid TOML', ...positionOf(text, error.index) };
  }
}

/** The plain names of a key, quotes and escapes undone. */
export function namesOf(key: AST.TOMLKey): string[] {
  return key.keys.map(nameOf);
}

/** The members of an object node by name, for objects that are still being filled. */
type Known = WeakMap<JsonNode, Map<string, JsonNode>>;

class TooDeep extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super('too deep');
    this.offset = offset;
  }
}

function tooDeep(text: string, offset: number): JsonTextError {
  const message = `it is nested deeper than ${MAX_DEPTH} levels, or too long`;
  return { kind: 'error', problem: 'too-deep', message, ...positionOf(text, offset) };
}

function nameOf(key: Names[number]): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function addTable(root: JsonNode, table: TomlTable, text: string, known: Known): void {
  const { keys } = table.key;
  if (keys.length > MAX_DEPTH) throw new TooDeep(table.range[0]);
  let object = root;
  for (const [index, key] of keys.entries()) {
    const isItem = table.kind === 'array' && index === keys.length - 1;
    object = isItem ? addItem(object, key, table, known) : childOf(object, key, table.range, known);
  }
  for (const item of table.body) addKeyValue(object, item, text, known, keys.length);
}

/** A new object at the end of the list `key` of `object`. */
function addItem(object: JsonNode, key: Names[number], table: TomlTable, known: Known): JsonNode {
  const [offset, length] = span(table.range);
  const list = membersIn(object, known).get(nameOf(key)) ?? {
    type: 'array' as const,
    offset,
    length,
    children: [],
  };
  if (!membersIn(object, known).has(nameOf(key))) addMember(object, key, list, known);
  const item: JsonNode = { type: 'object', offset, length, children: [] };
  list.children?.push(item);
  return item;
}

/** The object `key` of `object`, the last one when it is a list of tables; made when it is not there. */
function childOf(object: JsonNode, key: Names[number], range: AST.Range, known: Known): JsonNode {
  const present = membersIn(object, known).get(nameOf(key));
  if (present !== undefined) return present.type === 'array' ? (present.children?.at(-1) ?? present) : present;
  const [offset, length] = span(range);
  const made: JsonNode = { type: 'object', offset, length, children: [] };
  addMember(object, key, made, known);
  return made;
}

function addKeyValue(parent: JsonNode, item: TomlKeyValue, text: string, known: Known, depth: number): void {
  const keys = [...item.key.keys];
  const last = keys.pop();
  const below = depth + item.key.keys.length;
  if (last === undefined || below > MAX_DEPTH) throw new TooDeep(item.range[0]);
  const object = keys.reduce((node, key) => childOf(node, key, item.range, known), parent);
  addMember(object, last, nodeOf(item.value, text, known, below), known);
}

function nodeOf(value: AST.TOMLContentNode, text: string, known: Known, depth: number): JsonNode {
  if (depth > MAX_DEPTH) throw new TooDeep(value.range[0]);
  const [offset, length] = span(value.range);
  if (value.type === 'TOMLArray') {
    const children = value.elements.map((element) => nodeOf(element, text, known, depth + 1));
    return { type: 'array', offset, length, children };
  }
  if (value.type === 'TOMLInlineTable') {
    const object: JsonNode = { type: 'object', offset, length, children: [] };
    for (const item of value.body) addKeyValue(object, item, text, known, depth);
    return object;
  }
  if (value.kind === 'string' || value.kind === 'boolean') {
    return { type: value.kind, offset, length, value: value.value };
  }
  if (value.kind === 'integer' || value.kind === 'float') return { type: 'number', offset, length, value: value.value };
  // Dates have no type in JSON: their own text stands for them.
  return { type: 'string', offset, length, value: text.slice(offset, offset + length) };
}

function addMember(object: JsonNode, key: Names[number], value: JsonNode, known: Known): void {
  const [offset, length] = span(key.range);
  const end = Math.max(offset + length, value.offset + value.length);
  const name: JsonNode = { type: 'string', offset, length, value: nameOf(key) };
  object.children?.push({ type: 'property', offset, length: end - offset, children: [name, value] });
  membersIn(object, known).set(nameOf(key), value);
}

function membersIn(object: JsonNode, known: Known): Map<string, JsonNode> {
  const found = known.get(object) ?? new Map<string, JsonNode>();
  known.set(object, found);
  return found;
}

function span([start, end]: AST.Range): [offset: number, length: number] {
  return [start, end - start];
}
