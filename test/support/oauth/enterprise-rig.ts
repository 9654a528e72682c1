// An organisation in small: a real OpenID provider that exchanges its ID tokens for assertions, and the real authorization server
// of one MCP server that takes them. What the provider refuses or answers wrongly is set by the test.
import { randomUUID } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';
import { type IdentityProviderRig, startIdentityProvider } from './identity-provider-rig.ts';
import { type OidcProviderRig, startOidcProvider } from './oidc-provider-rig.ts';

export const RESOURCE = 'https://mcp.example/mcp';
/** Our client at the authorization server of the resource. */
export const RESOURCE_CLIENT = 'portolan-at-resource';
export const RESOURCE_SECRET = 'a secret at the resource';
/** Clients at the identity provider: with a secret, with a key, and public. */
export const IDP_SECRET_CLIENT = 'portolan-with-secret';
export const IDP_POST_CLIENT = 'portolan-with-secret-in-body';
export const IDP_SECRET = 'a secret at the provider';
export const IDP_KEY_CLIENT = 'portolan-with-key';
export const IDP_PUBLIC_CLIENT = 'portolan-public';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const TYPE = 'urn:ietf:params:oauth:token-type';

/** An assertion before it is signed, and the answer that brings it. */
export interface Exchange {
  header: Record<string, unknown>;
  claims: JWTPayload;
  answer: Record<string, unknown>;
}

export interface EnterpriseRig {
  readonly idp: IdentityProviderRig;
  readonly resourceServer: OidcProviderRig;
  readonly as: AuthorizationServer;
  /** PKCS #8 in PEM of IDP_KEY_CLIENT. (ES256) */
  readonly idpKey: string;
  /** Assertions that were given out. */
  readonly assertions: string[];
  /** An OAuth error with which the provider refuses, and its words. */
  refusal: { readonly error: string; readonly words?: string; readonly status?: number } | undefined;
  /** Changes what the provider answers. */
  change: (exchange: Exchange) => void;
}

interface GrantContext {
  body: unknown;
  status: number;
  readonly oidc: {
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly client: { readonly clientId: string };
    readonly provider: {
      readonly AccessToken: new (
        payload: object,
      ) => { resourceServer: unknown; expiration: number; save(): Promise<string> };
      readonly ResourceServer: new (resource: string, details: object) => unknown;
      readonly RefreshToken: { find(token: string): Promise<{ readonly accountId: string } | undefined> };
    };
  };
}
interface GrantHost {
  registerGrantType(name: string, handler: (ctx: GrantContext) => Promise<void>, parameters: readonly string[]): void;
}
type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>;

/** Both end with the test. */
export async function startEnterprise(): Promise<EnterpriseRig> {
  const signing = await generateKeyPair('ES256', { extractable: true });
  const client = await generateKeyPair('ES256', { extractable: true });
  const idp = await startIdentityProvider({ clients: idpClients(await exportJWK(client.publicKey)) });
  const resourceServer = await startOidcProvider({
    resources: [RESOURCE],
    clients: [
      {
        client_id: RESOURCE_CLIENT,
        client_secret: RESOURCE_SECRET,
        grant_types: [JWT_BEARER],
        redirect_uris: [],
        response_types: [],
      },
    ],
  });
  const profiles = ['urn:ietf:params:oauth:grant-profile:id-jag'];
  const rig: EnterpriseRig = {
    idp,
    resourceServer,
    as: { ...resourceServer.as, authorization_grant_profiles_supported: profiles },
    idpKey: await exportPKCS8(client.privateKey),
    assertions: [],
    refusal: undefined,
    change: () => undefined,
  };
  exchangeAt(rig, signing);
  await redeemAt(rig, signing);
  return rig;
}

function idpClients(publicKey: object): readonly Readonly<Record<string, unknown>>[] {
  const native = {
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token', TOKEN_EXCHANGE],
  };
  const secret = { ...native, client_secret: IDP_SECRET };
  return [
    { ...secret, client_id: IDP_SECRET_CLIENT },
    { ...secret, client_id: IDP_POST_CLIENT, token_endpoint_auth_method: 'client_secret_post' },
    { ...native, client_id: IDP_PUBLIC_CLIENT, token_endpoint_auth_method: 'none' },
    {
      ...native,
      client_id: IDP_KEY_CLIENT,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [publicKey] },
    },
  ];
}

/** The token exchange at the identity provider. (Enterprise-Managed Authorization, 4) */
function exchangeAt(rig: EnterpriseRig, { privateKey }: SigningKey): void {
  const keys = createRemoteJWKSet(new URL(rig.idp.as.jwks_uri ?? ''));
  const handle = async (ctx: GrantContext): Promise<void> => {
    const { params, client, provider } = ctx.oidc;
    const { subject_token: token = '', subject_token_type: type } = params;
    const refuse = (error: string, words?: string, status = 400): void => {
      ctx.status = status;
      ctx.body = { error, ...(words !== undefined && { error_description: words }) };
    };
    if (rig.refusal !== undefined) {
      refuse(rig.refusal.error, rig.refusal.words, rig.refusal.status);
      return;
    }
    const subject =
      type === `${TYPE}:refresh_token`
        ? (await provider.RefreshToken.find(token))?.accountId
        : await jwtVerify(token, keys, { issuer: rig.idp.issuer, audience: client.clientId }).then(
            ({ payload }) => payload.sub,
            () => undefined,
          );
    if (subject === undefined || params['requested_token_type'] !== `${TYPE}:id-jag`) {
      refuse('invalid_grant', 'the subject token is not good');
      return;
    }
    const { audience = '', resource, scope } = params;
    const now = Math.floor(Date.now() / 1_000);
    const exchange: Exchange = {
      header: { alg: 'ES256', typ: 'oauth-id-jag+jwt' },
      claims: {
        iss: rig.idp.issuer,
        sub: subject,
        aud: audience,
        client_id: RESOURCE_CLIENT,
        resource,
        scope,
        jti: randomUUID(),
        iat: now,
        exp: now + 300,
      },
      answer: { issued_token_type: `${TYPE}:id-jag`, token_type: 'N_A', expires_in: 300 },
    };
    rig.change(exchange);
    const { header, claims, answer } = exchange;
    const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey);
    rig.assertions.push(assertion);
    ctx.body = { access_token: assertion, ...answer };
  };
  const parameters = ['requested_token_type', 'audience', 'resource', 'scope', 'subject_token', 'subject_token_type'];
  (rig.idp.provider as unknown as GrantHost).registerGrantType(TOKEN_EXCHANGE, handle, parameters);
}

/** The grant at the authorization server of the resource: it checks everything, and takes an assertion once. (RFC 7523) */
async function redeemAt({ idp, resourceServer }: EnterpriseRig, { publicKey }: SigningKey): Promise<void> {
  const keys = createLocalJWKSet({ keys: [await exportJWK(publicKey)] });
  const used = new Set<unknown>();
  const handle = async (ctx: GrantContext): Promise<void> => {
    const { params, client, provider } = ctx.oidc;
    const rules = { issuer: idp.issuer, audience: resourceServer.issuer, typ: 'oauth-id-jag+jwt' };
    const checked = await jwtVerify(params['assertion'] ?? '', keys, rules).catch(() => undefined);
    const { jti, sub, client_id, resource, scope = 'read' } = checked?.payload ?? {};
    if (jti === undefined || used.has(jti) || client_id !== client.clientId || resource !== params['resource']) {
      ctx.status = 400;
      ctx.body = { error: 'invalid_grant', error_description: 'the assertion is not good' };
      return;
    }
    used.add(jti);
    const token = new provider.AccessToken({ accountId: sub, client, scope, grantId: randomUUID() });
    token.resourceServer = new provider.ResourceServer(RESOURCE, {
      scope: 'read write',
      audience: RESOURCE,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'ES256' } },
    });
    ctx.body = { access_token: await token.save(), token_type: 'Bearer', expires_in: 300, scope };
  };
  (resourceServer.provider as unknown as GrantHost).registerGrantType(JWT_BEARER, handle, [
    'assertion',
    'resource',
    'scope',
  ]);
}
