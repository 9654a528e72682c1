// The words of notices. Short, ours, and without any text of a server unless that is allowed: its name and its tools' names only.
import { assertNever } from '../../shared/assert-never.ts';
import { visible } from '../../shared/hidden-characters.ts';
import type { Notice, NoticeKind } from '../../shared/model/notice.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import { expiresAt } from '../tasks/reduce-task.ts';
import type { TaskRecord } from '../tasks/task-record.ts';
import type { Delay } from './notice-queue.ts';
import type { Occasion } from './occasion.ts';

const MAX_TITLE = 40;
const MAX_BODY = 90;
const OPEN = { id: 'open', label: 'Open' } as const;
const ANSWER = { id: 'answer', label: 'Answer' } as const;
const CANCEL = { id: 'cancel', label: 'Cancel task' } as const;
const ENDS: Readonly<Record<NonNullable<TaskRecord['end']>, string>> = {
  expired: 'deleted before its end was seen.',
  unknown: 'the server does not know it any more.',
  restarted: 'its server process has ended.',
  unsupported: 'the server no longer has tasks.',
};
const COUNTED: Readonly<Record<NoticeKind, readonly [one: string, more: string]>> = {
  'needs-answer': ['needs your answer', 'need your answer'],
  'sign-in': ['needs a sign-in', 'need a sign-in'],
  'expires-soon': ['ends soon', 'end soon'],
  failed: ['failed', 'failed'],
  finished: ['finished', 'finished'],
};

/** What the words are made of at the moment of telling. */
export interface NoticeFacts {
  readonly now: number;
  readonly showText: boolean;
  task(id: string): TaskRecord | undefined;
  /** How many calls wait for the sign-in with this key. */
  calls(key: string): number;
  /** What the question with this key asks: words of the server. */
  asked(key: string): string | undefined;
}

type Words = Omit<Notice, 'id'>;

/** One notice for all of `batch`, which is not empty. */
export function wordsOf(batch: readonly Occasion[], delay: Delay, facts: NoticeFacts): Words {
  const [first, ...others] = batch as readonly [Occasion, ...Occasion[]];
  const isOne = others.every(({ page, kind }) => page === first.page && kind === first.kind);
  return fitted(isOne ? single(first, facts) : several(batch, delay));
}

function single(occasion: Occasion, facts: NoticeFacts): Words {
  const { kind, server, page } = occasion;
  const task = occasion.task === undefined ? undefined : facts.task(occasion.task);
  const tool = cutMiddle(line(occasion.tool ?? ''), MAX_TITLE - 16);
  const about = { page, ...(occasion.task !== undefined && { task: occasion.task }) };
  const cancel = task === undefined ? [] : [CANCEL];
  switch (kind) {
    case 'finished':
      return { ...about, title: `${tool} finished`, body: finished(server, task), actions: [OPEN] };
    case 'failed':
      return {
        ...about,
        title: task?.end === undefined ? `${tool} failed` : `${tool} was lost`,
        body: failed(server, task, facts.showText),
        actions: [OPEN],
      };
    case 'needs-answer': {
      const asked = facts.showText ? (facts.asked(occasion.key) ?? askedBy(task, occasion.key)) : undefined;
      const left = task === undefined ? undefined : expiresAt(task);
      const waits = tool === '' ? 'A call is waiting' : `${tool} is waiting`;
      return {
        ...about,
        title: `${cutMiddle(server, MAX_TITLE - 18)} needs your answer`,
        body: asked ?? (left === undefined ? `${waits}.` : `${waits}, ${span(left - facts.now)} left.`),
        actions: [ANSWER, ...cancel],
      };
    }
    case 'expires-soon': {
      const over = task === undefined ? facts.now : (expiresAt(task) ?? facts.now);
      return {
        ...about,
        title: `${tool} ends in ${span(over - facts.now)}`,
        body: `${server} drops it at ${timeOfDay(over)}.`,
        actions: [task?.status === 'input_required' ? ANSWER : OPEN, ...cancel],
      };
    }
    case 'sign-in': {
      const calls = facts.calls(occasion.key);
      const waiting = calls === 1 ? '1 call is waiting.' : `${calls} calls are waiting.`;
      return {
        ...about,
        title: `${cutMiddle(server, MAX_TITLE - 16)} needs a sign-in`,
        body: calls === 0 ? 'Nothing waits for it at the moment.' : waiting,
        actions: [OPEN],
      };
    }
    default:
      return assertNever(kind);
  }
}

function several(batch: readonly Occasion[], delay: Delay): Words {
  const servers = countBy(batch, ({ server }) => server);
  const [server = ''] = servers.keys();
  const from = servers.size === 1 ? ` from ${cutMiddle(server, MAX_TITLE - 16)}` : '';
  const title =
    delay === 'quiet' ? `${batch.length} notices while it was quiet` : `${batch.length} ${more(delay)}${from}`;
  const kinds = countBy(batch, ({ kind }) => kind);
  const counts = (Object.keys(COUNTED) as NoticeKind[]).flatMap((kind) => {
    const count = kinds.get(kind);
    return count === undefined ? [] : [`${count} ${COUNTED[kind][count === 1 ? 0 : 1]}`];
  });
  const pages = new Set(batch.map(({ page }) => page));
  const [page = ''] = pages;
  return { title, body: `${counts.join(', ')}.`, page: pages.size === 1 ? page : '/tasks', actions: [OPEN] };
}

function more(delay: Delay): string {
  return delay === 'limit' ? 'more' : 'notices';
}

function finished(server: string, task: TaskRecord | undefined): string {
  const after = took(server, task);
  if (task?.result === 'stored') return `${after}. The result is kept.`;
  if (task?.result === 'lost') return `${after}. Its result was deleted before it could be had.`;
  return task?.result === 'too-large' ? `${after}. The result is too large to keep.` : `${after}.`;
}

function failed(server: string, task: TaskRecord | undefined, showText: boolean): string {
  const said = showText ? line(task?.statusMessage ?? '') : '';
  if (said !== '') return `${server}: ${said}`;
  return task?.end === undefined ? `${took(server, task)}.` : `${server}: ${ENDS[task.end]}`;
}

function took(server: string, task: TaskRecord | undefined): string {
  return task?.settledAt === undefined ? server : `${server}, after ${span(task.settledAt - task.receivedAt)}`;
}

/** The message of the elicitation that a task's question is. */
function askedBy(task: TaskRecord | undefined, key: string): string | undefined {
  const input = task?.inputs.find((candidate) => key.endsWith(`:input:${candidate.key}`));
  const message = textOf(objectOf(objectOf(input?.request)?.['params'])?.['message']);
  return message === undefined ? undefined : line(message);
}

function fitted({ title, body, ...rest }: Words): Words {
  return { ...rest, title: cutEnd(line(title), MAX_TITLE), body: cutEnd(line(body), MAX_BODY) };
}

/** One line of plain text; what a reader cannot see is made visible. */
function line(text: string): string {
  return visible(text.slice(0, 1_000)).replaceAll(/\s+/g, ' ').trim();
}

function cutEnd(text: string, max: number): string {
  const characters = charactersOf(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

function cutMiddle(text: string, max: number): string {
  const characters = charactersOf(text);
  if (characters.length <= max) return text;
  const head = Math.ceil((max - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (max - 1 - head)).join('')}`;
}

/** As a reader counts them. */
function charactersOf(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** A duration in its largest whole unit: `45 s`, `24 min`, `21 h`, `3 d`. */
function span(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1_000), 0);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** The local time of this computer, such as `12:06`. */
function timeOfDay(at: number): string {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

function countBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
