// An organisation in small: a real OpenID provider that exchanges its ID tokens for assertions, and the real authorization server
// of its MCP servers that takes them. What the provider refuses or answers wrongly is set by the test.
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

interface Refusal {
  readonly error: string;
  readonly words?: string;
  readonly status?: number;
}

export interface EnterpriseOptions {
  /** MCP servers for which there are tokens; RESOURCE alone when absent. */
  readonly resources?: readonly string[];
  /** User → password at the identity provider, which then shows pages. */
  readonly people?: Readonly<Record<string, string>>;
  /** Who may use what: a refusal for what may not be. */
  readonly policy?: (subject: string, resource: string) => Refusal | undefined;
  readonly tokenSeconds?: number;
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
  refusal: Refusal | undefined;
  /** Changes what the provider answers. */
  change: (exchange: Exchange) => void;
  /** Ends what somebody is signed in to at the identity provider, as an administrator would. */
  endSignIns(account: string): Promise<void>;
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
export async function startEnterprise(options: EnterpriseOptions = {}): Promise<EnterpriseRig> {
  const { resources = [RESOURCE], people, policy = () => undefined, tokenSeconds } = options;
  const profiles = ['urn:ietf:params:oauth:grant-profile:id-jag'];
  const signing = await generateKeyPair('ES256', { extractable: true });
  const client = await generateKeyPair('ES256', { extractable: true });
  const idp = await startIdentityProvider({
    clients: idpClients(await exportJWK(client.publicKey)),
    configuration: { discovery: { identity_chaining_requested_token_types_supported: [`${TYPE}:id-jag`] } },
    ...(people !== undefined && { people }),
  });
  const resourceServer = await startOidcProvider({
    resources,
    ...(tokenSeconds !== undefined && { tokenSeconds }),
    configuration: { discovery: { authorization_grant_profiles_supported: profiles } },
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
  const grants = grantsOf(idp);
  const rig: EnterpriseRig = {
    idp,
    resourceServer,
    as: resourceServer.as,
    idpKey: await exportPKCS8(client.privateKey),
    assertions: [],
    refusal: undefined,
    change: () => undefined,
    endSignIns: (account) => grants.end(account),
  };
  exchangeAt(rig, signing, async (subject, resource) =>
    (await grants.isAlive(subject))
      ? policy(subject, resource)
      : { error: 'invalid_grant', words: 'the sign-in is over' },
  );
  await redeemAt(rig, signing, tokenSeconds ?? 300);
  return rig;
}

/** What people are signed in to at the provider: the grants behind the tokens that it gave. */
function grantsOf({ provider }: IdentityProviderRig): {
  isAlive(account: string): Promise<boolean>;
  end(account: string): Promise<void>;
} {
  const known = new Map<string, Set<string>>();
  provider.on('grant.success', ({ oidc }) => {
    const { accountId, grantId } = oidc?.entities?.RefreshToken ?? oidc?.entities?.AccessToken ?? {};
    if (accountId !== undefined && grantId !== undefined)
      known.set(accountId, new Set([...(known.get(accountId) ?? []), grantId]));
  });
  const living = async (account: string): Promise<string[]> => {
    const ids = [...(known.get(account) ?? [])];
    const grants = await Promise.all(ids.map((id) => provider.Grant.find(id)));
    return ids.filter((_id, at) => grants[at] !== undefined);
  };
  return {
    isAlive: async (account) => !known.has(account) || (await living(account)).length > 0,
    end: async (account) => {
      for (const id of await living(account)) {
        await provider.RefreshToken.revokeByGrantId(id);
        await (await provider.Grant.find(id))?.destroy();
      }
    },
  };
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
function exchangeAt(
  rig: EnterpriseRig,
  { privateKey }: SigningKey,
  policy: (subject: string, resource: string) => Promise<Refusal | undefined>,
): void {
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
    const { audience = '', resource = '', scope } = params;
    const denied = await policy(subject, resource);
    if (denied !== undefined) {
      refuse(denied.error, denied.words, denied.status);
      return;
    }
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
async function redeemAt(
  { idp, resourceServer }: EnterpriseRig,
  { publicKey }: SigningKey,
  tokenSeconds: number,
): Promise<void> {
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
    token.resourceServer = new provider.ResourceServer(String(resource), {
      scope: 'read write',
      audience: String(resource),
      accessTokenTTL: tokenSeconds,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'ES256' } },
    });
    ctx.body = { access_token: await token.save(), token_type: 'Bearer', expires_in: tokenSeconds, scope };
  };
  (resourceServer.provider as unknown as GrantHost).registerGrantType(JWT_BEARER, handle, [
    'assertion',
    'resource',
    'scope',
  ]);
}
