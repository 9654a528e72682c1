// From a tool's input schema to fields, and from what was typed back to arguments. Pure: no view here.
// The schema is foreign: unknown or too deep parts become a JSON field instead of a guess.

export type Schema = Readonly<Record<string, unknown>>;

interface FieldBase {
  readonly name: string;
  readonly required: boolean;
  /** The server's own words, foreign text. */
  readonly said: string | undefined;
}

export type Field =
  | (FieldBase & { readonly kind: 'text' | 'boolean' | 'json'; readonly words: string })
  | (FieldBase & { readonly kind: 'number'; readonly whole: boolean; readonly words: string })
  | (FieldBase & { readonly kind: 'choice'; readonly choices: readonly unknown[]; readonly words: string })
  | (FieldBase & { readonly kind: 'object'; readonly fields: readonly Field[]; readonly words: string })
  | (FieldBase & { readonly kind: 'list'; readonly item: Field; readonly words: string });

/** What a field holds while it is edited. `undefined`: untouched. */
export type Typed = string | boolean | undefined | readonly Typed[] | { readonly [name: string]: Typed };

const MAX_DEPTH = 6;
const MAX_FIELDS = 200;
/** Of a whole form: a schema that refers to itself from many places would grow by a power with each level. */
const MAX_FIELDS_IN_ALL = 1000;

interface Place {
  readonly root: Schema;
  readonly depth: number;
  /** Fields that the form may still grow by, shared by all levels. */
  readonly left: { fields: number };
}

function top(root: Schema): Place {
  return { root, depth: 0, left: { fields: MAX_FIELDS_IN_ALL } };
}

/** The top-level field of a tool: always an object, empty when the tool takes nothing. */
export function rootField(schema: Schema | undefined): Extract<Field, { kind: 'object' }> {
  const root = schema ?? {};
  const field = fieldOf('', root, true, top(root));
  return field.kind === 'object'
    ? field
    : { kind: 'object', name: '', required: true, said: undefined, fields: [], words: '' };
}

/** True when the schema is not a plain object of properties, so that only JSON can express the arguments. */
export function needsJson(schema: Schema | undefined): boolean {
  return (
    schema !== undefined && Object.keys(schema).length > 0 && fieldOf('', schema, true, top(schema)).kind !== 'object'
  );
}

function fieldOf(name: string, given: unknown, required: boolean, place: Place): Field {
  const { root, depth, left } = place;
  const below = { ...place, depth: depth + 1 };
  const schema = resolve(given, root);
  const said = saidOf(schema);
  const words = (kind: string): string => `${kind}${required ? ', required' : ''}`;
  const base = { name, required, said };
  left.fields -= 1;
  if (depth > MAX_DEPTH || left.fields < 0) return { ...base, kind: 'json', words: words('JSON') };
  if ('const' in schema) return choice(base, [schema['const']], words);
  if (Array.isArray(schema['enum'])) return choice(base, schema['enum'], words);
  const titled = constants(schema['oneOf'] ?? schema['anyOf']);
  if (titled) return choice(base, titled, words);
  switch (typeOf(schema)) {
    case 'string':
      return { ...base, kind: 'text', words: words(textWords(schema)) };
    case 'integer':
      return { ...base, kind: 'number', whole: true, words: words('whole number') };
    case 'number':
      return { ...base, kind: 'number', whole: false, words: words('number') };
    case 'boolean':
      return { ...base, kind: 'boolean', words: words('yes or no') };
    case 'array': {
      const items = schema['items'];
      if (items === undefined || Array.isArray(items)) return { ...base, kind: 'json', words: words('JSON list') };
      return { ...base, kind: 'list', item: fieldOf('', items, true, below), words: words('list') };
    }
    case 'object': {
      const properties = record(schema['properties']);
      const names = Object.keys(properties);
      if (depth > 0 && names.length === 0) return { ...base, kind: 'json', words: words('JSON object') };
      if (names.length > MAX_FIELDS) return { ...base, kind: 'json', words: words('JSON object') };
      const needed = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
      const fields = names.map((key) => fieldOf(key, properties[key], needed.has(key), below));
      return { ...base, kind: 'object', fields, words: words('group') };
    }
    default:
      return { ...base, kind: 'json', words: words('any JSON') };
  }
}

function choice(base: FieldBase, choices: readonly unknown[], words: (kind: string) => string): Field {
  const simple = choices.every((value) => value === null || typeof value !== 'object');
  if (!simple || choices.length === 0) return { ...base, kind: 'json', words: words('JSON') };
  return {
    ...base,
    kind: 'choice',
    choices,
    words: words(choices.length === 1 ? 'one value' : `one of ${choices.length} values`),
  };
}

/** Follows a local `$ref` and takes the null out of "X or null". Cycles end at the depth limit. */
function resolve(given: unknown, root: Schema): Schema {
  let schema = record(given);
  for (let hops = 0; hops < 8 && typeof schema['$ref'] === 'string'; hops += 1) {
    const path = schema['$ref'].startsWith('#/') ? schema['$ref'].slice(2).split('/') : undefined;
    if (!path) return {};
    let held: unknown = root;
    for (const part of path) held = own(record(held), part.replaceAll('~1', '/').replaceAll('~0', '~'));
    schema = record(held);
  }
  const union = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(union)) {
    const real = union.filter((part) => record(part)['type'] !== 'null');
    if (real.length === 1 && union.length === 2)
      return { ...record(real[0]), ...pick(schema, ['title', 'description']) };
  }
  return schema;
}

function typeOf(schema: Schema): unknown {
  if (schema['oneOf'] !== undefined || schema['anyOf'] !== undefined || schema['allOf'] !== undefined) return undefined;
  const type = schema['type'];
  if (Array.isArray(type)) {
    const real = type.filter((part) => part !== 'null');
    return real.length === 1 ? real[0] : undefined;
  }
  return type ?? (schema['properties'] === undefined ? undefined : 'object');
}

function constants(union: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(union) || union.length === 0) return undefined;
  return union.every((part) => 'const' in record(part)) ? union.map((part) => record(part)['const']) : undefined;
}

function textWords(schema: Schema): string {
  const format = schema['format'];
  const known: Readonly<Record<string, string>> = {
    uri: 'address',
    email: 'e-mail address',
    date: 'date',
    'date-time': 'date and time',
  };
  return (typeof format === 'string' ? own(known, format) : undefined) ?? 'text';
}

function saidOf(schema: Schema): string | undefined {
  const words = [schema['title'], schema['description']].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  return words.length === 0 ? undefined : words.join(': ');
}

function own<T>(held: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(held, key) ? held[key] : undefined;
}

function pick(schema: Schema, keys: readonly string[]): Schema {
  return Object.fromEntries(keys.filter((key) => key in schema).map((key) => [key, schema[key]]));
}

function record(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
