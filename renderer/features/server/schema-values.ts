// Turns what was typed into a form into arguments, with one plain sentence per value that does not fit.
import type { Field, Typed } from './schema-form.ts';

export interface Problem {
  /** Path of the field, such as `filter.labels.0`. */
  readonly path: string;
  readonly message: string;
}

export interface Arguments {
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** The arguments of the root field. Untouched optional fields are left out. */
export function argumentsOf(root: Extract<Field, { kind: 'object' }>, typed: Typed): Arguments {
  const problems: Problem[] = [];
  const value = valueOf(root, typed, '', problems);
  return { value: (value ?? {}) as Readonly<Record<string, unknown>>, problems };
}

function valueOf(field: Field, typed: Typed, path: string, problems: Problem[]): unknown {
  const name = path === '' ? 'The value' : path;
  const missing = (): undefined => {
    if (field.required) problems.push({ path, message: `${name} is required.` });
    return undefined;
  };
  switch (field.kind) {
    case 'text':
      return typeof typed === 'string' && (typed !== '' || field.required) ? typed : missing();
    case 'boolean':
      if (typeof typed === 'boolean') return typed;
      return field.required ? false : undefined;
    case 'number':
      return typeof typed !== 'string' || typed.trim() === ''
        ? missing()
        : numberOf(field.whole, typed.trim(), path, name, problems);
    case 'choice': {
      if (typeof typed !== 'string' || typed === '')
        return field.required && field.choices.length === 1 ? field.choices[0] : missing();
      return field.choices[Number(typed)];
    }
    case 'json':
      return typeof typed !== 'string' || typed.trim() === '' ? missing() : parsed(typed, path, name, problems);
    case 'list': {
      const items = Array.isArray(typed) ? (typed as readonly Typed[]) : [];
      if (items.length === 0 && !field.required) return undefined;
      return items.map((item, index) => valueOf(field.item, item, join(path, String(index)), problems) ?? null);
    }
    case 'object': {
      const held = isGroup(typed) ? typed : {};
      const untouched = Object.values(held).every((value) => value === undefined || value === '');
      if (!field.required && untouched) return undefined;
      const entries = field.fields.flatMap((inner) => {
        const value = valueOf(inner, held[inner.name], join(path, inner.name), problems);
        return value === undefined ? [] : [[inner.name, value] as const];
      });
      return Object.fromEntries(entries);
    }
    default:
      return undefined;
  }
}

function numberOf(whole: boolean, text: string, path: string, name: string, problems: Problem[]): number | undefined {
  const value = Number(text);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(value)) {
    problems.push({ path, message: `${name} must be a ${whole ? 'whole number' : 'number'}.` });
  } else if (whole && !Number.isInteger(value)) problems.push({ path, message: `${name} must be a whole number.` });
  else if (whole && !Number.isSafeInteger(value))
    problems.push({ path, message: `${name} is too large to be sent exactly.` });
  return value;
}

function parsed(text: string, path: string, name: string, problems: Problem[]): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    problems.push({ path, message: `${name} is not valid JSON.` });
    return undefined;
  }
}

/** The typed form of existing arguments, for switching back from JSON. */
export function typedOf(field: Field, value: unknown): Typed {
  if (value === undefined) return undefined;
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'number':
      return typeof value === 'number' ? String(value) : JSON.stringify(value);
    case 'choice': {
      const index = field.choices.findIndex((choice) => choice === value);
      return index === -1 ? undefined : String(index);
    }
    case 'list':
      return Array.isArray(value) ? value.map((item) => typedOf(field.item, item)) : undefined;
    case 'object': {
      const held = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
      return Object.fromEntries(field.fields.map((inner) => [inner.name, typedOf(inner, held[inner.name])]));
    }
    default:
      return JSON.stringify(value, null, 2);
  }
}

export function isGroup(typed: Typed): typed is { readonly [name: string]: Typed } {
  return typeof typed === 'object' && !Array.isArray(typed);
}

export function join(path: string, part: string): string {
  return path === '' ? part : `${path}.${part}`;
}
