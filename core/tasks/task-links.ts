// The connections over which servers can be asked about tasks, and which of them have to stay for that.
import { PortolanError } from '../../shared/errors.ts';
import { isUnfinished } from './reduce-task.ts';
import type { TaskLink } from './task-link.ts';
import type { TaskMap } from './task-map.ts';
import type { TaskRecord } from './task-record.ts';
import { processOf, tells } from './task-route.ts';

export class TaskLinks {
  readonly #tasks: TaskMap;
  readonly #reach: (server: string) => Promise<void>;
  readonly #links = new Set<TaskLink>();

  /** `reach` opens a connection to a remote server, which comes in through `add`. */
  constructor(tasks: TaskMap, reach: (server: string) => Promise<void>) {
    this.#tasks = tasks;
    this.#reach = reach;
  }

  add(link: TaskLink): void {
    this.#links.add(link);
  }

  delete(link: TaskLink): void {
    this.#links.delete(link);
  }

  /** One that can tell of the task; where its questions wait, or whose client started it, before any other. */
  find(task: TaskRecord): TaskLink | undefined {
    const able = [...this.#links].filter((link) => tells(link, task));
    const holding = able.find((link) => link.stand.holds(task.taskId));
    return holding ?? able.find((link) => link.owns(task.taskId)) ?? able[0];
  }

  /**
   * The same, opened if need be; undefined when its process is gone.
   * @throws PortolanError CONNECTION_LOST, and what opening throws
   */
  async reach(task: TaskRecord): Promise<TaskLink | undefined> {
    const found = this.find(task);
    if (found !== undefined || task.process !== undefined) return found;
    await this.#reach(task.server);
    const opened = this.find(task);
    if (opened !== undefined) return opened;
    throw new PortolanError('CONNECTION_LOST', `${task.server} is not reached as before.`);
  }

  /** True when tasks need this connection: those of its process, or those that no other one can tell of. */
  isNeeded(link: TaskLink): boolean {
    const process = processOf(link);
    const others = [...this.#links].filter((other) => other !== link);
    return this.#tasks.of(link.server).some((task) => {
      if (!isUnfinished(task) || task.wire !== link.wire || task.frozen === true) return false;
      if (task.process !== undefined) return task.process === process;
      return task.principal === link.principal && !others.some((other) => tells(other, task));
    });
  }

  /** Ends connections to a server that were kept for tasks alone and are needed no more. */
  release(server: string): void {
    for (const link of this.#links) {
      if (link.server === server && link.isAbandoned && !this.isNeeded(link)) void link.end();
    }
  }

  /** Ends every connection that has no session. */
  async endAbandoned(): Promise<void> {
    await Promise.allSettled([...this.#links].filter((link) => link.isAbandoned).map((link) => link.end()));
  }
}
