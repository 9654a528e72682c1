// Asks a server how it wants to be signed in to, with a request that changes nothing. (MCP Authorization, "Protocol Flow")
import { VERSION } from '../../shared/version.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import { type Challenge, parseChallenges, signInChallenge } from './challenge.ts';

const PROTOCOL_VERSION = '2026-07-28';
const METHOD = 'server/discover';

/** Its challenge; undefined when it asks for no sign-in, or does not answer: whoever goes on finds out why. */
export async function askForChallenge(url: URL, fetch: GuardedFetch): Promise<Challenge | undefined> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': PROTOCOL_VERSION,
    'io.modelcontextprotocol/clientInfo': { name: 'Portolan', version: VERSION },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-protocol-version': PROTOCOL_VERSION,
        'mcp-method': METHOD,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 'portolan-sign-in', method: METHOD, params: { _meta: meta } }),
      redirect: 'manual',
    });
    if (response.status !== 401) return undefined;
    return signInChallenge(parseChallenges(response.headers.get('www-authenticate') ?? undefined));
  } catch {
    return undefined;
  }
}
