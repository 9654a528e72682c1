// Identities (sign-ins at OpenID providers), what waits for a person to sign in, and how each server is signed in. Never a token.
import * as z from 'zod';
import { reasonSchema } from './server-status.ts';

export const identityNameSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/, {
  error:
    'a name has 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter, digit or underscore',
});

/** Why a sign-in did not come about. Where two strings had to be equal, both of them: foreign text. */
const signInReasonSchema = reasonSchema.extend({
  expected: z.string().optional(),
  received: z.string().optional(),
});

/** As the catalog holds it. */
export const identitySchema = z.object({
  name: identityNameSchema,
  title: z.string().max(100).optional(),
  issuer: z.url(),
  clientId: z.string().min(1).max(2_000),
  /** `${secret:NAME}`; absent for a public client. */
  clientSecret: z.string().optional(),
  /** `${secret:NAME}` of a PKCS #8 key in PEM or a JWK, for private_key_jwt. */
  privateKey: z.string().optional(),
  keyId: z.string().max(200).optional(),
  scopes: z.array(z.string()).default(['openid', 'profile', 'email', 'offline_access']),
  way: z.enum(['browser', 'device']).default('browser'),
  redirectPort: z.int().min(1).max(65_535).optional(),
  /** Where tokens are exchanged, for a provider that publishes no metadata. */
  tokenEndpoint: z.url().optional(),
  allowPrivateNetwork: z.boolean().optional(),
});

export const identityStatusSchema = z.object({
  name: z.string(),
  title: z.string().optional(),
  issuer: z.string(),
  clientId: z.string(),
  scopes: z.array(z.string()),
  way: z.enum(['browser', 'device']).optional(),
  redirectPort: z.int().optional(),
  allowPrivateNetwork: z.boolean().optional(),
  /** A client secret or private key is in the keychain. */
  hasSecret: z.boolean().optional(),
  /** `managed`: set by an administrator, cannot be changed here. */
  source: z.enum(['catalog', 'managed']),
  state: z.enum(['signed-out', 'signing-in', 'signed-in', 'ends-soon', 'ended', 'failed']),
  reason: signInReasonSchema.optional(),
  /** Who is signed in, as the provider tells it: foreign text. */
  person: z.object({ name: z.string().optional(), email: z.string().optional(), subject: z.string() }).optional(),
  signedInAt: z.string().optional(),
  /** When a person has to sign in again; absent when that is not known. */
  endsAt: z.string().optional(),
  /** It is renewed without a person while the provider allows. */
  renews: z.boolean(),
  /** Names of servers that are reached through it. */
  unlocks: z.array(z.string()),
  /** Servers that the provider refused, with its reason as foreign text. */
  refused: z.array(z.object({ server: z.string(), reason: z.string() })),
});

/** Something that waits for a person to sign in, or a sign-in under way. */
export const signInSchema = z.object({
  id: z.string(),
  /** `step-up`: signed in already, but a tool needs more rights. */
  kind: z.enum(['server', 'step-up', 'identity']),
  /** Name of the server or identity. */
  target: z.string(),
  state: z.enum(['waiting', 'under-way', 'done', 'failed', 'cancelled']),
  since: z.string(),
  /** Calls that wait for it now. */
  calls: z.int(),
  /** Names of the clients that asked, as they call themselves. */
  clients: z.array(z.string()),
  /** For a step-up: the tool whose call was refused. */
  tool: z.string().optional(),
  /** Host of the authorization server, whole; and its form for people when it holds other than ASCII characters. */
  authorizationHost: z.string().optional(),
  authorizationHostUnicode: z.string().optional(),
  /** Host of the server that the token is for. */
  resourceHost: z.string().optional(),
  scopes: z.array(z.string()),
  /** Those of `scopes` that were not granted before. */
  newScopes: z.array(z.string()),
  /** To be opened in a browser, on a person’s act: https, or http on this computer. Present while under way. */
  url: z.string().optional(),
  /** To be typed on another device. (RFC 8628) */
  device: z.object({ userCode: z.string(), verificationUrl: z.string(), expiresAt: z.string() }).optional(),
  /** Until when a sign-in under way is waited for. */
  expiresAt: z.string().optional(),
  reason: signInReasonSchema.optional(),
});

export const serverSignInSchema = z.object({
  server: z.string(),
  way: z.enum(['none', 'header', 'browser', 'device', 'enterprise', 'client-credentials', 'workload', 'unknown']),
  state: z.enum(['not-needed', 'signed-out', 'waiting', 'signed-in', 'ends-soon', 'refused']),
  identity: z.string().optional(),
  issuer: z.string().optional(),
  clientId: z.string().optional(),
  registration: z.enum(['pre-registered', 'metadata-document', 'dynamic']).optional(),
  resource: z.string().optional(),
  scopes: z.array(z.string()),
  /** When the access token ends. */
  expiresAt: z.string().optional(),
  renews: z.boolean(),
  /** The token is bound to a key of this computer. (RFC 9449) */
  bound: z.boolean(),
  reason: signInReasonSchema.optional(),
});

export type Identity = z.infer<typeof identitySchema>;
export type IdentityStatus = z.infer<typeof identityStatusSchema>;
export type SignIn = z.infer<typeof signInSchema>;
export type ServerSignIn = z.infer<typeof serverSignInSchema>;
