// Signing in to servers and identities: what waits for a person, and the state of each server. A browser is opened by whoever
// calls `start`, on a person's act; the host only listens for the answer.
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { serverSignInSchema, signInSchema } from '../model/identity.ts';
import { emptyOutput, nameInput, procedure } from './base.ts';

const idInput = z.object({ id: z.string().min(1).max(100) });

export const signIns = {
  /** What waits and what is under way, oldest first. */
  list: procedure.output(z.array(signInSchema)),
  /**
   * Begins the sign-in of a server or an identity, or goes on with the waiting one `id`. The server is asked first what it wants.
   * Answered when there is an address to open or a code to type, or when it is done already (no person needed).
   */
  start: procedure
    .input(
      z.object({
        server: z.string().optional(),
        identity: z.string().optional(),
        id: z.string().optional(),
        way: z.enum(['browser', 'device']).optional(),
        /** Signs in anew although a token is there. */
        again: z.boolean().default(false),
      }),
    )
    .output(signInSchema),
  /** Each change until it is done, failed or cancelled; the last one is that. */
  follow: procedure.input(idInput).output(eventIterator(signInSchema)),
  cancel: procedure.input(idInput).output(emptyOutput),
  /** How each remote server is signed in. */
  servers: procedure.output(z.array(serverSignInSchema)),
  server: procedure.input(nameInput).output(serverSignInSchema),
  /** Forgets the server's tokens and revokes them where the authorization server offers it. */
  signOut: procedure
    .input(nameInput)
    .output(z.object({ server: serverSignInSchema, revoked: z.enum(['yes', 'later', 'not-offered']) })),
};
