// Links from other programs: taken for review, looked at, dismissed. None of these changes anything else.
import * as z from 'zod';
import { linkReviewSchema } from '../model/link-review.ts';
import { emptyOutput, procedure } from './base.ts';

export const links = {
  /** `page` is absent when the link was left out, because another one waits or too many came. */
  offer: procedure.input(z.object({ link: z.string().max(65_536) })).output(z.object({ page: z.string().optional() })),
  /** The text of a portable catalog file, pasted by a person, for the same review. */
  offerText: procedure.input(z.object({ text: z.string().max(1_048_576) })).output(z.object({ page: z.string() })),
  current: procedure.output(z.object({ review: linkReviewSchema.optional() })),
  dismiss: procedure.input(z.object({ id: z.string() })).output(emptyOutput),
};
