// Reading and proving the audit log. Nothing here can change it.
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import {
  auditDetailSchema,
  auditFilterSchema,
  auditPageSchema,
  auditSummarySchema,
  verifyEventSchema,
} from '../model/audit-record.ts';
import { procedure } from './base.ts';

export const audit = {
  /** Newest first. */
  list: procedure
    .input(
      z.object({
        filter: auditFilterSchema.default({}),
        beforeSeq: z.int().optional(),
        limit: z.int().min(1).max(1000).default(100),
      }),
    )
    .output(auditPageSchema),
  /** By id, or by number when `id` is all digits. */
  get: procedure.input(z.object({ id: z.string().min(1).max(64) })).output(auditDetailSchema),
  tail: procedure.input(z.object({ filter: auditFilterSchema.default({}) })).output(eventIterator(auditSummarySchema)),
  verify: procedure.output(eventIterator(verifyEventSchema)),
};
