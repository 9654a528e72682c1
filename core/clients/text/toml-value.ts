// Names and values as TOML text on one line.

/** A name of a table or key: bare when it may be, else in double quotes. */
export function tomlName(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : tomlString(name);
}

/** A plain value; objects become inline tables. Members without a value (null, undefined) are left out. */
export function tomlValue(value: unknown): string {
  if (typeof value === 'string') return tomlString(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) throw new Error('TOML has no form for this value');
  const members = tomlMembers(value).map(([name, item]) => `${tomlName(name)} = ${tomlValue(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** The members of an object that have a value. */
export function tomlMembers(value: object): [name: string, value: unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
}

/** TOML escapes as JSON does, and DEL too; it has no form for half of a surrogate pair. */
function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007f');
}
