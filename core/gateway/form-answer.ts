// Checks what a person filled in against the form that a server asked for: a flat object of texts, numbers, booleans and choices.
// (MCP 2026-07-28, Elicitation, Requested schema) Nothing else of JSON Schema exists here: a form with more is no form.
import { type JsonObject, objectOf } from '../base/json-object.ts';

const MAX_FIELDS = 100;

/** What does not fit: the field it is about and why, in words for a person. */
export interface Misfit {
  readonly field: string;
  readonly why: string;
}

/** Field names that look as if a secret were asked for. */
const CREDENTIAL =
  /pass(?:word|phrase|wd|code)?|secret|token|api[-_ ]?key|private[-_ ]?key|credential|\bpin\b|cvv|ssn/i;

/** True when this is the schema of a flat form: an object with simple fields. */
export function isFlatForm(schema: JsonObject | undefined): schema is JsonObject {
  const fields = objectOf(schema?.['properties']);
  if (schema?.['type'] !== 'object' || fields === undefined) return false;
  const all = Object.values(fields);
  return all.length <= MAX_FIELDS && all.every((field) => checkOf(objectOf(field)) !== undefined);
}

/** Names of fields that look like credentials; a form must not ask for those. */
export function suspiciousFields(schema: JsonObject): string[] {
  return Object.entries(objectOf(schema['properties']) ?? {}).flatMap(([name, field]) => {
    const title = objectOf(field)?.['title'];
    const words = [name, typeof title === 'string' ? title : ''].map((text) =>
      text.replaceAll(/([a-z])([A-Z])/g, '$1 $2'),
    );
    return words.some((text) => CREDENTIAL.test(text)) ? [name] : [];
  });
}

/** The first field that does not fit the form; undefined when all do. Unknown fields never fit. */
export function misfitOf(content: JsonObject, schema: JsonObject): Misfit | undefined {
  const fields = objectOf(schema['properties']) ?? {};
  const required = schema['required'];
  for (const name of Array.isArray(required) ? required.map(String) : []) {
    if (content[name] === undefined) return { field: name, why: 'is required' };
  }
  for (const [field, value] of Object.entries(content)) {
    if (!Object.hasOwn(fields, field)) return { field, why: 'is not in the form' };
    const why = checkOf(objectOf(fields[field]))?.(value);
    if (why !== undefined) return { field, why };
  }
  return undefined;
}

/** Why a value does not fit; undefined when it does. */
type Check = (value: unknown) => string | undefined;

/** The check of one field; undefined when it is none of the simple kinds. */
function checkOf(field: JsonObject | undefined): Check | undefined {
  switch (field?.['type']) {
    case 'string':
      return choicesOf(field) === undefined ? textCheck(field) : choiceCheck(choicesOf(field) ?? []);
    case 'number':
    case 'integer':
      return numberCheck(field);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? undefined : 'must be yes or no');
    case 'array': {
      const choices = choicesOf(objectOf(field['items']));
      return choices && manyCheck(field, choices);
    }
    default:
      return undefined;
  }
}

/** The values of `enum`, or of `oneOf` or `anyOf` with a `const` each. */
function choicesOf(field: JsonObject | undefined): readonly unknown[] | undefined {
  const plain = field?.['enum'];
  if (Array.isArray(plain)) return plain;
  const titled = field?.['oneOf'] ?? field?.['anyOf'];
  return Array.isArray(titled) ? titled.map((each) => objectOf(each)?.['const']) : undefined;
}

function choiceCheck(choices: readonly unknown[]): Check {
  return (value) => (typeof value === 'string' && choices.includes(value) ? undefined : 'is not one of the choices');
}

function manyCheck({ minItems, maxItems }: JsonObject, choices: readonly unknown[]): Check {
  const one = choiceCheck(choices);
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list of choices';
    if (isBelow(value.length, minItems)) return `needs at least ${String(minItems)} choices`;
    if (isAbove(value.length, maxItems)) return `takes at most ${String(maxItems)} choices`;
    if (new Set(value).size !== value.length) return 'repeats a choice';
    return value.map(one).find((why) => why !== undefined);
  };
}

function numberCheck({ type, minimum, maximum }: JsonObject): Check {
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
    if (type === 'integer' && !Number.isInteger(value)) return 'must be a whole number';
    if (isBelow(value, minimum)) return `must be at least ${String(minimum)}`;
    return isAbove(value, maximum) ? `must be at most ${String(maximum)}` : undefined;
  };
}

function textCheck({ minLength, maxLength, format }: JsonObject): Check {
  return (value) => {
    if (typeof value !== 'string') return 'must be text';
    // JSON Schema counts characters, not UTF-16 units.
    const { length } = Array.from(value);
    if (isBelow(length, minLength)) return `needs at least ${String(minLength)} characters`;
    if (isAbove(length, maxLength)) return `takes at most ${String(maxLength)} characters`;
    const fits = typeof format === 'string' ? FORMATS[format] : undefined;
    return fits === undefined || fits(value) ? undefined : `is not a valid ${String(format)}`;
  };
}

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  uri: (text) => URL.canParse(text),
  date: isDate,
  'date-time': (text) =>
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i.test(text) && isDate(text.slice(0, 10)),
};

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // A day that the month does not have would be read as one of the next month.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isBelow(value: number, limit: unknown): boolean {
  return typeof limit === 'number' && value < limit;
}

function isAbove(value: number, limit: unknown): boolean {
  return typeof limit === 'number' && value > limit;
}
