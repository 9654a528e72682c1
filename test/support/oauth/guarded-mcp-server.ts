// An MCP server over Streamable HTTP that only answers to tokens of one authorization server that were issued for it, checked by
// that server's keys; others are told where to sign in. (RFC 9728; RFC 9068)
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';
import { HttpMcpServer, type Reply, respond, type SeenRequest } from '../http-mcp-server.ts';
import { ModernServer } from '../modern-server.ts';

export interface ProtectedServer {
  readonly url: string;
  /** Subjects of the tokens with which tools were called, oldest first. */
  readonly callers: readonly string[];
  /** Every access token that came, good or bad, oldest first. */
  readonly tokens: readonly string[];
  /** From now on the tokens that it has taken are refused, as when they have run out. */
  refuseTakenTokens(): void;
  /** Begins to answer. Before, the server does not know its authorization server. */
  trust(as: AuthorizationServer): void;
}

/** A server of 2025-11-25 with sessions and one tool, `whoami`; it ends with the test. */
export async function protectedLegacyServer(): Promise<ProtectedServer> {
  const http = await HttpMcpServer.start();
  return guard(http, (request, response) => {
    const result = LEGACY_RESULTS[request.method];
    if (result === undefined) return http.usual(request, response);
    respond(response, 200, { jsonrpc: '2.0', id: request.id, result });
  });
}

/** A server of 2026-07-28 with one tool, `echo`; it ends with the test. */
export async function protectedModernServer(answers: 'json' | 'sse' = 'json'): Promise<ProtectedServer> {
  const modern = await ModernServer.start();
  modern.answers = answers;
  return guard(modern.http, modern.usual);
}

const LEGACY_RESULTS: Readonly<Record<string, object>> = {
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'hello' }] },
};

const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp';

function guard(http: HttpMcpServer, answer: Reply): ProtectedServer {
  const { url, origin } = http;
  const callers: string[] = [];
  const tokens: string[] = [];
  const refused = new Set<string>();
  const trust = (as: AuthorizationServer): void => {
    const keys = createRemoteJWKSet(new URL(as.jwks_uri ?? ''));
    const rules = { issuer: as.issuer, audience: url, typ: 'at+jwt' };
    const check: Reply = async (request, response) => {
      const token = bearerOf(request);
      if (token !== undefined) tokens.push(token);
      const checked = await jwtVerify(token ?? '', keys, rules).catch(() => undefined);
      if (checked === undefined || refused.has(token ?? '')) {
        const error = token === undefined ? '' : ', error="invalid_token"';
        const challenge = `Bearer resource_metadata="${origin}${METADATA_PATH}"${error}`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
        return;
      }
      if (request.method === 'tools/call') callers.push(checked.payload.sub ?? '');
      await answer(request, response);
    };
    for (const method of ['POST', 'GET', 'DELETE']) http.on(`${method} /mcp`, check);
    http.on(`GET ${METADATA_PATH}`, (_request, response) => {
      respond(response, 200, { resource: url, authorization_servers: [as.issuer], scopes_supported: ['read'] });
    });
  };
  return {
    url,
    callers,
    tokens,
    trust,
    refuseTakenTokens: () => {
      for (const token of tokens) refused.add(token);
    },
  };
}

function bearerOf({ headers }: SeenRequest): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
}
