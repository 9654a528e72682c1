// Notices: what a person is told outside the window. The desktop shell shows them while it runs.
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { noticeEventSchema } from '../model/notice.ts';
import { emptyOutput, procedure } from './base.ts';

export const notices = {
  /** For the desktop shell alone: whoever reads this has to show what comes, and nothing else shows it meanwhile. */
  follow: procedure.output(eventIterator(noticeEventSchema)),
  /** The shell could not show one, and what the system said. */
  failed: procedure.input(z.object({ id: z.string().max(100), message: z.string().max(1_000) })).output(emptyOutput),
};
