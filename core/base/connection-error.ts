// What a broken connection means to the person: one typed error each.
import { PortolanError } from '../../shared/errors.ts';

/**
 * A request or its connection failed. `sent`: whether bytes had left; data.reason is the system's or TLS library's code.
 * `who`: the peer as the sentence calls it.
 */
export function connectionError(
  error: Error,
  state: { readonly sent: boolean; readonly timedOut?: boolean },
  who = 'The server',
): PortolanError {
  const reason = 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  const options = { data: { sent: state.sent, reason }, cause: error };
  if (error.name === 'HTTPParserError' || reason === 'UND_ERR_HEADERS_OVERFLOW')
    return new PortolanError('PROTOCOL_ERROR', `${who} did not answer with valid HTTP.`, options);
  if (state.sent)
    return new PortolanError(
      'CONNECTION_LOST',
      `The connection to ${inside(who)} broke before its answer was complete.`,
      options,
    );
  if (state.timedOut === true || reason === 'ETIMEDOUT') {
    return new PortolanError('CONNECT_TIMEOUT', `${who} could not be reached in time.`, {
      ...options,
      hint: 'Check the address and the network.',
    });
  }
  if (reason === 'ENOTFOUND' || reason === 'EAI_AGAIN') {
    return new PortolanError('CONNECT_REFUSED', `${who}'s host name could not be found.`, {
      ...options,
      hint: 'Check the address and the network.',
    });
  }
  if (/CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE|ERR_TLS/.test(reason)) {
    return new PortolanError('CONNECT_REFUSED', `${who}'s certificate was refused.`, {
      ...options,
      hint: 'Check the address, or install the certificate authority of your organisation.',
    });
  }
  return new PortolanError('CONNECT_REFUSED', `${who} refused the connection.`, {
    ...options,
    hint: 'Check that the server runs at this address.',
  });
}

function inside(who: string): string {
  return who.replace(/^The /, 'the ');
}
