// Procedures on tasks.
import { PortolanError } from '../../shared/errors.ts';
import type { HostParts } from '../parts.ts';
import { taskDetail, taskView } from '../task-view.ts';
import type { DomainImplementer } from './implementer.ts';

export function tasksApi(os: DomainImplementer<'tasks'>, { tasks }: Pick<HostParts, 'tasks'>) {
  return {
    list: os.list.handler(() => tasks.list().map(taskView)),
    get: os.get.handler(({ input }) => taskDetail(tasks.get(input.id))),
    refresh: os.refresh.handler(async ({ input }) => taskView(await tasks.refresh(input.id))),
    cancel: os.cancel.handler(async ({ input }) => taskView(await tasks.cancel(input.id))),
    answer: os.answer.handler(async ({ input }) => taskView(await tasks.answer(input.id, input.answers))),
    result: os.result.handler(({ input }) => {
      const kept = tasks.result(input.id);
      if (kept === undefined) {
        throw new PortolanError('TASK_REFUSED', 'The task has no result yet.', {
          hint: 'Wait for its end with: portolan tasks wait ID',
        });
      }
      const value: unknown = kept.text === '' ? null : JSON.parse(kept.text);
      return { isError: kept.isError, value, digest: kept.digest };
    }),
  };
}
