// Stands in for clients that do not ask for the results of their tasks (2025-11-25): only while somebody asks, a server puts
// its questions. They and the result come in through the watcher.
import { randomBytes } from 'node:crypto';
import { objectOf } from '../base/json-object.ts';
import type { JsonObject } from '../base/json-object.ts';
import { type Frame, frameOf } from '../connections/frame.ts';
import type { TaskLink } from './task-link.ts';
import type { TaskWatcher } from './task-watcher.ts';
import { relatedTask } from './task-wire.ts';

/** A result may be a long time coming; the tracker looks meanwhile. */
const RESULT_MS = 86_400_000;

export class StandIn {
  readonly #link: TaskLink;
  readonly #watcher: TaskWatcher;
  readonly #send: (frame: Frame) => void;
  readonly #tasks = new Set<string>();
  /** Open questions by their keys: the ids (source texts) that the server gave them, and their tasks. */
  readonly #open = new Map<string, { readonly id: string; readonly taskId: string }>();

  constructor(link: TaskLink, watcher: TaskWatcher, send: (frame: Frame) => void) {
    this.#link = link;
    this.#watcher = watcher;
    this.#send = send;
  }

  /** Asks for the result of a task, once; the extension needs no such question. */
  begin(taskId: string): void {
    if (this.#link.wire !== 'legacy' || this.#tasks.has(taskId)) return;
    this.#tasks.add(taskId);
    void this.#link
      .ask('tasks/result', { taskId }, RESULT_MS)
      .then(
        (result) => this.#watcher.resultSeen(this.#link, taskId, { result }),
        () => undefined,
      )
      .finally(() => this.#tasks.delete(taskId));
  }

  /** Takes a request of the server on behalf of a task for which this stands in; false for any other. */
  captured(frame: Frame): boolean {
    const params = objectOf(frame.message['params']);
    const taskId = relatedTask(params);
    if (taskId === undefined || frame.id === undefined || !this.#tasks.has(taskId)) return false;
    // Ids of the server are its own and begin anew with a connection; the key is for the life of the task.
    const key = randomBytes(6).toString('hex');
    this.#open.set(key, { id: frame.id, taskId });
    const report = { status: 'input_required', inputs: { [key]: { method: frame.method, params } } };
    this.#watcher.told(this.#link, { taskId, report });
    return true;
  }

  /** True when questions of this task came in here and wait. */
  holds(taskId: string): boolean {
    return [...this.#open.values()].some((question) => question.taskId === taskId);
  }

  /** Answers questions by their keys; others are passed over. */
  respond(responses: Readonly<Record<string, JsonObject>>): void {
    for (const [key, result] of Object.entries(responses)) {
      const question = this.#open.get(key);
      if (!this.#open.delete(key) || question === undefined) continue;
      this.#send(frameOf({ jsonrpc: '2.0', id: JSON.parse(question.id) as string | number, result }));
    }
  }
}
