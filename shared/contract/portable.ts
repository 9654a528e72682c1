// Portable catalog files: the text of one, and merging one on a person's word.
import * as z from 'zod';
import { mergeChoiceSchema, mergeDoneSchema, mergePlanSchema, portableTextSchema } from '../model/portable.ts';
import { procedure } from './base.ts';

const chosen = z.object({
  /** Names; without them and a profile, the whole catalog. */
  servers: z.array(z.string()).optional(),
  profile: z.string().optional(),
});

export const portable = {
  write: procedure
    .input(chosen.extend({ format: z.enum(['portolan', 'mcp-json']).default('portolan') }))
    .output(portableTextSchema),
  /** A link and a text that hold some servers, secrets as inputs. `link` is absent when it would be too long. */
  share: procedure
    .input(z.object({ servers: z.array(z.string()).min(1) }))
    .output(z.object({ link: z.string().optional(), chars: z.int(), limit: z.int(), text: z.string() })),
  /** Changes nothing. `plan` is absent when the text is not a portable catalog file. */
  plan: procedure
    .input(
      z.object({
        /** Absolute path. */
        path: z.string().max(4096).optional(),
        text: z
          .string()
          .max(16 * 1024 * 1024)
          .optional(),
      }),
    )
    .output(z.object({ plan: mergePlanSchema.optional() })),
  apply: procedure
    .input(z.object({ planId: z.string(), choices: z.record(z.string(), mergeChoiceSchema).default({}) }))
    .output(mergeDoneSchema),
};
