// Tasks in words: one mark and word for every state, what went wrong in a sentence, and how long there is.
import type { Task } from '../../shared/model/task.ts';
import { cutMiddle } from '../text/cut.ts';
import { visibleString } from '../text/visible-tokens.ts';
import { counted } from './numbers.ts';
import type { StateWord } from './states.ts';
import { ago, lasting } from './time.ts';

export type TaskGroup = 'needs' | 'active' | 'done';

const TERMINAL = new Set(['completed', 'failed', 'cancelled']);

const END_WORDS: Readonly<Record<NonNullable<Task['end']>, StateWord>> = {
  expired: { mark: 'failed', word: 'Expired at the server' },
  unknown: { mark: 'degraded', word: 'Unknown to the server' },
  restarted: { mark: 'failed', word: 'Gone with its process' },
  unsupported: { mark: 'degraded', word: 'No tasks there any more' },
};

const COMPLETED_WORDS: Readonly<Record<Task['result'], StateWord>> = {
  none: { mark: 'ready', word: 'Completed' },
  wanted: { mark: 'running', word: 'Fetching the result' },
  stored: { mark: 'ready', word: 'Result kept' },
  'too-large': { mark: 'degraded', word: 'Result too large' },
  lost: { mark: 'degraded', word: 'Result lost' },
};

const TROUBLE_WORDS: Readonly<Record<NonNullable<Task['trouble']>['kind'], string>> = {
  transport: 'Server unreachable',
  busy: 'Server is busy',
  server: 'Server answers with errors',
};

/** True while its server may still work on it. */
export function isOpenTask({ end, status }: Pick<Task, 'end' | 'status'>): boolean {
  return end === undefined && !TERMINAL.has(status);
}

/** Where it stands in the inbox: a question that a person can answer now comes before everything. */
export function taskGroup(task: Task): TaskGroup {
  if (!isOpenTask(task)) return 'done';
  return task.inputs.length > 0 && !task.isFrozen ? 'needs' : 'active';
}

/** Mark and word of a task as it stands. An unknown status is shown as the server wrote it. */
export function taskWord(task: Task): StateWord {
  const { cancelAskedAt, end, inputs, isFrozen, result, status, trouble } = task;
  if (end !== undefined) return END_WORDS[end];
  if (status === 'cancelled') return { mark: 'stopped', word: 'Cancelled' };
  if (status === 'completed') return COMPLETED_WORDS[result];
  if (status === 'failed') return { mark: 'failed', word: result === 'lost' ? 'Failed, reason lost' : 'Failed' };
  if (isFrozen) return { mark: 'sign-in', word: 'Another sign-in’s' };
  if (inputs.length > 0) return { mark: 'input', word: 'Needs your answer' };
  if (trouble !== undefined) return { mark: 'offline', word: TROUBLE_WORDS[trouble.kind] };
  if (cancelAskedAt !== undefined) return { mark: 'running', word: 'Asked to cancel' };
  return statusWord(status);
}

/** Mark and word of a status alone, as a step of the timeline. */
export function statusWord(status: string): StateWord {
  switch (status) {
    case 'working':
      return { mark: 'running', word: 'Working' };
    case 'input_required':
      return { mark: 'input', word: 'Waits for an answer' };
    case 'completed':
      return { mark: 'ready', word: 'Completed' };
    case 'failed':
      return { mark: 'failed', word: 'Failed' };
    case 'cancelled':
      return { mark: 'stopped', word: 'Cancelled' };
    default:
      return { mark: 'degraded', word: `“${visibleString(cutMiddle(status, 40))}”` };
  }
}

/** Mark and word of a kind of end; what no page knows is told as it is. */
export function endWord(end: string): StateWord {
  return (END_WORDS as Readonly<Record<string, StateWord>>)[end] ?? { mark: 'degraded', word: end };
}

/** What is not as wanted, and what that means: undefined when nothing is. */
export function taskTrouble(task: Task, now: number): { readonly title: string; readonly text: string } | undefined {
  const { end, isFrozen, result, server, trouble } = task;
  switch (end) {
    case 'expired':
      return {
        title: 'Expired at the server before the result could be fetched.',
        text: `${server} kept it only for a time that it set itself. Nothing was run again.`,
      };
    case 'unknown':
      return {
        title: 'The server does not know this task any more.',
        text: `Its time was not over: ${server} has deleted it or was set up anew. What it did is not known.`,
      };
    case 'restarted':
      return {
        title: 'The process that worked on it has ended.',
        text: `Tasks of ${server} live only as long as its process. What it had done stays done.`,
      };
    case 'unsupported':
      return {
        title: 'The server has no tasks any more.',
        text: `${server} answers that it knows nothing of tasks, perhaps after an update.`,
      };
    default:
  }
  if (result === 'lost') {
    return {
      title: 'The result is lost.',
      text: `It ended, but ${server} had deleted the result before it could be had.`,
    };
  }
  if (result === 'too-large') {
    return {
      title: 'The result was too large to keep.',
      text: 'Its digest is kept, its text is not.',
    };
  }
  if (isFrozen) {
    return {
      title: 'This task belongs to another sign-in.',
      text: `It goes on at ${server}, and Portolan looks at it again when that person is signed in.`,
    };
  }
  if (trouble === undefined || !isOpenTask(task)) return undefined;
  return {
    title: `${TROUBLE_WORDS[trouble.kind]}.`,
    text: `${counted(trouble.count, 'look')} failed, the first ${ago(trouble.since, now)}. The task may go on there; Portolan goes on asking.`,
  };
}

/** How long the server keeps an open task, from the server's own time: `21 h 53 min left`. */
export function timeLeft({ expiresAt }: Pick<Task, 'expiresAt'>, now: number): string {
  if (expiresAt === undefined) return 'No limit';
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return 'Time is over';
  return `${lasting(new Date(now).toISOString(), now + left)} left`;
}

/** When it ended, as far as that is known. */
export function endedAt({ heardAt, settledAt }: Pick<Task, 'heardAt' | 'settledAt'>): string {
  return settledAt ?? heardAt;
}

/** What became of a request to cancel, in the words of what the server really said; undefined when nobody asked. */
export function cancelWords(task: Pick<Task, 'cancelAskedAt' | 'end' | 'status'>): string | undefined {
  if (task.cancelAskedAt === undefined) return undefined;
  if (task.status === 'cancelled') return 'The server says that it is cancelled. What it had done stays done.';
  if (isOpenTask(task))
    return 'The server was asked to cancel. It has not said that it did; the task may still finish.';
  return task.end === undefined
    ? 'It finished before the cancel arrived.'
    : 'The server was asked to cancel and never said what became of it.';
}
