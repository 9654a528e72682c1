// The timeline of a task, from what was kept of it. Pure: what was not seen is not told.
import type { TaskDetail } from '../../../shared/model/task.ts';
import type { StateWord } from '../../words/states.ts';
import { endWord, statusWord } from '../../words/tasks.ts';

export interface TimelineStep {
  readonly at: string;
  readonly state: StateWord;
  /** The server's words. */
  readonly said?: string;
}

const RESULT_WORDS: Readonly<Record<string, StateWord>> = {
  stored: { mark: 'proof', word: 'Result kept' },
  'too-large': { mark: 'degraded', word: 'Result too large to keep' },
  lost: { mark: 'failed', word: 'Result deleted at the server' },
};

/** Oldest first. Steps of the same moment keep the order in which they follow from each other. */
export function timelineOf(task: TaskDetail): TimelineStep[] {
  const [created, ...history] = task.history;
  const steps: TimelineStep[] = [
    {
      at: task.startedAt,
      state: { mark: 'running', word: 'Task created' },
      ...(created?.message !== undefined && { said: created.message }),
    },
    ...history.map(({ at, kind, message, what }) => ({
      at,
      state: kind === 'status' ? statusWord(what) : kind === 'end' ? endWord(what) : resultWord(what),
      ...(message !== undefined && { said: message }),
    })),
    ...task.asked.flatMap(({ at, answeredAt, key, message }) => [
      { at, state: { mark: 'input' as const, word: 'Asked' }, said: message ?? key },
      ...(answeredAt === undefined ? [] : [{ at: answeredAt, state: ANSWERED, said: message ?? key }]),
    ]),
    ...(task.cancelAskedAt === undefined ? [] : [{ at: task.cancelAskedAt, state: CANCEL_ASKED }]),
  ];
  return steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const ANSWERED: StateWord = { mark: 'ready', word: 'Answered' };
const CANCEL_ASKED: StateWord = { mark: 'stopped', word: 'Cancel asked' };

function resultWord(what: string): StateWord {
  return RESULT_WORDS[what] ?? { mark: 'degraded', word: what };
}
