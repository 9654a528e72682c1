// Finding servers in registries and at addresses, and adding what was found after a review.
import * as z from 'zod';
import {
  discoverySchema,
  installOptionSchema,
  installRequestSchema,
  installReviewSchema,
  originSchema,
  outdatedSchema,
  registryDetailSchema,
  registryPageSchema,
  registrySettingSchema,
} from '../model/registry.ts';
import { serverEntrySchema } from '../model/server-entry.ts';
import { nameInput, procedure } from './base.ts';

const answers = z.record(z.string().max(512), z.string().max(20_000)).default({});

export const registry = {
  /** The official registry first. */
  sources: procedure.output(z.array(registrySettingSchema)),
  search: procedure
    .input(
      z.object({
        registry: z.string().max(64).optional(),
        text: z.string().max(200).optional(),
        cursor: z.string().max(4096).optional(),
        /** Ask the registry even when its last answer is fresh. */
        refresh: z.boolean().default(false),
      }),
    )
    .output(registryPageSchema),
  show: procedure
    .input(z.object({ origin: originSchema, refresh: z.boolean().default(false) }))
    .output(registryDetailSchema),
  /** One option with all its questions; a bundle is fetched, checked and unpacked for that. */
  form: procedure.input(z.object({ origin: originSchema, option: z.string().max(64) })).output(installOptionSchema),
  /** Everything that would run or be contacted; changes nothing. */
  review: procedure.input(installRequestSchema).output(installReviewSchema),
  /** Adds or updates exactly what `review` showed: `digest` is the one it gave. That is the approval of it. */
  add: procedure
    .input(z.object({ request: installRequestSchema, digest: z.string().length(64), secrets: answers }))
    .output(z.object({ entry: serverEntrySchema, held: z.boolean() })),
  /** What an update of an entry to the latest version asks for. */
  updateRequest: procedure
    .input(nameInput.extend({ values: answers, secrets: z.array(z.string().max(512)).default([]) }))
    .output(installRequestSchema),
  outdated: procedure.output(z.array(outdatedSchema)),
  discover: procedure.input(z.object({ url: z.string().min(1).max(8192) })).output(discoverySchema),
};
