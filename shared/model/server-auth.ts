// How Portolan signs in to one remote server: a block of the catalog entry. Never a secret: those are references.
import * as z from 'zod';

/** A text of which all that is secret is `${secret:NAME}` or `${env:NAME}`. */
const reference = z.string().regex(/^\$\{(?:secret|env):[^{}]+\}$/, {
  error: 'write a reference such as ${secret:NAME}: the catalog holds no secret',
});

export const serverAuthSchema = z.object({
  /**
   * `auto`: nothing until the server asks; then through an identity when the server takes that, else by a sign-in in the browser.
   * `none`: never sign in. `browser`: authorization code. `device`: a code typed on another device (RFC 8628). `enterprise`:
   * Enterprise-Managed Authorization, and nothing else. `client-credentials`, `workload`: no person at all.
   */
  way: z.enum(['auto', 'none', 'browser', 'device', 'enterprise', 'client-credentials', 'workload']).default('auto'),
  /** Name of the identity to be used; without it, the only one there is. */
  identity: z.string().optional(),
  /** The authorization server, when the server names several or none. */
  issuer: z.url().optional(),
  clientId: z.string().max(2_000).optional(),
  clientSecret: reference.optional(),
  /** PKCS #8 in PEM, or a JWK. */
  privateKey: reference.optional(),
  keyId: z.string().max(200).optional(),
  signingAlgorithm: z.enum(['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA']).optional(),
  tokenEndpointAuth: z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']).optional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).optional(),
  /** Port of the redirect address on 127.0.0.1; without it, any free one. */
  redirectPort: z.int().min(1).max(65_535).optional(),
  /** For `workload`: the platform’s token, as a reference or as a file that the platform keeps fresh. */
  assertion: reference.optional(),
  assertionFile: z.string().optional(),
  /** Sign-in addresses may lead into a private network, as inside an organisation. */
  allowPrivateNetwork: z.boolean().optional(),
});

export type ServerAuth = z.infer<typeof serverAuthSchema>;
