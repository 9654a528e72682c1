// Tasks: tool calls that servers go on working on, whoever started them.
import * as z from 'zod';
import { taskDetailSchema, taskResultSchema, taskSchema } from '../model/task.ts';
import { procedure } from './base.ts';

const one = z.object({ id: z.string() });

export const tasks = {
  /** Newest first. */
  list: procedure.output(z.array(taskSchema)),
  get: procedure.input(one).output(taskDetailSchema),
  /** Asks the server now. */
  refresh: procedure.input(one).output(taskSchema),
  /** Asks the server to cancel it; what the server says then is in the answer. TASK_ENDED when it had ended before. */
  cancel: procedure.input(one).output(taskSchema),
  /** By key, each what the request asks for: `{action, content}` for an elicitation. Some now and the others later is allowed. */
  answer: procedure
    .input(one.extend({ answers: z.record(z.string(), z.record(z.string(), z.unknown())) }))
    .output(taskSchema),
  /** TASK_RESULT_LOST, and TASK_REFUSED while there is none yet. */
  result: procedure.input(one).output(taskResultSchema),
};
