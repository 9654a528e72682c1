// What a link from another program proposes, waiting for a person to look at it. At most one waits at a time.
import * as z from 'zod';
import { mergePlanSchema } from './portable.ts';
import { serverEntrySchema } from './server-entry.ts';

export const linkReviewSchema = z.discriminatedUnion('kind', [
  z.object({
    id: z.string(),
    kind: z.literal('add'),
    plan: mergePlanSchema,
    /** The servers as they would be added, for a person to read whole. */
    servers: z.array(serverEntrySchema),
  }),
  z.object({
    id: z.string(),
    kind: z.literal('sign-in'),
    identity: z.object({
      issuer: z.string(),
      clientId: z.string(),
      name: z.string().optional(),
      title: z.string().optional(),
      scopes: z.array(z.string()).readonly().optional(),
    }),
  }),
  z.object({ id: z.string(), kind: z.literal('refused'), reason: z.string() }),
]);

export type LinkReview = z.infer<typeof linkReviewSchema>;
