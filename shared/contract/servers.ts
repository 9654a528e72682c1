// Running servers: state, start and stop, logs, checks, and the sessions that use them.
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { approvalSchema } from '../model/approval.ts';
import { checkResultSchema, logLineSchema, serverStatusSchema, sessionSchema } from '../model/server-status.ts';
import { nameInput, procedure } from './base.ts';

export const servers = {
  list: procedure.output(z.array(serverStatusSchema)),
  start: procedure.input(nameInput).output(serverStatusSchema),
  stop: procedure.input(nameInput).output(serverStatusSchema),
  restart: procedure.input(nameInput).output(serverStatusSchema),
  /** Ordered probes; each result is yielded as it is known. */
  check: procedure.input(nameInput).output(eventIterator(checkResultSchema)),
  /** Lines after `afterSeq`; with `follow` the stream stays open. */
  logs: procedure
    .input(nameInput.extend({ afterSeq: z.int().default(0), follow: z.boolean().default(false) }))
    .output(eventIterator(logLineSchema)),
  /** What the command of a local server would run now, against what was approved. */
  approval: procedure.input(nameInput).output(approvalSchema),
  /** Approves exactly what `approval` showed: `digest` is the one it gave. */
  approve: procedure.input(nameInput.extend({ digest: z.string().length(64) })).output(approvalSchema),
  sessions: procedure.output(z.array(sessionSchema)),
};
