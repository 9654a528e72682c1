// Everything that can happen to a task after it was created, as its tracker sees it. `at`: epoch milliseconds.

/** What a server tells of a task: the answer to a look, a notification, or the answer to a cancellation. */
export interface TaskReport {
  readonly status: string;
  readonly statusMessage?: string;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  /** Absent: not told. */
  readonly ttlMs?: number | null;
  readonly pollMs?: number;
  /** Questions by their keys. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** The report carries the result or the error itself (extension). */
  readonly hasResult?: true;
}

export type TaskEvent =
  /** It is being asked for now. */
  | { readonly kind: 'asked'; readonly at: number }
  | { readonly kind: 'reported'; readonly at: number; readonly report: TaskReport }
  /** The server does not know the id (-32602): expired, deleted, never there, or somebody else's. */
  | { readonly kind: 'missed'; readonly at: number }
  /** The server knows no tasks (-32601). */
  | { readonly kind: 'unsupported'; readonly at: number }
  | {
      readonly kind: 'failed-to-ask';
      readonly at: number;
      readonly trouble: 'transport' | 'busy' | 'server';
      /** Milliseconds from `at`. */
      readonly retryAfterMs?: number;
    }
  /** The process that worked on it has ended. */
  | { readonly kind: 'process-ended'; readonly at: number; readonly process: string }
  /** The host has started again, or the connection over which questions came has ended. */
  | { readonly kind: 'interrupted'; readonly at: number }
  /** Who reaches the server now. */
  | { readonly kind: 'principal'; readonly at: number; readonly principal: string }
  | { readonly kind: 'answered'; readonly at: number; readonly keys: readonly string[] }
  | { readonly kind: 'cancel-asked'; readonly at: number }
  | { readonly kind: 'result'; readonly at: number; readonly outcome: 'stored' | 'too-large' | 'lost' };
