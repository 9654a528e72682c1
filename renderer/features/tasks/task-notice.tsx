// Says to screen readers that a task asks or has ended; the badge and the list say it to the eye.
import { useEffect, useRef } from 'react';
import type { Task } from '../../../shared/model/task.ts';
import { announce } from '../../state/announce.ts';
import { type TaskGroup, taskGroup, taskWord } from '../../words/tasks.ts';

export function TaskNotice({ tasks }: { readonly tasks: readonly Task[] }) {
  const before = useRef<ReadonlyMap<string, TaskGroup>>(undefined);
  useEffect(() => {
    const known = before.current;
    before.current = new Map(tasks.map((task) => [task.id, taskGroup(task)]));
    if (known === undefined) return;
    const changed = tasks.find((task) => {
      const group = taskGroup(task);
      return group !== 'active' && known.get(task.id) !== group && (known.has(task.id) || group === 'needs');
    });
    if (changed === undefined) return;
    announce(
      taskGroup(changed) === 'needs'
        ? `A task of ${changed.server} needs your answer`
        : `A task of ${changed.server} has ended: ${taskWord(changed).word}`,
    );
  }, [tasks]);
  return null;
}
