// Notices over a manual clock, an in-memory database and a channel that notes what it is given.
import type { AuditEvent } from '../../core/audit/audit-event.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { NoticeStore } from '../../core/notices/notice-store.ts';
import { Notices } from '../../core/notices/notices.ts';
import { createTask, reduceTask } from '../../core/tasks/reduce-task.ts';
import type { TaskReport } from '../../core/tasks/task-events.ts';
import type { TaskRecord } from '../../core/tasks/task-record.ts';
import { type Notice, type NoticeSettings, noticeSettingsSchema } from '../../shared/model/notice.ts';
import { ManualClock } from './manual-clock.ts';

/** Longer than the moment in which things of one server become one notice. */
const MOMENT_MS = 2_001;

export class NoticeRig {
  readonly clock: ManualClock;
  readonly stateDb = StateDb.inMemory();
  readonly tasks = new Map<string, TaskRecord>();
  readonly shown: Notice[] = [];
  readonly closed: string[] = [];
  readonly records: AuditEvent[] = [];
  settings: NoticeSettings = noticeSettingsSchema.parse({});
  /** Set: what showing fails with. */
  failure: Error | undefined;
  notices: Notices;

  /** @param now start of the wall clock, epoch milliseconds; noon of a day here by default */
  constructor(now = new Date(2026, 0, 10, 12).getTime()) {
    this.clock = new ManualClock(now);
    this.notices = this.restart();
  }

  /** Another host over the same database. */
  restart(): Notices {
    this.notices?.close();
    this.notices = new Notices({
      store: new NoticeStore(this.stateDb),
      clock: this.clock,
      settings: () => this.settings,
      task: (id) => this.tasks.get(id),
      audit: (event) => void this.records.push(event),
      channel: {
        show: async (notice) => {
          if (this.failure !== undefined) throw this.failure;
          this.shown.push(notice);
          return 'test';
        },
        close: (id) => void this.closed.push(id),
      },
    });
    this.notices.start([...this.tasks.values()]);
    return this.notices;
  }

  /** A new task of `server`, called `id`, whose tool is `tool-<id>`. */
  task(id: string, server = 'github', report: TaskReport = { status: 'working' }): void {
    const origin = { principal: '', wire: 'extension', taskId: id, argsDigest: '', client: 'x' } as const;
    const task = createTask({ ...origin, id, server, tool: `tool-${id}`, receivedAt: this.clock.now() }, report);
    this.tasks.set(id, task);
    this.notices.taskChanged(task, undefined);
  }

  /** The server tells of a task. */
  report(id: string, report: TaskReport): void {
    this.apply(id, { kind: 'reported', at: this.clock.now(), report });
  }

  apply(id: string, event: Parameters<typeof reduceTask>[1]): void {
    const before = this.tasks.get(id);
    if (before === undefined) throw new Error(`no task ${id}`);
    const task = reduceTask(before, event);
    this.tasks.set(id, task);
    this.notices.taskChanged(task, before);
  }

  /** Time passes until what came up by now is told, and the channel has answered. */
  async told(ms = MOMENT_MS): Promise<string[]> {
    this.clock.advance(ms);
    await Promise.resolve();
    await Promise.resolve();
    return this.titles;
  }

  get titles(): string[] {
    return this.shown.map(({ title }) => title);
  }
}
