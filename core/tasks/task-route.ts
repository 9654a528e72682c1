// Over which connection a server can be asked about a task.
import type { TaskLink } from './task-link.ts';
import type { TaskRecord } from './task-record.ts';

/** True when the server at the other end of `link` knows the task. */
export function tells(link: TaskLink, task: TaskRecord): boolean {
  if (link.server !== task.server || link.isClosed || link.wire !== task.wire) return false;
  return task.process === undefined ? link.principal === task.principal : processOf(link) === task.process;
}

/** Names the process behind a connection; undefined for a remote server. */
export function processOf(link: TaskLink): string | undefined {
  return link.transport === 'stdio' && link.pid !== undefined ? `${link.pid}` : undefined;
}
