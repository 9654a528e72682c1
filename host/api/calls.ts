// Calling a tool through the gateway, as every client does. What a tool gives as structured content is compared with what it promised.
import { offersTasks, createdTask } from '../../core/tasks/task-wire.ts';
import type { TaskRecord } from '../../core/tasks/task-record.ts';
import type { TaskTracker } from '../../core/tasks/task-tracker.ts';
import { PortolanError } from '../../shared/errors.ts';
import { taskView } from '../task-view.ts';
import { objectOf } from '../../core/base/json-object.ts';
import { systemClock } from '../../core/base/clock.ts';
import type { Caller } from '../../core/audit/audit-event.ts';
import type { CallEvent } from '../../shared/model/tool.ts';
import { COMMAND_LINE, type HostParts, WINDOW } from '../parts.ts';
import { streamOf } from '../stream.ts';
import { structuredContentProblem } from '../structured-content.ts';
import type { DomainImplementer } from './implementer.ts';

/** How long a result waits for the tool's description, which says what its structured content should be, in milliseconds. */
const LIST_MS = 2000;

export function callsApi(
  os: DomainImplementer<'calls'>,
  { gateway, tasks, tools }: Pick<HostParts, 'gateway' | 'tasks' | 'tools'>,
) {
  /** The schema that the server gives for what this tool returns; undefined when it gives none, or does not tell in time. */
  const promised = async (server: string, tool: string, caller: Caller): Promise<unknown> => {
    const late = Promise.withResolvers<undefined>();
    const timer = systemClock.setTimeout(() => late.resolve(undefined), LIST_MS);
    const list = await Promise.race([tools.list(server, false, caller).catch(() => undefined), late.promise]);
    timer.cancel();
    return list?.tools.find(({ name }) => name === tool)?.outputSchema;
  };
  return {
    call: os.call.handler(async ({ input, signal }) => {
      const caller = input.from === 'window' ? WINDOW : COMMAND_LINE;
      const client = await gateway.localClient(caller, input.server);
      if (input.asTask && !offersTasks('legacy', objectOf(client.capabilities))) {
        throw new PortolanError('TASK_REFUSED', `${input.server} makes no tasks of calls.`, {
          hint: 'Call the tool without asking for a task.',
        });
      }
      const problemOf = async (isError: boolean, result: unknown): Promise<string | undefined> => {
        const content = objectOf(result)?.['structuredContent'];
        if (isError || content === undefined) return undefined;
        const schema = await promised(input.server, input.tool, caller);
        return schema === undefined ? undefined : structuredContentProblem(schema, content, systemClock);
      };
      return streamOf<CallEvent>((push, end) => {
        const stopped = new AbortController();
        const call = client.callTool(input.tool, input.arguments, {
          signal: stopped.signal,
          asTask: input.asTask,
          onProgress: (progress) => push({ kind: 'progress', ...progress }),
          ...(input.timeoutMs === undefined ? {} : { timeoutMs: input.timeoutMs }),
        });
        const told = call.then(async (done) => {
          const task = input.asTask ? startedTask(tasks, input.server, done.result) : undefined;
          if (task !== undefined) {
            push({ kind: 'task', task: taskView(task) });
            return;
          }
          const problem = await problemOf(done.isError, done.result);
          push({ kind: 'done', ...done, ...(problem !== undefined && { problem }) });
        });
        told.then(
          () => end(),
          (error: unknown) => end(error),
        );
        return () => stopped.abort();
      }, signal);
    }),
  };
}

/** The task that this result created; undefined for an ordinary result, which a server may always give. */
function startedTask(tasks: Pick<TaskTracker, 'list'>, server: string, result: unknown): TaskRecord | undefined {
  const created = createdTask('legacy', objectOf(result));
  if (created === undefined || created === 'invalid') return undefined;
  return tasks.list().find((task) => task.server === server && task.taskId === created.taskId);
}
