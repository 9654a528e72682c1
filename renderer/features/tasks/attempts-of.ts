// The attempts that belong together: a retry is a new task that names the one before it. Pure.
import type { Task } from '../../../shared/model/task.ts';

/** Oldest first, with `task` itself; a loop in what servers or files claim ends at the first repetition. */
export function attemptsOf(task: Task, tasks: readonly Task[]): Task[] {
  const byId = new Map(tasks.map((one) => [one.id, one]));
  const chain = [task];
  const seen = new Set([task.id]);
  for (let at = task; at.retryOf !== undefined; ) {
    const before = byId.get(at.retryOf);
    if (before === undefined || seen.has(before.id)) break;
    seen.add(before.id);
    chain.unshift(before);
    at = before;
  }
  for (let at = task; ; ) {
    const later = tasks.find(({ id, retryOf }) => retryOf === at.id && !seen.has(id));
    if (later === undefined) return chain;
    seen.add(later.id);
    chain.push(later);
    at = later;
  }
}
