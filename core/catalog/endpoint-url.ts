// Which addresses a server in the catalog may have.
import { PortolanError } from '../../shared/errors.ts';
import { isLoopbackHost } from '../base/loopback-host.ts';

const REFERENCE = /\$\{(?:secret|env|input):[^{}]*\}/g;

/**
 * Checks the address of a remote server: http or https, no user-info. References count as plain text of a part; an
 * address that begins with one is checked when it is resolved.
 * Returns what a person should be told about it. Throws URL_REFUSED, never repeating the address.
 */
export function checkEndpointUrl(url: string): { warnings: string[] } {
  if (/^\$\{(?:secret|env|input):[^{}]*\}/.test(url)) return { warnings: [] };
  const parsed = parseUrl(url.replace(REFERENCE, '1'));
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw refused(`an address must begin with https:// or http://, this one begins with ${parsed.protocol}`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw refused(
      'an address must not hold a user name or password',
      'Put them into a header that refers to a secret.',
    );
  }
  const warnings: string[] = [];
  if (parsed.protocol === 'http:' && !leadsHere(parsed.hostname)) {
    warnings.push(
      `The connection to ${hasReferenceInHost(url) ? 'the server' : parsed.hostname} is not encrypted: others on the network can read and change it.`,
    );
  }
  if (parsed.hostname.split('.').some((label) => label.startsWith('xn--'))) {
    warnings.push(`The host name is written in other letters than it seems; its plain form is ${parsed.hostname}.`);
  }
  return { warnings };
}

/** This machine, or a name below `localhost`, which leads there too. RFC 6761 section 6.3. */
function leadsHere(hostname: string): boolean {
  return isLoopbackHost(hostname) || hostname.endsWith('.localhost');
}

function hasReferenceInHost(url: string): boolean {
  return /^[^/]*\/\/[^/]*\$\{/.test(url);
}

function parseUrl(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw refused('this is not an address');
  }
}

function refused(message: string, hint = 'Write it like https://example.com/mcp.'): PortolanError {
  return new PortolanError('URL_REFUSED', message, { hint });
}
