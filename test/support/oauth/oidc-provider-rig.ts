// A real authorization server on loopback: everyone is signed in and agrees to everything, so that following the redirects
// of its authorization endpoint is a whole sign-in; or people with passwords see pages. Refresh tokens rotate, and using an old
// one ends the sign-in.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthorizationServer } from 'oauth4webapi';
import { type Context, errors, Provider } from 'oidc-provider';
import { onTestFinished } from 'vitest';
import { objectOf } from '../../../core/base/json-object.ts';
import { type SeenPages, showPages } from './sign-in-pages.ts';

/** A public client of any port on 127.0.0.1, one with a secret, and one with a key. */
export const PUBLIC_CLIENT = 'portolan';
export const SECRET_CLIENT = 'portolan-secret';
export const CLIENT_SECRET = 'c-%+&=/secret of the client';
export const KEY_CLIENT = 'portolan-key';

export interface OidcProviderOptions {
  /** Resources that tokens may be asked for; `https://mcp.example/mcp` when absent. */
  readonly resources?: readonly string[];
  /** Seconds that an access token lives; 300 when absent. */
  readonly tokenSeconds?: number;
  /** Proofs of possession need a nonce. (RFC 9449, 8) */
  readonly dpopNonces?: boolean;
  /** Clients beside the three that there always are. */
  readonly clients?: readonly Readonly<Record<string, unknown>>[];
  /** Further settings of oidc-provider; `features` are added to those of the rig. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** User → password: who signs in has to type them and to agree, on pages. Absent: nobody sees a page. */
  readonly people?: Readonly<Record<string, string>>;
  /** Waited for after a form was dealt with and before it is answered. */
  readonly beforeAnswer?: (route: string) => Promise<void> | undefined;
  /** While it gives true, every connection breaks before anything is done. */
  readonly isAway?: () => boolean;
}

export interface FormRecord {
  readonly route: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly status: number;
  /** What was answered in JSON. */
  readonly answer: Readonly<Record<string, unknown>>;
}

export interface OidcProviderRig {
  readonly issuer: string;
  /** Its metadata, as published. */
  readonly as: AuthorizationServer;
  readonly provider: Provider;
  /** The forms that were posted, oldest first, with the status they were answered with. */
  readonly forms: readonly FormRecord[];
  /** Method and path of each request, oldest first. */
  readonly visits: readonly string[];
  /** What people did on the pages. */
  readonly pages: SeenPages;
  /** Who is signed in in a browser that comes without a session. */
  account: string;
  /** PKCS #8 in PEM of the client with a key. (ES256) */
  readonly clientKey: string;
  /** Does what a person does at the verification address of the device flow. */
  decideDevice(verificationUrl: string, userCode: string, decision: 'confirm' | 'abort'): Promise<void>;
}

/** Starts the server; it ends with the test. */
export async function startOidcProvider(options: OidcProviderOptions = {}): Promise<OidcProviderRig> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const provider = new Provider(issuer, configurationOf(options, key.publicKey.export({ format: 'jwk' })));
  const forms: FormRecord[] = [];
  const visits: string[] = [];
  const pages: SeenPages = { logins: [], consents: [] };
  const rig = { account: 'ada' };
  if (options.people === undefined) signEveryoneIn(provider, () => rig.account);
  else showPages(provider, options.people, pages);
  provider.use(async (ctx, next) => {
    await next();
    const { body, route } = ctx.oidc ?? {};
    if (body && route)
      forms.push({
        route,
        form: { ...body },
        headers: ctx.request.header,
        status: ctx.response.status,
        answer: objectOf(ctx.body) ?? {},
      });
    if (route !== undefined) await options.beforeAnswer?.(route);
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    visits.push(`${request.method ?? ''} ${new URL(request.url ?? '', issuer).pathname}`);
    if (options.isAway?.() === true) request.socket.destroy();
    else answer(request, response);
  });
  const metadata = await fetch(`${issuer}/.well-known/openid-configuration`);
  return Object.assign(rig, {
    issuer,
    as: (await metadata.json()) as AuthorizationServer,
    provider,
    forms,
    visits,
    pages,
    clientKey: key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    decideDevice,
  });
}

function configurationOf(options: OidcProviderOptions, clientKey: object): Readonly<Record<string, unknown>> {
  const resources = options.resources ?? ['https://mcp.example/mcp'];
  const { features, ...rest } = options.configuration ?? {};
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return {
    clients: [...theClients(clientKey), ...(options.clients ?? [])],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [{ ...signing, kid: 'signing', use: 'sig', alg: 'ES256' }] },
    cookies: { keys: ['a key of the test'] },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'read', 'write', 'admin'],
    claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
    findAccount: (_ctx: Context, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of the test`, email: `${id}@example.org` }),
    }),
    ...(options.people === undefined
      ? {
          interactions: { policy: ['login', 'consent', 'select_account'].map(settledPrompt) },
          loadExistingGrant: agreeToEverything,
        }
      : {}),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: options.tokenSeconds ?? 300,
      ClientCredentials: options.tokenSeconds ?? 300,
      DeviceCode: 600,
      Grant: 86_400,
      IdToken: 3_600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      deviceFlow: deviceFlow(),
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => options.dpopNonces === true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx: Context, resource: string) => {
          if (!resources.includes(resource)) throw new errors.InvalidTarget();
          return {
            scope: 'read write admin',
            audience: resource,
            accessTokenTTL: options.tokenSeconds ?? 300,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
      ...(features as object | undefined),
    },
    ...rest,
  };
}

function theClients(clientKey: object): readonly Readonly<Record<string, unknown>>[] {
  const machine = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
  return [
    {
      client_id: PUBLIC_CLIENT,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    },
    { ...machine, client_id: SECRET_CLIENT, client_secret: CLIENT_SECRET },
    {
      ...machine,
      client_id: KEY_CLIENT,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [clientKey] },
    },
  ];
}

function signEveryoneIn(provider: Provider, account: () => string): void {
  const get = provider.Session.get.bind(provider.Session);
  provider.Session.get = async (ctx) => {
    const session = await get(ctx);
    if (session.accountId === undefined) session.loginAccount({ accountId: account() });
    return session;
  };
}

/** A prompt that a client may ask for and nobody has to see. */
function settledPrompt(name: string): object {
  return { name, requestable: true, details: () => undefined, checks: [] };
}

/** The grant for whatever is asked: all scopes, at all resources. */
async function agreeToEverything(ctx: Context & { oidc: { provider: Provider } }): Promise<unknown> {
  const { client, session, params, resourceServers = {}, provider } = ctx.oidc;
  const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: client?.clientId ?? '' });
  const scope = params?.['scope'] ?? '';
  grant.addOIDCScope(scope);
  for (const resource of Object.keys(resourceServers)) grant.addResourceScope(resource, scope);
  await grant.save();
  return grant;
}

/** Pages of the device flow as bare forms. */
function deviceFlow(): Readonly<Record<string, unknown>> {
  const page = (ctx: { body: string }, form: string): void => {
    ctx.body = form;
  };
  return {
    enabled: true,
    userCodeInputSource: page,
    userCodeConfirmSource: page,
    successSource: (ctx: { body: string }) => page(ctx, 'done'),
  };
}

async function decideDevice(url: string, userCode: string, decision: 'confirm' | 'abort'): Promise<void> {
  const asked = await fetch(url);
  const cookie = asked.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(await asked.text())?.[1] ?? '';
  const body = new URLSearchParams({ xsrf, user_code: userCode, [decision]: 'yes' });
  const answer = await fetch(url, { method: 'POST', body, headers: { cookie }, redirect: 'manual' });
  if (answer.status >= 500 || (decision === 'confirm' && answer.status >= 400))
    throw new Error(`the device page answered ${answer.status}: ${await answer.text()}`);
}
