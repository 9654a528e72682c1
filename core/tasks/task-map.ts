// The tasks in memory, by what they are looked for.
import { PortolanError } from '../../shared/errors.ts';
import type { TaskLink } from './task-link.ts';
import type { TaskRecord } from './task-record.ts';

export class TaskMap extends Map<string, TaskRecord> {
  /** Newest first. */
  list(): TaskRecord[] {
    return [...this.values()].toSorted((a, b) => b.receivedAt - a.receivedAt);
  }

  /** @throws PortolanError TASK_NOT_FOUND */
  known(id: string): TaskRecord {
    const task = this.get(id);
    if (task !== undefined) return task;
    throw new PortolanError('TASK_NOT_FOUND', `No task is called ${id}.`);
  }

  /** Those of one server. */
  of(server: string): TaskRecord[] {
    return [...this.values()].filter((task) => task.server === server);
  }

  /** The one that a server calls `taskId`. */
  toldBy(link: TaskLink, taskId: string): TaskRecord | undefined {
    return this.of(link.server).find((task) => task.taskId === taskId && task.wire === link.wire);
  }
}
