// Which changes of a task a person is told of, as pure functions over two records.
import { expiresAt, isTerminal, isUnfinished, openInputs } from '../tasks/reduce-task.ts';
import type { TaskRecord } from '../tasks/task-record.ts';
import type { Occasion } from './occasion.ts';

/** A task that is about to be deleted by its server is told of this long before, or in the last tenth of its life. */
const WARN_MS = 10 * 60_000;

/** What the change from `before` to `task` gives; without `before`, all that the record tells of. */
export function occasionsOf(task: TaskRecord, before?: TaskRecord): Occasion[] {
  const found: Occasion[] = [];
  if (isTerminal(task) && (before === undefined || !isTerminal(before))) {
    if (task.status === 'completed') found.push(occasion(task, 'finished', 'completed'));
    // One that a person or a client had cancelled is no news.
    if (task.status === 'failed') found.push(occasion(task, 'failed', 'failed'));
  }
  if (task.end !== undefined && before?.end === undefined) found.push(occasion(task, 'failed', 'lost'));
  if (before === undefined || task.inputs !== before.inputs || task.status !== before.status) {
    const known = new Set(before === undefined ? [] : openInputs(before).map(({ key }) => key));
    for (const { key } of openInputs(task)) {
      if (!known.has(key)) found.push(occasion(task, 'needs-answer', `input:${key}`));
    }
  }
  return found;
}

/** That the server is about to delete a task of which something is still to be had. */
export function expiryOf(task: TaskRecord): Occasion {
  return occasion(task, 'expires-soon', 'expires');
}

/** When `expiryOf` is to be told, epoch milliseconds; undefined when nothing is lost by the deletion. */
export function warnAt(task: TaskRecord): number | undefined {
  const over = expiresAt(task);
  if (over === undefined || !isUnfinished(task)) return undefined;
  return over - Math.min(WARN_MS, (over - task.receivedAt) / 10);
}

/** False when what was to be told is settled by now. `task` is undefined when it is forgotten. */
export function isStillSo({ kind, key }: Occasion, task: TaskRecord | undefined, now: number): boolean {
  if (task === undefined) return false;
  if (kind === 'needs-answer') return openInputs(task).some((input) => key === keyOf(task, `input:${input.key}`));
  if (kind === 'expires-soon') {
    const at = warnAt(task);
    return at !== undefined && at <= now && now < (expiresAt(task) ?? 0);
  }
  return true;
}

function occasion(task: TaskRecord, kind: Occasion['kind'], what: string): Occasion {
  const { id, server, tool } = task;
  return { key: keyOf(task, what), kind, server, tool, task: id, page: `/tasks/${encodeURIComponent(id)}` };
}

function keyOf({ id }: TaskRecord, what: string): string {
  return `task:${id}:${what}`;
}
