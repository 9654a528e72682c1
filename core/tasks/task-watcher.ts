// What is told of tasks on a connection, and to whom. Types only.
import type { TaskLink } from './task-link.ts';
import type { TaskAnswer } from './task-result.ts';
import type { TaskRecord } from './task-record.ts';
import type { ToldTask } from './task-wire.ts';

/** The call that a task came from. */
export interface TaskCall {
  readonly tool: string;
  /** SHA-256 of the arguments as the client wrote them, hex; as in the audit log. */
  readonly argsDigest: string;
  /** The caller's progress token; the server may use it as long as the task lives (2025-11-25). */
  readonly progressToken?: unknown;
}

/** What a link tells. The real one is the tracker. */
export interface TaskWatcher {
  /**
   * A task was created; it must be on disk when this returns. Throwing keeps the creation from the client. `ended` gives what
   * the task comes to, for who waits for it, and rejects when it has no result.
   */
  created(
    link: TaskLink,
    call: TaskCall,
    told: ToldTask,
  ): { readonly task: TaskRecord; readonly ended: () => Promise<TaskAnswer> };
  told(link: TaskLink, told: ToldTask): void;
  /** The whole answer to `tasks/get` (extension) or `tasks/result` (2025-11-25) of a finished task passed by. */
  resultSeen(link: TaskLink, taskId: string, answer: TaskAnswer): void;
  opened(link: TaskLink): void;
  /** The session has left. True: tasks go on, the connection is to stay. */
  abandoned(link: TaskLink): boolean;
  closed(link: TaskLink): void;
}
