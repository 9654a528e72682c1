// Reading of foreign plain data field by field, in camelCase and in the snake_case of older forms.

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own field `name` of `fields`, or the same in snake_case. */
export function fieldOf(fields: Fields, name: string): unknown {
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  for (const key of [name, snake]) if (Object.hasOwn(fields, key)) return fields[key];
  return undefined;
}

/** A text, number or boolean as a text; undefined for anything else and for the empty text. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fieldOf(fields, name);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The objects of a list; empty for anything else. */
export function listOf(fields: Fields, name: string): Fields[] {
  const value = fieldOf(fields, name);
  return Array.isArray(value) ? value.filter(isFields) : [];
}
