// The page on which a server that wants a sign-in says who signs people in. (RFC 9728; MCP Authorization)
import { CircuitBreaker } from '../circuit-breaker.ts';
import { PortolanError } from '../../../shared/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { objectOf } from '../../base/json-object.ts';
import { contentError, mediaType } from '../http-errors.ts';
import { readBody } from '../http-messages.ts';
import { HttpPeer } from '../http-peer.ts';

const MAX_BYTES = 256 * 1024;
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/**
 * Who signs people in, as origins. Looks where the challenge says, if that is at the server's own origin, else at the well-known
 * places. Nothing of the entry's headers is sent.
 * @throws PortolanError NOT_FOUND (no such page), HTTP_UNEXPECTED_CONTENT (it is no metadata), CONNECT_*, CONNECTION_LOST, URL_REFUSED
 */
export async function fetchResourceMetadata(
  server: URL,
  {
    named,
    clock,
    timeoutMs,
  }: { readonly named: string | undefined; readonly clock: Clock; readonly timeoutMs: number },
): Promise<string[]> {
  const path = server.pathname === '/' ? '' : server.pathname;
  const wellKnown = [`${WELL_KNOWN}${path}`, WELL_KNOWN].map((place) => new URL(place, server.origin));
  const own = named !== undefined && new URL(named).origin === server.origin ? [new URL(named)] : [];
  const peer = new HttpPeer({
    url: server,
    headers: {},
    clock,
    connectMs: timeoutMs,
    breaker: new CircuitBreaker({ clock }),
  });
  const limit = new AbortController();
  const timer = clock.setTimeout(() => limit.abort(), timeoutMs);
  try {
    for (const url of [...own, ...wellKnown]) {
      const response = await peer.open({
        method: 'GET',
        url,
        headers: { accept: 'application/json' },
        signal: limit.signal,
      });
      if (response.statusCode !== 200) {
        response.destroy();
        continue;
      }
      if (mediaType(response) !== 'application/json') {
        response.destroy();
        throw contentError(response, 'The page about the sign-in is not JSON.');
      }
      return issuersIn(await readBody(response, MAX_BYTES));
    }
  } finally {
    timer.cancel();
    peer.close();
  }
  throw new PortolanError('NOT_FOUND', 'The server wants a sign-in and does not say where (RFC 9728).', {
    hint: 'Ask the operator for a key, and add it as a header that refers to a secret.',
  });
}

function issuersIn(body: Buffer): string[] {
  const named = objectOf(parse(body))?.['authorization_servers'];
  const issuers = (Array.isArray(named) ? named : []).filter(
    (issuer): issuer is string => typeof issuer === 'string' && URL.canParse(issuer),
  );
  if (issuers.length > 0) return issuers.slice(0, 10).map((issuer) => new URL(issuer).origin);
  throw new PortolanError('HTTP_UNEXPECTED_CONTENT', 'The page about the sign-in names nobody who signs people in.', {
    hint: 'Tell the operator of the server.',
  });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
