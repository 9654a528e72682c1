// Addresses of resources that more than one server of a profile has: `portolan://SERVER/` before the server's own address.
// The rest is not encoded, so that the same works for templates.

const PREFIX = 'portolan://';

export function isWrapped(uri: string): boolean {
  return uri.startsWith(PREFIX);
}

export function wrapUri(server: string, uri: string): string {
  return `${PREFIX}${encodeURIComponent(server)}/${uri}`;
}

/** The server's own address in a wrapped one; undefined when it is not wrapped for this server. */
export function unwrapUri(server: string, uri: string): string | undefined {
  const prefix = wrapUri(server, '');
  return uri.startsWith(prefix) ? uri.slice(prefix.length) : undefined;
}

/**
 * Whether `uri` can come from this template: the texts between its expressions appear in it in order. Coarser than RFC 6570, as
 * the server has the last word, and linear whatever the template.
 */
export function matchesTemplate(template: string, uri: string): boolean {
  const texts = template.split(/\{[^{}]*\}/);
  const first = texts[0] ?? '';
  const last = texts.at(-1) ?? '';
  if (texts.length === 1) return uri === template;
  if (!uri.startsWith(first)) return false;
  let at = first.length;
  for (const text of texts.slice(1, -1)) {
    const found = uri.indexOf(text, at);
    if (found < 0) return false;
    at = found + text.length;
  }
  return uri.length - last.length >= at && uri.endsWith(last);
}
