// How a value is written into a JSON text of a given style.

export interface Style {
  readonly eol: string;
  readonly unit: string;
  readonly isPlain: boolean;
  /** Nothing but the values: the text has no line break and no space after a colon. */
  readonly isCompact: boolean;
}

/** Longest list on one line in the short layout. */
const SHORT_LIST_CHARS = 100;

/** What stands between two members on one line. */
export function separator(style: Style): string {
  return style.isCompact ? ',' : ', ';
}

/** `"name": value` as a member that stands at `indent`; `inline`: on one line. */
export function member(name: string, value: unknown, style: Style, indent: string, inline: boolean): string {
  return `${JSON.stringify(name)}:${style.isCompact ? '' : ' '}${serialize(value, style, indent, inline)}`;
}

/** `value` as JSON text whose lines after the first begin with `indent`; `inline`: on one line. */
export function serialize(value: unknown, style: Style, indent: string, inline: boolean): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (style.isPlain && inline) return JSON.stringify(value);
  if (style.isPlain) return JSON.stringify(value, null, style.unit).replaceAll('\n', style.eol + indent);
  const inner = indent + style.unit;
  if (Array.isArray(value)) {
    const items = value.map((item) => serialize(item, style, inner, inline));
    const line = `[${items.join(', ')}]`;
    if (inline || line.length <= SHORT_LIST_CHARS) return line;
    return `[${style.eol}${items.map((item) => inner + item).join(`,${style.eol}`)}${style.eol}${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => member(name, item, style, inner, inline));
  if (members.length === 0) return '{}';
  if (inline) return `{ ${members.join(', ')} }`;
  return `{${style.eol}${members.map((text) => inner + text).join(`,${style.eol}`)}${style.eol}${indent}}`;
}
