// An OpenID provider with keys of its own that says whatever a test wants in its ID tokens and key set.
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { listen } from './listen.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

export interface ScriptedIdentityProvider {
  readonly issuer: string;
  readonly keys: KeyPair;
  /** Its own signing key, as its key set shows it. */
  readonly jwk: JWK;
  /** What the key set answers with: status, body. */
  keySet: () => { status?: number; body: string };
  /** How often the key set was fetched. */
  readonly keyFetches: () => number;
  /** Makes the ID token of the next sign-ins from the claims that a good one has. */
  idToken: (claims: JWTPayload) => Promise<string>;
  /** What the token endpoint answers beside the ID token, `access_token` included. */
  readonly accessToken: string;
  /** An ID token that is good for an identity with the client `portolan`. */
  goodToken(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Seconds now. */
export const nowS = (): number => Math.floor(Date.now() / 1_000);

export async function startScriptedIdentityProvider(
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<ScriptedIdentityProvider> {
  const keys = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  let fetches = 0;
  let nonce = '';
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', rig.issuer);
    response.setHeader('content-type', 'application/json');
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        response.end(JSON.stringify({ ...describe(rig.issuer), ...metadata }));
        break;
      case '/jwks': {
        fetches += 1;
        const { status = 200, body } = rig.keySet();
        response.writeHead(status).end(body);
        break;
      }
      case '/authorize': {
        nonce = url.searchParams.get('nonce') ?? '';
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.search = new URLSearchParams({ code: 'c', state: url.searchParams.get('state') ?? '' }).toString();
        response.writeHead(302, { location: back.href }).end();
        break;
      }
      case '/token':
        request.resume();
        void rig
          .idToken({ ...claimsOf(rig.issuer), nonce })
          .then((idToken) =>
            response.end(JSON.stringify({ access_token: rig.accessToken, token_type: 'Bearer', id_token: idToken })),
          );
        break;
      default:
        response.writeHead(404).end('{}');
    }
  });
  const { port } = await listen(server);
  const issuer = `http://127.0.0.1:${port}`;
  const goodToken: ScriptedIdentityProvider['goodToken'] = (claims = {}, header = {}) =>
    new SignJWT({ ...claimsOf(issuer), ...(claims as JWTPayload) })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
      .sign(keys.privateKey);
  const rig: ScriptedIdentityProvider = {
    issuer,
    keys,
    jwk,
    keySet: () => ({ body: JSON.stringify({ keys: [jwk] }) }),
    keyFetches: () => fetches,
    idToken: (claims) => goodToken(claims),
    accessToken: 'an access token of the provider',
    goodToken,
  };
  return rig;
}

/** `at_hash` of an access token under a signature with SHA-256. */
export function atHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}

function describe(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    code_challenge_methods_supported: ['S256'],
  };
}

function claimsOf(issuer: string): JWTPayload {
  return { iss: issuer, sub: 'ada', aud: 'portolan', iat: nowS(), exp: nowS() + 3_600 };
}
