// Writes values as YAML: blocks without any trick of the language, so that every reader of YAML 1.1 and 1.2 agrees.

export interface YamlStyle {
  readonly eol: string;
  /** Indentation of one level, spaces only. */
  readonly unit: string;
  /** Lists stand deeper than their key. */
  readonly indentsLists: boolean;
}

/** Texts that some version of YAML reads as something else than a text. */
const NOT_TEXT =
  /^(?:null|true|false|yes|no|on|off|y|n|~|[-+.]?[0-9][0-9_.:,eExXoO+-]*[a-fA-F0-9]*|[-+]?\.(?:inf|nan))$/i;
const PLAIN = /^[A-Za-z0-9_./$][A-Za-z0-9_./@$+=()~-]*(?: [A-Za-z0-9_./@$+=()~-]+)*$/;
const ADDRESS = /^[a-z]{2,8}:\/\/[A-Za-z0-9_./@?&=+%~-]+(?::\d+)?[A-Za-z0-9_./@?&=+%~-]*$/;
/** Characters that YAML calls not printable, or that version 1.1 takes for line ends. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Lines of `value` as a block; a plain value or an empty collection is one line. */
export function blockLines(value: unknown, style: YamlStyle): string[] {
  if (Array.isArray(value) && value.length > 0) {
    const items: readonly unknown[] = value;
    return items.flatMap((item) => itemLines(item, style));
  }
  if (isFilledObject(value)) return Object.entries(value).flatMap(([key, item]) => memberLines(key, item, style));
  return [lineOf(value)];
}

/** Lines of `key: value`. */
export function memberLines(key: string, value: unknown, style: YamlStyle): string[] {
  const name = scalarText(key);
  if (!isFilled(value)) return [`${name}: ${lineOf(value)}`];
  const unit = Array.isArray(value) && !style.indentsLists ? '' : style.unit;
  return [`${name}:`, ...blockLines(value, style).map((line) => unit + line)];
}

/** Lines of `- value`. */
export function itemLines(value: unknown, style: YamlStyle): string[] {
  return blockLines(value, style).map((line, index) => (index === 0 ? '- ' : '  ') + line);
}

/** `value` on one line, as JSON, which is YAML in any version. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${flowText(item)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value ?? null);
}

/** A value that fits behind its key. */
function lineOf(value: unknown): string {
  return typeof value === 'string' ? scalarText(value) : flowText(value);
}

function scalarText(text: string): string {
  const isSafe = (PLAIN.test(text) || ADDRESS.test(text)) && !NOT_TEXT.test(text) && text.length < 1024;
  return isSafe ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isFilledObject(value);
}

function isFilledObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0 && !Array.isArray(value);
}
