// What is known of one task. Plain data: it is stored as it is, and changed by `reduceTask` alone.
import type { TaskEnd, TaskResultState, TaskWire } from '../../shared/model/task.ts';
import type { TaskStep } from './task-history.ts';

/** Who started a task, and with what. Times are epoch milliseconds of this machine unless said otherwise. */
export interface TaskOrigin {
  /** Local id, the same for every look at this task. */
  readonly id: string;
  readonly server: string;
  /** Whose credentials reached the server: a task belongs to them. */
  readonly principal: string;
  readonly wire: TaskWire;
  /** The server's own id, unguessable and opaque. */
  readonly taskId: string;
  readonly tool: string;
  /** SHA-256 of the canonical arguments, hex. */
  readonly argsDigest: string;
  /** Name of the client that made the call. */
  readonly client: string;
  /** When the result that created the task came in. */
  readonly receivedAt: number;
  /** The server process that took the call; a later one does not know the task. Absent for remote servers. */
  readonly process?: string;
  /** The task that this one is another attempt of. */
  readonly retryOf?: string;
}

/** One question of a task (extension), or of a server on behalf of one (legacy). */
export interface TaskInput {
  readonly key: string;
  /** The request as the server put it: its method and params. */
  readonly request: unknown;
  readonly seenAt: number;
  /** Set when a person has answered; the server may show the question again for a while. */
  readonly answeredAt?: number;
  /** The server does not show it any more, though nobody has answered it here. */
  readonly withdrawnAt?: number;
}

/** Why the last look did not succeed. */
interface TaskTrouble {
  /** `transport`: no answer; `busy`: 429 or 503; `server`: another error. */
  readonly kind: 'transport' | 'busy' | 'server';
  readonly count: number;
  readonly since: number;
  readonly lastAt: number;
  /** The server asked not to come back before. */
  readonly notBefore?: number;
}

export interface TaskRecord extends TaskOrigin {
  /** As the server wrote it, known or not. */
  readonly status: string;
  readonly statusMessage?: string;
  /** The server's own times, as it wrote them (RFC 3339). */
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  /** From `receivedAt`; null: unlimited. */
  readonly ttlMs: number | null;
  /** What the server asks for between two looks. */
  readonly pollMs?: number;
  /** When it was last heard of, by a look or a notification. */
  readonly heardAt: number;
  /** When it was last asked for. */
  readonly askedAt?: number;
  /** When it became terminal, as seen here. */
  readonly settledAt?: number;
  readonly result: TaskResultState;
  readonly inputs: readonly TaskInput[];
  /** When the server first said that it does not know the task, and has not said otherwise since. */
  readonly missedAt?: number;
  readonly misses: number;
  readonly trouble?: TaskTrouble;
  readonly end?: TaskEnd;
  /** Its principal is not the one that reaches the server now. */
  readonly frozen?: true;
  /** Questions are known from before an interruption only, and are not shown until the server has been asked again. */
  readonly unread?: true;
  readonly cancelAskedAt?: number;
  /** Answers that were older than what was known, or left a terminal state. */
  readonly regressions: number;
  /** Oldest first. */
  readonly history?: readonly TaskStep[];
}
