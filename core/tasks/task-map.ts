// The tasks in memory, by what they are looked for.
import { PortolanError } from '../../shared/errors.ts';
import type { TaskWire } from '../../shared/model/task.ts';
import type { TaskRecord } from './task-record.ts';

export class TaskMap extends Map<string, TaskRecord> {
  readonly #byServer = new Map<string, Set<string>>();
  /** Local ids by what servers call their tasks; of equal ones the first. */
  readonly #byTaskId = new Map<string, string>();

  /** A task's server, wire form and the server's id never change. */
  override set(id: string, task: TaskRecord): this {
    if (!this.has(id)) {
      const ids = this.#byServer.get(task.server) ?? new Set();
      this.#byServer.set(task.server, ids.add(id));
      const told = toldKey(task.server, task.wire, task.taskId);
      if (!this.#byTaskId.has(told)) this.#byTaskId.set(told, id);
    }
    return super.set(id, task);
  }

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
    return [...(this.#byServer.get(server) ?? [])].map((id) => this.known(id));
  }

  /** The one that a server calls `taskId`. */
  toldBy(link: { readonly server: string; readonly wire: TaskWire }, taskId: string): TaskRecord | undefined {
    return this.get(this.#byTaskId.get(toldKey(link.server, link.wire, taskId)) ?? '');
  }
}

function toldKey(server: string, wire: TaskWire, taskId: string): string {
  return JSON.stringify([server, wire, taskId]);
}
