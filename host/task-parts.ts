// The tracker of tasks in this host, and the layer through which it sees them.
import type { Clock } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import type { StateDb } from '../core/base/state-db.ts';
import type { TaskLayer } from '../core/eras/task-layer.ts';
import { TaskLink } from '../core/tasks/task-link.ts';
import { TaskStore } from '../core/tasks/task-store.ts';
import { TaskTracker } from '../core/tasks/task-tracker.ts';
import type { Gateway } from '../core/gateway/gateway.ts';
import type { Feed } from './feed.ts';
import { taskView } from './task-view.ts';

const MAX_RESULT_BYTES = 16 * 1024 * 1024;
/** Who asks for tasks when nobody else is connected. */
const TRACKER = { name: 'portolan tasks' };

export function createTaskParts(options: {
  stateDb: StateDb;
  clock: Clock;
  logger: Logger;
  feed: Pick<Feed, 'task'>;
  gateway: () => Pick<Gateway, 'localClient'>;
}): { readonly tasks: TaskTracker; readonly layer: TaskLayer } {
  const { stateDb, clock, logger, feed, gateway } = options;
  const tasks = new TaskTracker({
    store: new TaskStore(stateDb),
    clock,
    logger: logger.child({ part: 'tasks' }),
    chance: Math.random,
    reach: async (server) => {
      // Its session opens the connection; a ping makes sure that the server itself is reached.
      await (await gateway().localClient(TRACKER, server)).ping();
    },
    onChange: (task) => feed.task(taskView(task)),
    maxResultBytes: MAX_RESULT_BYTES,
  });
  return { tasks, layer: { open: (about) => TaskLink.open({ ...about, watcher: tasks, clock }) } };
}
