// What Portolan accepts as the URL and the extra headers of a remote server. Pure checks, made before any connection.
import { PortolanError } from '../../shared/errors.ts';

/** Headers that frame or route a message: a catalog entry may not set them. RFC 9110 section 7.6.1; MCP Transports. */
const OWN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'last-event-id',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The URL of a remote server: http or https, without user name and password; a fragment is dropped.
 * @throws PortolanError URL_REFUSED
 */
export function checkRemoteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined)
    throw refused('The URL of the server cannot be read.', 'Write it in full, as in https://example.com/mcp.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refused('The URL of the server is neither http nor https.', 'Use an https address.');
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(
      'The URL of the server holds a user name or password.',
      'Put the credential into a header as a secret reference.',
    );
  }
  url.hash = '';
  return url;
}

/**
 * The extra headers of an entry, names in lower case. Headers that Portolan sets by itself are left out and named in `ignored`.
 * @throws PortolanError INPUT_INVALID when a name is no token or a value holds a control character (RFC 9110 section 5.5).
 */
export function checkExtraHeaders(headers: Readonly<Record<string, string>>): {
  readonly headers: Readonly<Record<string, string>>;
  readonly ignored: readonly string[];
} {
  const kept: Record<string, string> = {};
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
      throw new PortolanError('INPUT_INVALID', 'The name of a header is not valid.', {
        hint: 'Correct the headers of the server.',
      });
    }
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new PortolanError(
        'INPUT_INVALID',
        `The value of the header ${name} holds a character that headers cannot carry.`,
        {
          hint: 'Look for a line break at the end of the value or secret.',
          data: { header: name },
        },
      );
    }
    const lower = name.toLowerCase();
    if (OWN_HEADERS.has(lower) || lower.startsWith('mcp-')) ignored.push(name);
    else kept[lower] = value.trim();
  }
  return { headers: kept, ignored };
}

function refused(cause: string, hint: string): PortolanError {
  return new PortolanError('URL_REFUSED', cause, { hint, data: { sent: false } });
}
