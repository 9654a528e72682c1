// YAML as a tree of offsets. Aliases stand for the nodes that they name and merges (`<<`) for their members, both under a
// limit, so that no few lines grow into millions of values. Nothing in a text, tags included, makes anything but plain data.
import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode } from 'yaml';
import { type JsonNode, type JsonTreeResult, positionOf } from '../../base/json-tree.ts';
import { MAX_YAML_DEPTH, readYaml } from './yaml-document.ts';

/** Values that aliases and merges may add in all. */
const MAX_ALIASED_NODES = 100_000;

/** Parses one YAML document. A byte order mark must have been taken away before. */
export function parseYamlTree(text: string): JsonTreeResult {
  const file = readYaml(text);
  if (file.kind === 'error') return file;
  const comments = file.comments.length > 0;
  if (file.root === undefined) return { kind: 'tree', tree: { root: undefined, comments, trailingComma: false } };
  try {
    const root = new TreeBuilder(text).build(file.root);
    return { kind: 'tree', tree: { root, comments, trailingComma: false } };
  } catch (error) {
    if (!(error instanceof BadAlias)) throw error;
    return { kind: 'error', problem: error.problem, message: error.message, ...positionOf(text, error.offset) };
  }
}

/** True for the key `<<` as it stands, without quotes. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

class BadAlias extends Error {
  readonly problem: 'too-large' | 'too-deep' | 'syntax';
  readonly offset: number;

  constructor(problem: BadAlias['problem'], message: string, offset: number) {
    super(message);
    this.problem = problem;
    this.offset = offset;
  }
}

interface Extent {
  /** The node and everything below it, aliases resolved. */
  readonly nodes: number;
  readonly height: number;
}

class TreeBuilder {
  readonly #text: string;
  /** The latest node of each anchor; null while it is being built. */
  readonly #anchors = new Map<string, JsonNode | null>();
  readonly #extents = new WeakMap<JsonNode, Extent>();
  #aliased = 0;

  constructor(text: string) {
    this.#text = text;
  }

  build(node: ParsedNode | null | undefined, at = 0): JsonNode {
    if (node === null || node === undefined) return this.#done({ type: 'null', offset: at, length: 0, value: null });
    if (isAlias(node)) return this.#target(node.source, node.range[0]);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, null);
    const built = this.#plain(node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, built);
    return built;
  }

  #plain(node: ParsedNode): JsonNode {
    const [offset, end] = node.range;
    const place = { offset, length: end - offset };
    if (isMap(node)) return this.#done({ type: 'object', ...place, children: this.#properties(node.items) });
    if (isSeq(node)) {
      const items = node.items as (ParsedNode | null)[];
      return this.#done({ type: 'array', ...place, children: items.map((item) => this.build(item, offset)) });
    }
    const value: unknown = isScalar(node) ? node.value : null;
    if (value === null) return this.#done({ type: 'null', ...place, value });
    if (typeof value === 'number') return this.#done({ type: 'number', ...place, value });
    if (typeof value === 'boolean') return this.#done({ type: 'boolean', ...place, value });
    return this.#done({ type: 'string', ...place, value: typeof value === 'string' ? value : '' });
  }

  #properties(pairs: readonly Pair[]): JsonNode[] {
    const own: JsonNode[] = [];
    const merged: JsonNode[] = [];
    for (const pair of pairs) {
      const keyNode = pair.key as ParsedNode | null;
      const key = this.#key(keyNode);
      const value = this.build(pair.value as ParsedNode | null, key.offset + key.length);
      if (isMergeKey(keyNode) && this.#merge(value, merged)) continue;
      const end = Math.max(value.offset + value.length, key.offset + key.length);
      // A value behind an alias stands elsewhere in the text.
      const length = isAlias(pair.value) ? key.length : end - key.offset;
      own.push(this.#done({ type: 'property', offset: key.offset, length, children: [key, value] }));
    }
    const names = new Set(own.map(nameOf));
    const added = merged.filter((property) => {
      const isNew = !names.has(nameOf(property));
      names.add(nameOf(property));
      return isNew;
    });
    return [...added, ...own];
  }

  /** Adds the members that a merge stands for; false when its value is no map, so that `<<` is an ordinary key. */
  #merge(value: JsonNode, into: JsonNode[]): boolean {
    const maps = value.type === 'array' ? (value.children ?? []) : [value];
    if (!maps.every((map) => map.type === 'object')) return false;
    for (const map of maps) for (const property of map.children ?? []) into.push(property);
    return true;
  }

  /** Keys of any kind as a text: that of the value, else as they are written. */
  #key(node: ParsedNode | null): JsonNode {
    const built = this.build(node);
    const source = this.#text.slice(built.offset, built.offset + built.length);
    return {
      type: 'string',
      offset: built.offset,
      length: built.length,
      value: built.type === 'string' ? (built.value as string) : source,
    };
  }

  #target(name: string, offset: number): JsonNode {
    const target = this.#anchors.get(name);
    if (target === undefined || target === null) {
      throw new BadAlias('syntax', 'this alias names nothing that stands before it', offset);
    }
    this.#aliased += this.#extents.get(target)?.nodes ?? 1;
    if (this.#aliased <= MAX_ALIASED_NODES) return target;
    throw new BadAlias('too-large', 'aliases stand for too many values', offset);
  }

  #done(node: JsonNode): JsonNode {
    let [nodes, height] = [1, 1];
    for (const child of node.children ?? []) {
      const below = this.#extents.get(child) ?? { nodes: 1, height: 1 };
      nodes += below.nodes;
      height = Math.max(height, below.height + 1);
    }
    if (height > 2 * MAX_YAML_DEPTH + 2) throw new BadAlias('too-deep', 'aliases nest too deeply', node.offset);
    this.#extents.set(node, { nodes, height });
    return node;
  }
}

function nameOf(property: JsonNode): string {
  return String(property.children?.[0]?.value);
}
