// Which tasks the page lists, in which sections and order. Pure.
import type { Task } from '../../../shared/model/task.ts';
import { type TaskGroup, endedAt, taskGroup } from '../../words/tasks.ts';

export const TASK_VIEWS = ['inbox', 'active', 'done', 'all'] as const;
export type TaskView = (typeof TASK_VIEWS)[number];

export interface TaskFilter {
  readonly view: TaskView;
  readonly text: string;
  readonly server: string | null;
  readonly client: string | null;
  /** Milliseconds since the start at most; null: any. */
  readonly age: number | null;
}

export type TaskItem =
  | { readonly kind: 'head'; readonly group: TaskGroup; readonly count: number }
  | { readonly kind: 'task'; readonly task: Task };

const ORDER: readonly TaskGroup[] = ['needs', 'active', 'done'];
const SHOWN: Readonly<Record<TaskView, readonly TaskGroup[]>> = {
  inbox: ORDER,
  active: ['needs', 'active'],
  done: ['done'],
  all: ORDER,
};
/** The inbox keeps what ended for a day. */
const INBOX_MS = 86_400_000;

/** Sections with their tasks, each section newest first; sections without tasks are left out. */
export function taskItems(tasks: readonly Task[], filter: TaskFilter, now: number): TaskItem[] {
  const found = tasks.filter((task) => matches(task, filter, now));
  return ORDER.filter((group) => SHOWN[filter.view].includes(group)).flatMap((group) => {
    const held = found
      .filter((task) => taskGroup(task) === group)
      .toSorted((a, b) => newest(b, group) - newest(a, group));
    if (held.length === 0) return [];
    return [
      { kind: 'head' as const, group, count: held.length },
      ...held.map((task) => ({ kind: 'task' as const, task })),
    ];
  });
}

function newest(task: Task, group: TaskGroup): number {
  return Date.parse(group === 'done' ? endedAt(task) : task.startedAt);
}

function matches(task: Task, { age, client, server, text, view }: TaskFilter, now: number): boolean {
  if (server !== null && task.server !== server) return false;
  if (client !== null && task.client !== client) return false;
  if (age !== null && now - Date.parse(task.startedAt) > age) return false;
  if (view === 'inbox' && taskGroup(task) === 'done' && now - Date.parse(endedAt(task)) > INBOX_MS) return false;
  const held = `${task.tool} ${task.server} ${task.client} ${task.taskId}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => held.includes(word));
}
