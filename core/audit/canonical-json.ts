// The canonical JSON of an audit record, exactly as the draft SEP-3004 section 2.3 defines it. It refuses what the draft
// refuses; making arbitrary text acceptable is the work of safe-text.ts.
import { PortolanError } from '../../shared/errors.ts';

/** Longest protected string in UTF-16 code units (SEP-3004 section 2.3). */
export const MAX_STRING_UNITS = 8192;

const MAX_DEPTH = 8;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const EDGE_SPACES = /^ +| +$/g;
/** So many lists of keys are remembered in their order: records have few shapes. */
const MAX_SHAPES = 16;
/** Printable ASCII without quote and backslash: its own canonical form but for spaces at the ends, and most of a record. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * The canonical text of a value: keys sorted at every level, no white space, strings normalised (SEP-3004 section 2.3).
 * @throws PortolanError INPUT_INVALID for numbers, arrays, control characters, lone surrogates, too long or too deep values.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/**
 * One protected string in its canonical form: NFC, U+0020 trimmed at both ends, at most 8,192 code units.
 * @throws PortolanError INPUT_INVALID for control characters, lone surrogates and longer strings.
 */
export function normaliseString(value: string): string {
  if (CONTROL.test(value)) throw invalid('a string holds a control character');
  if (!value.isWellFormed()) throw invalid('a string holds half of a surrogate pair');
  const normal = value.normalize('NFC').replaceAll(EDGE_SPACES, '');
  if (normal.length > MAX_STRING_UNITS) throw invalid(`a string is longer than ${MAX_STRING_UNITS} code units`);
  return normal;
}

/** True when the text between quotes is its canonical form; told in one pass, where the general way takes six. */
export function isPlain(text: string): boolean {
  return text.length <= MAX_STRING_UNITS && !text.startsWith(' ') && !text.endsWith(' ') && PLAIN.test(text);
}

function write(value: unknown, depth: number): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return isPlain(value) ? `"${value}"` : JSON.stringify(normaliseString(value));
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return writeObject(value as Readonly<Record<string, unknown>>, depth);
    default:
      throw invalid(`a ${typeof value} has no canonical form`);
  }
}

function writeObject(value: Readonly<Record<string, unknown>>, depth: number): string {
  if (Array.isArray(value)) throw invalid('an array has no canonical form');
  if (depth >= MAX_DEPTH) throw invalid(`values are nested deeper than ${MAX_DEPTH}`);
  let text = '{';
  for (const { key, label } of membersOf(value)) {
    if (text.length > 1) text += ',';
    text += label + write(value[key], depth + 1);
  }
  return `${text}}`;
}

interface Shape {
  readonly keys: readonly string[];
  readonly members: readonly Member[];
}

interface Member {
  readonly key: string;
  /** The key as JSON, with its colon. */
  readonly label: string;
}

/** The newest first. */
const shapes: Shape[] = [];

/** The keys in the order of their code units. Comparing them with those of the last records is cheaper than sorting them. */
function membersOf(value: object): readonly Member[] {
  const keys = Object.keys(value);
  const known = shapes.find((shape) => isSame(shape.keys, keys));
  if (known !== undefined) return known.members;
  const members = [...keys].sort().map((key) => ({ key, label: `${JSON.stringify(key)}:` }));
  shapes.unshift({ keys, members });
  if (shapes.length > MAX_SHAPES) shapes.pop();
  return members;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

function invalid(cause: string): PortolanError {
  return new PortolanError('INPUT_INVALID', `An audit record cannot be written: ${cause}.`);
}
