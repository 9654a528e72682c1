// Where secrets and tokens are kept. A passphrase goes in, never out.
import * as z from 'zod';
import { vaultStateSchema } from '../model/system.ts';
import { procedure } from './base.ts';

const passphrase = z.string().min(1).max(1_024);

export const vault = {
  /** Uses the back end to see whether it can be used. */
  probe: procedure.output(vaultStateSchema),
  /** For the encrypted file. */
  unlock: procedure.input(z.object({ passphrase })).output(vaultStateSchema),
  lock: procedure.output(vaultStateSchema),
  /** Chooses where secrets are kept from now on; what is kept is taken along when both are open. */
  use: procedure
    .input(z.object({ backend: z.enum(['keychain', 'file', 'memory']), passphrase: passphrase.optional() }))
    .output(vaultStateSchema),
};
