// Which JSON-RPC ids are the same. Peers may write one value in several ways (`1` and `1.0`, `"a"` and `"\u0061"`) and a
// server may echo another spelling than it got, so ids are compared by value and given back in the client's own spelling.
import { type Span, setMember } from '../base/json-splice.ts';
import { withMember } from '../base/lazy-object.ts';
import type { Frame } from './frame.ts';

const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

/**
 * A key that two ids share exactly when a JSON reader with double numbers sees the same value. `source` is an id's source text.
 * Coarser than `exactIdKey` of the connections: of two ids that a client may take for one, the second is refused.
 */
export function doubleIdKey(source: string): string {
  if (PLAIN_INTEGER.test(source)) return source;
  if (source.startsWith('"')) return source.includes('\\') ? JSON.stringify(JSON.parse(source)) : source;
  return String(Number(source));
}

/** The same key for an id (or progress token) that stands inside a parsed message; undefined when it is neither string nor number. */
export function valueKey(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' ? String(value) : undefined;
}

/** False for the answer to a message that could not be read: it has no id to go by. */
export function isUsableId(id: string | undefined): id is string {
  return id !== undefined && id !== 'null';
}

/** Where the id stands in long messages, by their bytes: to search for it there takes its time. */
const idSpans = new WeakMap<Buffer, Span>();

/** Notes for `withId` where the value of the top-level id stands in these bytes. */
export function noteIdSpan(bytes: Buffer, span: Span): void {
  idSpans.set(bytes, span);
}

/** The message with its id spelt as `source`; every other byte stays. The same frame when it already is. */
export function withId(frame: Frame, source: string): Frame {
  if (frame.id === source) return frame;
  const id: unknown = JSON.parse(source);
  const { bytes, message } = frame;
  const span = idSpans.get(bytes);
  if (span === undefined) {
    return { ...frame, bytes: setMember(bytes, ['id'], source), message: { ...message, id }, id: source };
  }
  const { from, end } = span;
  const written = Buffer.from(source);
  const changed = Buffer.concat([bytes.subarray(0, from), written, bytes.subarray(end)]);
  noteIdSpan(changed, { from, end: from + written.length });
  return { ...frame, bytes: changed, message: withMember(message, 'id', id), id: source };
}
