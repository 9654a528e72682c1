// A real MCP server on loopback that takes only tokens of a real authorization server, issued for it; and a person who signs in
// by following the address that a browser would open.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { textOf } from '../../../core/base/json-object.ts';
import { HttpMcpServer, type Reply, respond } from '../http-mcp-server.ts';
import { type OidcProviderOptions, type OidcProviderRig, startOidcProvider } from './oidc-provider-rig.ts';

export interface ProtectedServer {
  readonly mcp: HttpMcpServer;
  readonly as: OidcProviderRig;
  readonly url: string;
  /** Access tokens that were taken, in the order in which they came first. */
  readonly taken: string[];
  /** Requests that were refused. */
  refused: number;
  /** Scope that a request needs beyond a valid token: its challenge is a 403. */
  needs: (method: string, tool: unknown) => string | undefined;
  /** From now on none of the tokens that were taken is good any more. */
  endTokens(): void;
  /** Successful requests to the token endpoint with this grant. */
  count(grant: 'authorization_code' | 'refresh_token'): number;
  /** Until the promise resolves, the token endpoint does its work and does not answer. */
  holdTokens: Promise<void> | undefined;
}

/** Runs until the test ends. Clients register themselves, unless `options` say otherwise. */
export async function startProtectedServer(options: OidcProviderOptions = {}): Promise<ProtectedServer> {
  const mcp = await HttpMcpServer.start({ sessions: false });
  const { configuration = {} } = options;
  let held = (): Promise<void> | undefined => undefined;
  const as = await startOidcProvider({
    ...options,
    resources: [mcp.url],
    beforeAnswer: (route) => (route === 'token' ? held() : undefined),
    configuration: {
      ...configuration,
      features: { registration: { enabled: true }, ...(configuration['features'] as object | undefined) },
    },
  });
  const keys = createRemoteJWKSet(new URL(as.as.jwks_uri ?? ''));
  const ended = new Set<string>();
  const self: ProtectedServer = {
    mcp,
    as,
    url: mcp.url,
    taken: [],
    refused: 0,
    needs: () => undefined,
    endTokens: () => {
      for (const token of self.taken) ended.add(token);
    },
    count: (grant) => as.forms.filter(({ form, status }) => form['grant_type'] === grant && status === 200).length,
    holdTokens: undefined,
  };
  held = () => self.holdTokens;
  const metadataUrl = `${mcp.origin}/.well-known/oauth-protected-resource/mcp`;
  const metadata = { resource: mcp.url, authorization_servers: [as.issuer], scopes_supported: ['read', 'write'] };
  mcp.on('GET /.well-known/oauth-protected-resource/mcp', (_request, response) => respond(response, 200, metadata));
  const guarded: Reply = async (request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const refuse = (status: number, error: string): void => {
      self.refused++;
      const scope = status === 401 ? ', scope="read"' : '';
      const challenge = `Bearer resource_metadata="${metadataUrl}"${scope}${error}`;
      response.writeHead(status, { 'www-authenticate': challenge }).end();
    };
    if (token === undefined) return refuse(401, '');
    const valid = await jwtVerify(token, keys, { issuer: as.issuer, audience: mcp.url }).catch(() => undefined);
    if (valid === undefined || ended.has(token)) return refuse(401, ', error="invalid_token"');
    const needed = self.needs(request.method, request.params['name']);
    const scopes = (textOf(valid.payload['scope']) ?? '').split(' ');
    if (needed !== undefined && !scopes.includes(needed)) {
      return refuse(403, `, error="insufficient_scope", scope="${needed}"`);
    }
    if (!self.taken.includes(token)) self.taken.push(token);
    await mcp.usual(request, response);
  };
  for (const http of ['POST', 'GET', 'DELETE']) mcp.on(http, guarded);
  mcp.on('initialize', guarded);
  return self;
}
