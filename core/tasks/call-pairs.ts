// Finds, on the client's side of a bridge, the task that a call became on the server's side. Both see the same tool and the
// same bytes of arguments; of several equal calls the oldest is meant, and it does not matter which.
import type { TaskRecord } from './task-record.ts';
import type { TaskCall } from './task-watcher.ts';

export type PairKey = Pick<TaskCall, 'tool' | 'argsDigest'>;

export class CallPairs {
  /** The server has said that it has tasks. */
  hasTasks = false;
  readonly #waiting = new Map<string, ((task: TaskRecord) => void)[]>();

  /** Calls `onTask` when a call like this becomes a task. The answer takes that back. */
  expect(call: PairKey, onTask: (task: TaskRecord) => void): () => void {
    const key = keyOf(call);
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), onTask]);
    return () => this.#remove(key, onTask);
  }

  /** A call became a task. */
  created(call: PairKey, task: TaskRecord): void {
    const key = keyOf(call);
    const [first] = this.#waiting.get(key) ?? [];
    if (first === undefined) return;
    this.#remove(key, first);
    first(task);
  }

  #remove(key: string, onTask: (task: TaskRecord) => void): void {
    const rest = (this.#waiting.get(key) ?? []).filter((other) => other !== onTask);
    if (rest.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, rest);
  }
}

function keyOf({ tool, argsDigest }: PairKey): string {
  return `${argsDigest} ${tool}`;
}
