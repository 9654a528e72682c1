// Client id and secret in an Authorization header. (RFC 6749 section 2.3.1 and appendix B)
import type { ClientAuth } from 'oauth4webapi';

/**
 * Encodes as forms do and no more than that: a server that does not decode what it gets still reads letters, digits, `-`, `.`,
 * `_` and `*`, of which ids and secrets are mostly made.
 */
export function basicSecret(secret: string): ClientAuth {
  return (_as, { client_id: id }, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(`${formText(id)}:${formText(secret)}`).toString('base64')}`);
  };
}

function formText(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
