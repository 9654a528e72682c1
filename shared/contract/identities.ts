// Identities: who the person is at an OpenID provider, and what that unlocks. Tokens stay in the host.
import * as z from 'zod';
import { identityNameSchema, identitySchema, identityStatusSchema } from '../model/identity.ts';
import { emptyOutput, procedure } from './base.ts';

const identityInput = z.object({ name: identityNameSchema });

export const identities = {
  list: procedure.output(z.array(identityStatusSchema)),
  /** `clientSecretValue`, `privateKeyValue` go to the keychain at once; the catalog gets references. */
  add: procedure
    .input(
      z.object({
        identity: identitySchema,
        clientSecretValue: z.string().min(1).max(10_000).optional(),
        privateKeyValue: z.string().min(1).max(20_000).optional(),
      }),
    )
    .output(identityStatusSchema),
  update: procedure
    .input(
      z.object({
        name: identityNameSchema,
        identity: identitySchema,
        clientSecretValue: z.string().max(10_000).optional(),
      }),
    )
    .output(identityStatusSchema),
  /** Signs out first. */
  remove: procedure.input(identityInput).output(emptyOutput),
  /** Ends the sign-in here and, as far as it can be reached, at the provider; `url` is its sign-out page for the browser. */
  signOut: procedure.input(identityInput).output(
    z.object({
      identity: identityStatusSchema,
      revoked: z.enum(['yes', 'later', 'not-offered']),
      url: z.string().optional(),
    }),
  ),
  /** Takes an ID token that was got elsewhere, as on a machine without a browser. Checked like one of our own. */
  takeIdToken: procedure
    .input(identityInput.extend({ idToken: z.string().min(1).max(100_000) }))
    .output(identityStatusSchema),
};
