// The portable set of servers: read, change, undo.
import * as z from 'zod';
import {
  endpointSchema,
  serverEntrySchema,
  serverNameSchema,
  serverOptionsPatchSchema,
  serverOptionsSchema,
} from '../model/server-entry.ts';
import { catalogStateSchema } from '../model/system.ts';
import { emptyOutput, nameInput, procedure } from './base.ts';

/** A literal secret that the caller hands over with an entry; the host stores it and leaves a reference. */
const secretsInput = z.record(z.string(), z.string().min(1)).optional();

export const catalog = {
  list: procedure.output(z.object({ state: catalogStateSchema, servers: z.array(serverEntrySchema) })),
  get: procedure.input(nameInput).output(serverEntrySchema),
  add: procedure
    .input(
      z.object({
        name: serverNameSchema,
        endpoint: endpointSchema,
        options: serverOptionsSchema.partial().optional(),
        secrets: secretsInput,
      }),
    )
    .output(serverEntrySchema),
  /** Replaces the endpoint or single options of an entry; unknown keys in the file stay. */
  update: procedure
    .input(
      nameInput.extend({
        endpoint: endpointSchema.optional(),
        options: serverOptionsPatchSchema.optional(),
        secrets: secretsInput,
        /** Whoever writes an endpoint approves it by that; `false` leaves it held until it is reviewed. */
        approve: z.boolean().default(true),
      }),
    )
    .output(serverEntrySchema),
  remove: procedure.input(nameInput).output(emptyOutput),
  rename: procedure.input(nameInput.extend({ to: serverNameSchema })).output(serverEntrySchema),
  setEnabled: procedure.input(nameInput.extend({ enabled: z.boolean() })).output(serverEntrySchema),
  /** Puts the file back as it was before the last change made through the host. */
  undo: procedure.output(z.object({ undone: z.string() })),
};
