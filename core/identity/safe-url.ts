// Which addresses may take part in a sign-in: https, and plain http on this machine alone.
import { PortolanError } from '../../shared/errors.ts';
import { isLoopbackHost } from '../base/loopback-host.ts';

export { isLoopbackHost };

const MAX_CHARS = 8_192;

/**
 * The URL that `text` writes, when a sign-in may use it: https, or http on loopback, without user name, password and fragment.
 * `what` names its place in the sentence. RFC 6749 section 3.1; RFC 8252 section 8.3.
 * @throws PortolanError URL_REFUSED, which never repeats the address
 */
export function checkSignInUrl(text: string, what: string): URL {
  // A URL parser drops these silently: what is checked must be what was written.
  const isPlain = text.length <= MAX_CHARS && /^[\x21-\x7e]+$/.test(text) && !text.includes('\\');
  const url = isPlain && /^https?:\/\/[^/]/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refused(`${what} is not an https address.`, what);
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname))
    throw refused(`${what} is not encrypted (http).`, what);
  if (url.username !== '' || url.password !== '') throw refused(`${what} holds a user name or password.`, what);
  if (text.includes('#')) throw refused(`${what} holds a fragment.`, what);
  return url;
}

function refused(message: string, what: string): PortolanError {
  return new PortolanError('URL_REFUSED', message, {
    hint: 'Tell the operator of the server. Portolan signs in over https only.',
    data: { what },
  });
}
