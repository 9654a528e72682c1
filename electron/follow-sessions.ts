// Follows how many sessions live and what waits for a person, across restarts of the host. Knows nothing of Electron.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '../shared/model/task.ts';
import type { HostClient } from '../host/control-client.ts';

const RETRY_MS = 1_000;

/** What the shell shows of the host. */
export interface Counts {
  readonly sessions: number;
  /** Ids of the questions that wait for a person. */
  readonly questions: readonly string[];
  /** How many sign-ins wait for a person. */
  readonly signIns: number;
  /** Ids of the tasks that ask a person. */
  readonly tasks: readonly string[];
}

/** Calls `tell` with every new state, with undefined when the host is gone; tries again until `signal` ends it. */
export async function followSessions(
  client: Pick<HostClient, 'system'>,
  tell: (counts: Counts | undefined) => void,
  signal?: AbortSignal,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const isOver = (): boolean => signal?.aborted === true;
  while (!isOver()) {
    try {
      const snapshot = await client.system.snapshot(undefined, options);
      let counts = {
        sessions: snapshot.sessions.length,
        questions: snapshot.questions.map(({ id }) => id),
        signIns: waiting(snapshot.signIns),
        tasks: snapshot.tasks.filter(asks).map(({ id }) => id),
      };
      tell(counts);
      const lastEventId = snapshot.lastEventId;
      for await (const event of await client.system.events(undefined, { ...options, lastEventId })) {
        if (event.type === 'reset') break;
        if (event.type === 'sessions') counts = { ...counts, sessions: event.sessions.length };
        else if (event.type === 'questions') counts = { ...counts, questions: event.questions.map(({ id }) => id) };
        else if (event.type === 'sign-ins') counts = { ...counts, signIns: waiting(event.signIns) };
        else if (event.type === 'task' && asks(event.task) !== counts.tasks.includes(event.task.id)) {
          counts = { ...counts, tasks: withTask(counts.tasks, event.task) };
        } else continue;
        tell(counts);
      }
    } catch {
      if (isOver()) return;
      tell(undefined);
      await delay(RETRY_MS, undefined, options).catch(() => undefined);
    }
  }
}

function waiting(signIns: readonly { readonly state: string }[]): number {
  return signIns.filter(({ state }) => state !== 'under-way').length;
}

/** True when a person can answer it now. */
function asks({ inputs, isFrozen }: Task): boolean {
  return inputs.length > 0 && !isFrozen;
}

function withTask(ids: string[], task: Task): string[] {
  const others = ids.filter((id) => id !== task.id);
  return asks(task) ? [...others, task.id] : others;
}
