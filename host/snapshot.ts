// Everything a window shows at first, taken at one moment; the event stream goes on from `lastEventId`.
import { isUnfinished } from '../core/tasks/reduce-task.ts';
import type { TaskRecord } from '../core/tasks/task-record.ts';
import type { Snapshot } from '../shared/model/system.ts';
import type { Task } from '../shared/model/task.ts';
import type { HostParts } from './parts.ts';
import { taskView } from './task-view.ts';

/** Ended tasks in a snapshot; older ones are in the list of the command line. */
const MAX_ENDED_TASKS = 2000;

export function takeSnapshot(parts: HostParts): Snapshot {
  return {
    host: parts.status(),
    catalog: parts.catalog.state(),
    servers: parts.connections.list(),
    sessions: parts.gateway.sessions(),
    audit: parts.audit.state(),
    vault: parts.vault.state(),
    settings: parts.settings.get(),
    questions: parts.questions.list(),
    tasks: shownTasks(parts.tasks.list()),
    profiles: [...parts.catalog.profiles()],
    gateway: parts.httpGateway.status(),
    signIns: parts.signIns.list(),
    identities: parts.identities.list(),
    serverSignIns: parts.signIns.servers(),
    drift: [...parts.clients.knownDrift()],
    lastEventId: parts.events.lastId(),
  };
}

function shownTasks(tasks: readonly TaskRecord[]): Task[] {
  let ended = 0;
  return tasks.filter((task) => isUnfinished(task) || ++ended <= MAX_ENDED_TASKS).map(taskView);
}
