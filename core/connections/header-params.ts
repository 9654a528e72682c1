// Which arguments of a tool travel as HTTP headers too: reads `x-mcp-header` out of an input schema and judges it.
// (MCP 2026-07-28, Streamable HTTP, "Custom Headers from Tool Parameters")
import { type JsonObject, objectOf } from '../base/json-object.ts';

/** One argument that is mirrored. */
export interface HeaderParam {
  /** The name after `Mcp-Param-`. */
  readonly header: string;
  /** Names of properties from the arguments down. */
  readonly path: readonly string[];
}

export type HeaderParams =
  | { readonly kind: 'valid'; readonly params: readonly HeaderParam[] }
  | { readonly kind: 'invalid'; readonly reason: string };

const KEY = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES = new Set<unknown>(['string', 'integer', 'boolean']);

/** Keywords below which a schema does not describe one certain argument: an annotation there is an error. */
const ONE_SCHEMA = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const SCHEMA_LIST = ['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems'];
const SCHEMA_MAP = ['$defs', 'definitions', 'dependencies', 'dependentSchemas', 'patternProperties'];

/**
 * The mirrored arguments of a tool. Invalid when one annotation breaks a rule: it is a token and not empty, unique in the tool
 * whatever its case, on a string, integer or boolean, and reached from the root through `properties` alone.
 */
export function headerParamsOf(inputSchema: unknown): HeaderParams {
  const params: HeaderParam[] = [];
  const names = new Set<string>();

  /** `path`: undefined where no certain argument is described. Gives the reason why the tool is invalid. */
  const walk = (value: unknown, path: readonly string[] | undefined): string | undefined => {
    const schema = objectOf(value);
    if (schema === undefined) return undefined;
    if (Object.hasOwn(schema, KEY)) {
      if (path === undefined || path.length === 0) return `${KEY} stands where no single argument is described`;
      const header = schema[KEY];
      const problem = problemOf(header, schema['type'], names);
      if (problem !== undefined) return problem;
      names.add(String(header).toLowerCase());
      params.push({ header: String(header), path });
    }
    return (
      firstOf(Object.entries(objectOf(schema['properties']) ?? {}), ([name, child]) =>
        walk(child, path && [...path, name]),
      ) ?? firstOf(uncertain(schema), (child) => walk(child, undefined))
    );
  };

  const reason = walk(inputSchema, []);
  return reason === undefined ? { kind: 'valid', params } : { kind: 'invalid', reason };
}

function problemOf(header: unknown, type: unknown, names: ReadonlySet<string>): string | undefined {
  if (typeof header !== 'string' || header === '') return `${KEY} is empty or no string`;
  if (!TOKEN.test(header)) return `${KEY} is not a header name`;
  if (!TYPES.has(type)) return `${KEY} stands on an argument that is no string, integer or boolean`;
  if (names.has(header.toLowerCase())) return `${KEY} names the same header twice`;
  return undefined;
}

function* uncertain(schema: JsonObject): Iterable<unknown> {
  for (const key of ONE_SCHEMA) yield schema[key];
  for (const key of SCHEMA_LIST) {
    const list = schema[key];
    if (Array.isArray(list)) yield* list;
  }
  for (const key of SCHEMA_MAP) yield* Object.values(objectOf(schema[key]) ?? {});
}

function firstOf<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
