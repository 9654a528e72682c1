// The limits and defaults that a question's schema may state for its flat fields, checked before the review. Pure.
// (MCP, Elicitation: string, number, boolean, enum and multi-select enum)
import type { Field, Schema, Typed } from '../server/schema-form.ts';
import { type Problem, typedOf } from '../server/schema-values.ts';

/** The form as it opens: the schema's own defaults, everything else untouched. */
export function defaultsOf(root: Extract<Field, { kind: 'object' }>, schema: Schema): Typed {
  const properties = record(schema['properties']);
  return Object.fromEntries(
    root.fields.map((field) => [field.name, typedOf(field, record(properties[field.name])['default'])]),
  );
}

/** What in `values` breaks a limit of the schema: one plain sentence for each field. */
export function limitProblems(schema: Schema, values: Readonly<Record<string, unknown>>): Problem[] {
  const properties = record(schema['properties']);
  return Object.entries(values).flatMap(([path, value]) => {
    const message = broken(path, value, record(properties[path]));
    return message === undefined ? [] : [{ path, message }];
  });
}

function broken(name: string, value: unknown, limits: Schema): string | undefined {
  const limit = (key: string): number | undefined => (typeof limits[key] === 'number' ? limits[key] : undefined);
  const [least, most, shortest, longest] = ['minimum', 'maximum', 'minLength', 'maxLength'].map(limit);
  const [fewest, greatest] = ['minItems', 'maxItems'].map(limit);
  if (typeof value === 'number') {
    if (least !== undefined && value < least) return `${name} must be ${least} or more.`;
    if (most !== undefined && value > most) return `${name} must be ${most} or less.`;
  }
  if (typeof value === 'string') {
    const length = Array.from(value).length;
    if (shortest !== undefined && length < shortest) return `${name} needs ${shortest} characters or more.`;
    if (longest !== undefined && length > longest) return `${name} takes ${longest} characters at most.`;
    return brokenFormat(name, value, limits['format']);
  }
  if (Array.isArray(value)) {
    if (fewest !== undefined && value.length < fewest) return `${name} needs ${fewest} choices or more.`;
    if (greatest !== undefined && value.length > greatest) return `${name} takes ${greatest} choices at most.`;
  }
  return undefined;
}

function brokenFormat(name: string, value: string, format: unknown): string | undefined {
  switch (format) {
    case 'email':
      return /^[^\s@]+@[^\s@]+$/.test(value) ? undefined : `${name} must be an e-mail address.`;
    case 'uri':
      return URL.canParse(value) ? undefined : `${name} must be a whole address.`;
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
        ? undefined
        : `${name} must be a date such as 2026-11-22.`;
    case 'date-time':
      return /^\d{4}-\d{2}-\d{2}[Tt]/.test(value) && !Number.isNaN(Date.parse(value))
        ? undefined
        : `${name} must be a time such as 2026-11-22T14:00:00Z.`;
    default:
      return undefined;
  }
}

function record(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
