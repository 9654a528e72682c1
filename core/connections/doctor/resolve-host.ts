// Does the name of a server's host mean an address? Asked the way a connection asks.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { PortolanError } from '../../../shared/errors.ts';
import { errnoOf } from '../../base/errno.ts';

/** The addresses of the URL's host, the preferred one first. @throws PortolanError DNS_FAILED */
export async function resolveHost(url: URL): Promise<string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    const reason = errnoOf(cause) ?? 'UNKNOWN';
    const why = reason === 'EAI_AGAIN' ? 'nobody could be asked for it' : 'it is not known';
    throw new PortolanError('DNS_FAILED', `The host name ${host} leads nowhere: ${why}.`, {
      hint: 'Check the spelling of the address, and your network or VPN.',
      data: { host, reason },
      cause,
    });
  }
}
