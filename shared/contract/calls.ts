// Calling a tool from the window or the command line, through the same path that every client's call takes.
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { callEventSchema } from '../model/tool.ts';
import { procedure } from './base.ts';

export const calls = {
  /** Ending the stream cancels the call; a task that it became goes on. */
  call: procedure
    .input(
      z.object({
        server: z.string().min(1).max(256),
        tool: z.string().min(1).max(4096),
        arguments: z.record(z.string(), z.unknown()).default({}),
        /** Milliseconds in all; the server entry's own limit when absent. */
        timeoutMs: z.int().min(1).max(86_400_000).optional(),
        /** As a task: the stream ends when the server has made one, which then goes on. TASK_REFUSED where the server has none. */
        asTask: z.boolean().default(false),
        /** Who asks, for the audit log: `Portolan window` or `Portolan command line`. */
        from: z.enum(['window', 'cli']).default('cli'),
      }),
    )
    .output(eventIterator(callEventSchema)),
};
