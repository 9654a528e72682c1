// When two entries are the same server: the same transport, and the same address or the same command line.
import type { Endpoint } from '../../shared/model/server-entry.ts';

/**
 * A text equal for entries that reach the same server. Streamable HTTP and `http-auto` count as one transport; values
 * of secrets and of the environment do not count, its names do.
 */
export function serverIdentity(endpoint: Endpoint): string {
  if (endpoint.type === 'stdio') {
    const argv = [endpoint.command, ...endpoint.args].map(withoutSecrets);
    return JSON.stringify(['stdio', argv, Object.keys(endpoint.env).toSorted(), endpoint.cwd ?? null]);
  }
  return JSON.stringify([endpoint.type === 'sse' ? 'sse' : 'http', normalizedUrl(withoutSecrets(endpoint.url))]);
}

function withoutSecrets(text: string): string {
  return text.replace(/\$\{secret:[^{}]*\}/g, 'SECRET');
}

function normalizedUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text;
  url.hash = '';
  // The parser lower-cases the host and drops a default port.
  return url.href.replace(/\/(?=\?|$)/, '');
}
