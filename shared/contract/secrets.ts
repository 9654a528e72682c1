// Names of secrets in the keychain. Values go in, never out.
import * as z from 'zod';
import { secretInfoSchema, vaultStateSchema } from '../model/system.ts';
import { emptyOutput, procedure } from './base.ts';

const secretName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);

export const secrets = {
  list: procedure.output(z.object({ vault: vaultStateSchema, secrets: z.array(secretInfoSchema) })),
  set: procedure
    .input(z.object({ name: secretName, value: z.string().min(1).max(1_048_576) }))
    .output(secretInfoSchema),
  remove: procedure.input(z.object({ name: secretName })).output(emptyOutput),
};
