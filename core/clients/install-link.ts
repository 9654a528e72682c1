// Links that another program opens to take one entry. A link stays in browser histories and process lists, so an entry
// with anything secret has none.
import type { ClientEntry } from './client-format.ts';
import { maskText } from './mask-text.ts';
import { codecOf } from './text/text-codec.ts';

/** Handlers of links on Windows cut longer ones. */
const MAX_LINK_CHARS = 2000;

/** `link`, made of `entry`; undefined when the entry holds a secret or a header that is no reference, or it is too long. */
export function installLink(entry: ClientEntry, link: string): string | undefined {
  const text = JSON.stringify(entry);
  const hasSecret = maskText(text, codecOf('json')) !== text || headersOf(entry).some((value) => !isReference(value));
  return hasSecret || link.length > MAX_LINK_CHARS ? undefined : link;
}

/** Standard base64 of the JSON of `value`, percent-encoded for a query. */
export function base64Json(value: unknown): string {
  return encodeURIComponent(Buffer.from(JSON.stringify(value), 'utf8').toString('base64'));
}

/** The JSON of `value`, percent-encoded for a query. */
export function percentJson(value: unknown): string {
  return encodeURIComponent(JSON.stringify(value));
}

function headersOf({ headers }: ClientEntry): string[] {
  return typeof headers === 'object' && headers !== null ? Object.values(headers).map(String) : [];
}

function isReference(value: string): boolean {
  return /^(?:Bearer )?\$\{[^{}]+\}$/.test(value);
}
