// Dynamic client registration: one request, once more with less when it is refused, and a look at what came back. (RFC 7591)
import type { AuthorizationServer } from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import { type AuthMethod, chooseAuthMethod } from './auth-method.ts';
import type { ClientRegistration, ClientUse } from './client-registration.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import { invalidMetadata } from './metadata-document.ts';

/** Methods for which a registration gives all that is needed. */
const METHODS: readonly AuthMethod[] = ['none', 'client_secret_basic', 'client_secret_post'];
const PRINTABLE = /^[\x20-\x7e]+$/;
const MAX_ID_CHARS = 2_000;
const MAX_SECRET_CHARS = 4_096;

export interface RegisterOptions {
  readonly as: AuthorizationServer;
  readonly use: ClientUse;
  readonly scope: readonly string[];
  readonly fetch: GuardedFetch;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

/**
 * Registers Portolan at `as`.
 * @throws PortolanError REGISTRATION_REFUSED with the server's cleaned reason, METADATA_INVALID (an answer that cannot be relied on),
 * HTTP_STATUS (it cannot answer now), and what the fetch throws
 */
export async function registerClient(options: RegisterOptions): Promise<ClientRegistration> {
  const method = methodToAskFor(options.as);
  const first = await post(fullRequest(options, method), options);
  if (first.status < 300) return readAnswer(first, options, method);
  if (first.status !== 400 || first.error === 'invalid_redirect_uri') throw refused(first, options.as);
  // Some servers refuse what they do not know instead of passing over it. (RFC 7591 section 2)
  const otherMethod = method === 'none' ? 'client_secret_basic' : method;
  const second = await post(smallRequest(options, otherMethod), options);
  if (second.status < 300) return readAnswer(second, options, otherMethod);
  throw refused(second, options.as);
}

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  /** `error` and `error_description`, cleaned. */
  readonly error: string | undefined;
  readonly description: string | undefined;
}

/** A native app cannot keep a secret from its user: public, where that is possible. (RFC 8252 section 8.4) */
function methodToAskFor({ token_endpoint_auth_methods_supported: taken }: AuthorizationServer): AuthMethod {
  return METHODS.find((method) => taken?.includes(method) === true) ?? 'none';
}

function fullRequest(options: RegisterOptions, method: AuthMethod): JsonObject {
  const scope = options.scope.join(' ');
  return {
    ...smallRequest(options, method),
    grant_types: [grantType(options.use), 'refresh_token'],
    software_id: 'portolan',
    software_version: VERSION,
    ...(scope === '' ? {} : { scope }),
  };
}

function smallRequest({ use }: RegisterOptions, method: AuthMethod): JsonObject {
  return {
    client_name: 'Portolan',
    application_type: 'native',
    token_endpoint_auth_method: method,
    grant_types: [grantType(use)],
    ...(use.redirectUri === undefined
      ? { response_types: [] }
      : { redirect_uris: [use.redirectUri], response_types: ['code'] }),
  };
}

function grantType({ grant }: ClientUse): string {
  if (grant === 'device') return 'urn:ietf:params:oauth:grant-type:device_code';
  return grant === 'jwt-bearer' ? 'urn:ietf:params:oauth:grant-type:jwt-bearer' : grant;
}

async function post(request: JsonObject, { as, fetch, signal }: RegisterOptions): Promise<Answer> {
  const response = await fetch(as.registration_endpoint ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(request),
    signal,
  });
  const { status } = response;
  if (status === 429 || status >= 500) {
    throw new PortolanError('HTTP_STATUS', `${hostOf(as)} answered the registration with HTTP status ${status}.`, {
      hint: 'Try again later; if it goes on, tell its operator.',
      data: { host: hostOf(as), status, sent: true },
    });
  }
  const body = objectOf(parse(await response.text())) ?? {};
  return { status, body, error: cleaned(body['error']), description: cleaned(body['error_description']) };
}

function readAnswer({ body }: Answer, { as, use, now }: RegisterOptions, asked: AuthMethod): ClientRegistration {
  const fail = (what: string): never => {
    throw invalidMetadata(`${hostOf(as)} answered the registration with ${what}.`);
  };
  const clientId = textOf(body['client_id']);
  if (clientId === undefined || clientId.length > MAX_ID_CHARS || !PRINTABLE.test(clientId))
    return fail('no valid client id');
  const secret =
    body['client_secret'] === undefined || body['client_secret'] === '' ? undefined : textOf(body['client_secret']);
  if (body['client_secret'] !== undefined && body['client_secret'] !== '' && !isSecret(secret))
    return fail('no valid secret');
  const redirects = body['redirect_uris'];
  if (use.redirectUri !== undefined && redirects !== undefined && !contains(redirects, use.redirectUri)) {
    return fail('another redirect address than the one it was given');
  }
  const grants = body['grant_types'];
  if (grants !== undefined && !contains(grants, grantType(use))) return fail('other grant types than were asked for');
  const method = methodOf(body['token_endpoint_auth_method'], secret !== undefined, as, asked);
  if (method === undefined || (method !== 'none' && secret === undefined)) return fail('no way to show who we are');
  const expiresAt = expiryOf(body['client_secret_expires_at']);
  if (expiresAt === undefined || expiresAt <= now) return fail('a secret that has expired already');
  return {
    issuer: as.issuer,
    clientId,
    kind: 'dynamic',
    auth: { method, ...(method === 'none' || secret === undefined ? {} : { clientSecret: secret }) },
    ...(use.redirectUri === undefined ? {} : { redirectUri: use.redirectUri }),
    ...(method === 'none' || expiresAt === Number.POSITIVE_INFINITY ? {} : { expiresAt }),
  };
}

/** What the server says, else what was asked for, if there is what it needs; undefined when it is a method we do not have. */
function methodOf(
  told: unknown,
  hasSecret: boolean,
  as: AuthorizationServer,
  asked: AuthMethod,
): AuthMethod | undefined {
  if (told !== undefined && told !== null) return METHODS.find((method) => method === told);
  if (asked === 'none' && as.token_endpoint_auth_methods_supported?.includes('none') === true) return 'none';
  return chooseAuthMethod(as, { secret: hasSecret, key: false });
}

/** Epoch milliseconds; infinite for 0 or nothing; undefined when it is no date. (RFC 7591 section 3.2.1) */
function expiryOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === 0) return Number.POSITIVE_INFINITY;
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value * 1_000 : undefined;
}

function refused({ status, error, description }: Answer, as: AuthorizationServer): PortolanError {
  const reason = [error, description].filter((part) => part !== undefined && part !== '').join(': ');
  const why = reason === '' ? `HTTP status ${String(status)}` : `"${reason}"`;
  return new PortolanError('REGISTRATION_REFUSED', `${hostOf(as)} did not register Portolan: ${why}.`, {
    hint: `Ask the operator of ${hostOf(as)} for a client id and add it to the entry of the server.`,
    data: { host: hostOf(as), status, ...(error === undefined ? {} : { error }) },
  });
}

function isSecret(secret: string | undefined): boolean {
  return secret !== undefined && secret.length <= MAX_SECRET_CHARS && PRINTABLE.test(secret);
}

function contains(list: unknown, wanted: string): boolean {
  return Array.isArray(list) && list.includes(wanted);
}

function cleaned(value: unknown): string | undefined {
  return typeof value === 'string' ? cleanForeign(value) : undefined;
}

function hostOf(as: AuthorizationServer): string {
  return new URL(as.issuer).host;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
