// A tracker of tasks over memory that reaches no server, and notices of nothing.
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { TaskStore } from '../../core/tasks/task-store.ts';
import { TaskTracker } from '../../core/tasks/task-tracker.ts';
import type { NoticesPort } from '../../host/notice-parts.ts';
import { NoticeShell } from '../../host/notice-shell.ts';
import { PortolanError } from '../../shared/errors.ts';

export function littleTasks(): TaskTracker {
  return new TaskTracker({
    store: new TaskStore(StateDb.inMemory()),
    clock: systemClock,
    logger: silentLogger,
    chance: () => 0,
    reach: () => Promise.reject(new PortolanError('SERVER_NOT_FOUND', 'no such server')),
    onChange: () => undefined,
    maxResultBytes: 1024,
  });
}

const shell = new NoticeShell();

export const littleNotices: NoticesPort = {
  follow: (signal) => shell.follow(signal),
  failed: () => undefined,
  close: () => undefined,
};
