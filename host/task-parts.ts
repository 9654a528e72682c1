// The tracker of tasks in this host, and the places at which it sees them.
import type { TaskLayer } from '../core/eras/task-layer.ts';
import type { Gateway } from '../core/gateway/gateway.ts';
import { CallPairs } from '../core/tasks/call-pairs.ts';
import { TaskDesk } from '../core/tasks/task-desk.ts';
import { withTaskFront } from '../core/tasks/task-front.ts';
import { TaskLink } from '../core/tasks/task-link.ts';
import { TaskStore } from '../core/tasks/task-store.ts';
import { TaskTracker } from '../core/tasks/task-tracker.ts';
import { offersTasks } from '../core/tasks/task-wire.ts';
import type { Feed } from './feed.ts';
import { createNoticeParts, type NoticeOptions, type NoticesPort } from './notice-parts.ts';
import { COMMAND_LINE, WINDOW } from './parts.ts';
import { taskView } from './task-view.ts';

const MAX_RESULT_BYTES = 16 * 1024 * 1024;
/** Who asks for tasks when nobody else is connected. */
const TRACKER = { name: 'portolan tasks' };
const OWN_CLIENTS: ReadonlySet<string> = new Set([WINDOW.name, COMMAND_LINE.name]);

export function createTaskParts(
  options: NoticeOptions & {
    feed: Pick<Feed, 'task'>;
    gateway: () => Pick<Gateway, 'localClient'>;
  },
): { readonly tasks: TaskTracker; readonly layer: TaskLayer; readonly notices: NoticesPort } {
  const { stateDb, clock, logger, feed, gateway, settings } = options;
  const { notices, port } = createNoticeParts(options, () => tasks);
  const tasks = new TaskTracker({
    store: new TaskStore(stateDb),
    clock,
    logger: logger.child({ part: 'tasks' }),
    chance: Math.random,
    reach: async (server) => {
      // Its session opens the connection; a ping makes sure that the server itself is reached.
      await (await gateway().localClient(TRACKER, server)).ping();
    },
    onChange: (task, before) => {
      feed.task(taskView(task));
      notices.taskChanged(task, before);
    },
    maxResultBytes: MAX_RESULT_BYTES,
  });
  notices.start(tasks.list());
  const patienceOf = (client: string) => {
    const { afterSeconds, clients } = settings.get().taskHandles;
    return clients.includes(client) ? afterSeconds * 1000 : undefined;
  };
  const layer: TaskLayer = {
    session: ({ server, principal, era, dialect, client, capabilities }) => {
      const pairs = new CallPairs();
      pairs.hasTasks = offersTasks(era === 'legacy' ? 'legacy' : 'extension', capabilities);
      const isBridged = dialect !== era;
      const desk = new TaskDesk(tasks, server, principal);
      const isOwn = () => OWN_CLIENTS.has(client());
      const about = { server, principal, era, isBridged, client, isOwn, watcher: tasks, clock, pairs };
      const patienceMs = () => patienceOf(client());
      return {
        toServer: (open) => (events) => TaskLink.open({ ...about, events, open }),
        toClient: (open) => withTaskFront({ dialect, isBridged, desk, pairs, clock, patienceMs }, open),
      };
    },
  };
  return { tasks, layer, notices: port };
}
