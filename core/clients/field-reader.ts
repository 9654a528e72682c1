// Typed reading of the fields of one server entry: coerces what is plainly meant and reports it, skips what is not.
import { emptyRecord, type JsonMember, type JsonNode, pointerSegment } from '../base/json-tree.ts';

/** Ends the reading of one server; the others go on. */
export class SkipServer extends Error {
  readonly code: string;
  readonly path: string | undefined;
  constructor(code: string, path?: string) {
    super(code);
    this.code = code;
    this.path = path;
  }
}

export interface FieldReader {
  string(field: string): string | undefined;
  number(field: string): number | undefined;
  has(field: string): boolean;
  /** A command as a string, or as a list with its arguments; the list is reported as an old form unless `asRule`. */
  command(field: string, asRule: boolean): [string, ...string[]];
  /** A list of strings; empty when it is absent. */
  list(field: string): string[];
  /** A map of strings; `onNull` is the code for a null value, which stays when that only warns. */
  strings(field: string, onNull: 'ENV_NULL_UNSETS' | 'SERVER_SKIPPED_TYPE'): Record<string, string | null>;
  /** What the first present one of the two flags says; true without any. */
  enabled(disabled: string, enabled: string): boolean;
}

/** A reader of `members`; numbers are taken as they stand in `text`. */
export function fieldReader(
  members: ReadonlyMap<string, JsonMember>,
  text: string,
  warn: (code: string, path?: string) => void,
): FieldReader {
  const sourceOf = (node: JsonNode) => text.slice(node.offset, node.offset + node.length);
  const scalar = (node: JsonNode, path: string, code: string): string => {
    if (node.type === 'string') return String(node.value);
    if (node.type !== 'number' && node.type !== 'boolean') throw new SkipServer('SERVER_SKIPPED_TYPE', path);
    warn(code, path);
    return sourceOf(node);
  };
  const list = (node: JsonNode, path: string): string[] => {
    if (node.type !== 'array') throw new SkipServer('SERVER_SKIPPED_TYPE', path);
    return (node.children ?? []).map((item, index) => scalar(item, `${path}/${index}`, 'ARG_COERCED'));
  };
  return {
    string: (field) => {
      const node = members.get(field)?.value;
      if (node === undefined || node.type === 'null') return undefined;
      if (node.type !== 'string') throw new SkipServer('SERVER_SKIPPED_TYPE', pointerSegment(field));
      return String(node.value);
    },
    number: (field) => {
      const node = members.get(field)?.value;
      if (node?.type === 'number' && Number.isFinite(node.value)) return Number(node.value);
      if (node !== undefined) warn('SCHEMA_VIOLATION', pointerSegment(field));
      return undefined;
    },
    has: (field) => members.has(field),
    command: (field, asRule) => {
      const node = members.get(field)?.value;
      const path = pointerSegment(field);
      if (node?.type === 'string' && node.value !== '') return [String(node.value)];
      const [command, ...rest] = node?.type === 'array' ? list(node, path) : [];
      if (command === undefined || command === '') throw new SkipServer('SERVER_SKIPPED_TYPE', path);
      if (!asRule) warn('LEGACY_FIELD', path);
      return [command, ...rest];
    },
    list: (field) => {
      const node = members.get(field)?.value;
      return node === undefined || node.type === 'null' ? [] : list(node, pointerSegment(field));
    },
    strings: (field, onNull) => readStrings(members.get(field)?.value, pointerSegment(field), onNull, scalar, warn),
    enabled: (negative, positive) => {
      const disabled = flag(members, negative, warn);
      if (disabled !== undefined) return !disabled;
      return flag(members, positive, warn) ?? true;
    },
  };
}

function readStrings(
  node: JsonNode | undefined,
  path: string,
  onNull: 'ENV_NULL_UNSETS' | 'SERVER_SKIPPED_TYPE',
  scalar: (node: JsonNode, path: string, code: string) => string,
  warn: (code: string, path?: string) => void,
): Record<string, string | null> {
  const result = emptyRecord<string | null>();
  if (node === undefined || node.type === 'null') return result;
  if (node.type !== 'object') throw new SkipServer('SERVER_SKIPPED_TYPE', path);
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    const here = path + pointerSegment(String(key.value));
    if (value.type === 'null' && onNull === 'ENV_NULL_UNSETS') {
      warn(onNull, here);
      result[String(key.value)] = null;
    } else result[String(key.value)] = scalar(value, here, 'ENV_NON_STRING');
  }
  return result;
}

function flag(
  members: ReadonlyMap<string, JsonMember>,
  field: string,
  warn: (code: string, path?: string) => void,
): boolean | undefined {
  const node = members.get(field)?.value;
  if (node === undefined || node.type === 'null') return undefined;
  if (node.type === 'boolean') return node.value === true;
  if (node.type !== 'string' && node.type !== 'number') {
    throw new SkipServer('SERVER_SKIPPED_TYPE', pointerSegment(field));
  }
  warn('BOOLEAN_COERCED', pointerSegment(field));
  return /^(?:true|yes|on|1)$/i.test(String(node.value).trim());
}
