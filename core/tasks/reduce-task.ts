// The state machine of a task as one pure function: a record and an event give the next record. It follows both wire forms;
// what it cannot know it does not guess (protocol notes: SEP-1686 of 2025-11-25 and the extension of SEP-2663).
import { assertNever } from '../../shared/assert-never.ts';
import { TASK_STATUSES, type TaskStatus } from '../../shared/model/task.ts';
import type { TaskEvent, TaskReport } from './task-events.ts';
import { withStep } from './task-history.ts';
import type { TaskInput, TaskOrigin, TaskRecord } from './task-record.ts';

const TERMINAL: ReadonlySet<string> = new Set<TaskStatus>(['completed', 'failed', 'cancelled']);
const KNOWN: ReadonlySet<string> = new Set<TaskStatus>(TASK_STATUSES);
/** A server that has just come back may not know its tasks for a moment: two misses this far apart end one. */
const MISS_APART_MS = 5_000;
/** A clock that differs a little must not make a task that lived its time look unknown. */
const EXPIRY_SLACK_MS = 1_000;
const MAX_INPUTS = 100;

/** A task from the result that created it. */
export function createTask(origin: TaskOrigin, report: TaskReport): TaskRecord {
  const fresh: TaskRecord = {
    ...origin,
    status: 'working',
    ttlMs: null,
    heardAt: origin.receivedAt,
    result: 'none',
    inputs: [],
    misses: 0,
    regressions: 0,
  };
  return withStep(undefined, reported(fresh, origin.receivedAt, report), origin.receivedAt);
}

/** The record after `event`. Gives the very same object when nothing changes. */
export function reduceTask(task: TaskRecord, event: TaskEvent): TaskRecord {
  return withStep(task, next(task, event), event.at);
}

function next(task: TaskRecord, event: TaskEvent): TaskRecord {
  switch (event.kind) {
    case 'asked':
      return { ...task, askedAt: event.at };
    case 'reported':
      return reported(task, event.at, event.report);
    case 'missed':
      return missed(task, event.at);
    case 'unsupported':
      return isFollowed(task) ? { ...task, end: 'unsupported' } : task;
    case 'failed-to-ask':
      return troubled(task, event);
    case 'process-ended':
      return processEnded(task, event.process);
    case 'interrupted':
      return interrupted(task);
    case 'principal':
      return withPrincipal(task, event.principal);
    case 'answered':
      return answered(task, event.at, event.keys);
    case 'cancel-asked':
      return isFollowed(task) && task.cancelAskedAt === undefined ? { ...task, cancelAskedAt: event.at } : task;
    case 'result':
      return isTerminal(task) && task.result === 'wanted' ? { ...task, result: event.outcome } : task;
    default:
      return assertNever(event);
  }
}

/** True when the server has told an end: nothing changes the status any more. */
export function isTerminal(task: Pick<TaskRecord, 'status'>): boolean {
  return TERMINAL.has(task.status);
}

/** True while the server is still asked for it. */
export function isFollowed(task: TaskRecord): boolean {
  return !isTerminal(task) && task.end === undefined;
}

/** True while there is something to be had of it: its end, or its result. */
export function isUnfinished(task: TaskRecord): boolean {
  return isFollowed(task) || task.result === 'wanted';
}

/** True for a status of no revision known here; such a task is followed slowly and never taken for ended. */
export function isStrange(task: Pick<TaskRecord, 'status'>): boolean {
  return !KNOWN.has(task.status);
}

/** True when all that happened is that the server was heard of: the next look says that again. */
export function isSameButHeard(task: TaskRecord, before: TaskRecord): boolean {
  const keys = new Set([...Object.keys(task), ...Object.keys(before)]) as Set<keyof TaskRecord>;
  return [...keys].every((key) => key === 'heardAt' || task[key] === before[key]);
}

/** When the server may forget the task, by this machine's clock; undefined: never. */
export function expiresAt({ receivedAt, ttlMs }: TaskRecord): number | undefined {
  return ttlMs === null ? undefined : receivedAt + ttlMs;
}

/** Questions that nobody has answered, while the task still asks. */
export function openInputs(task: TaskRecord): readonly TaskInput[] {
  return isFollowed(task) && task.status === 'input_required' && task.unread !== true
    ? task.inputs.filter(({ answeredAt, withdrawnAt }) => answeredAt === undefined && withdrawnAt === undefined)
    : [];
}

function reported(task: TaskRecord, at: number, report: TaskReport): TaskRecord {
  if (isStale(task, report)) return { ...found(task), heardAt: at, regressions: task.regressions + 1 };
  // Times and pace may change over the life of a task; what is not told stays.
  const heard: TaskRecord = {
    ...found(task),
    heardAt: at,
    ...(report.ttlMs === undefined ? {} : { ttlMs: report.ttlMs }),
    ...(report.pollMs === undefined ? {} : { pollMs: report.pollMs }),
    ...(report.createdAt === undefined ? {} : { createdAt: report.createdAt }),
    ...(report.lastUpdatedAt === undefined ? {} : { lastUpdatedAt: report.lastUpdatedAt }),
  };
  if (isTerminal(task)) return heard;
  const told = plain({ ...heard, status: report.status, statusMessage: report.statusMessage, end: undefined });
  const next = withInputs(told, at, report.inputs);
  if (!isTerminal(next)) return next;
  return {
    ...next,
    settledAt: at,
    result: next.status === 'cancelled' && report.hasResult !== true ? 'none' : 'wanted',
  };
}

/** Being found again takes back what spoke against it. */
function found(task: TaskRecord): TaskRecord {
  return plain({ ...task, misses: 0, missedAt: undefined, trouble: undefined, unread: undefined });
}

/** An answer from before what is known already, or one that leaves a terminal state. */
function isStale(task: TaskRecord, report: TaskReport): boolean {
  if (isTerminal(task)) return report.status !== task.status;
  // An end is never overtaken by anything, whatever the server's clock says.
  if (isTerminal(report)) return false;
  const [known, told] = [timeOf(task.lastUpdatedAt), timeOf(report.lastUpdatedAt)];
  return known !== undefined && told !== undefined && told < known;
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** Every question once: its key is unique for the life of the task, and an answered one may be shown again for a while. */
function withInputs(task: TaskRecord, at: number, asked: TaskReport['inputs']): TaskRecord {
  if (asked === undefined) return task;
  const known = new Set(task.inputs.map(({ key }) => key));
  // The extension tells all that is open; a server of 2025-11-25 puts its questions one by one.
  const shown = task.wire === 'legacy' ? task.inputs : shownAgain(task.inputs, at, asked);
  const fresh = Object.entries(asked)
    .filter(([key]) => !known.has(key))
    .slice(0, MAX_INPUTS - task.inputs.length)
    .map(([key, request]) => ({ key, request, seenAt: at }));
  return fresh.length === 0 && shown === task.inputs ? task : { ...task, inputs: [...shown, ...fresh] };
}

/** Questions with what the latest list says of them; the very same array when it says nothing new. */
function shownAgain(
  inputs: readonly TaskInput[],
  at: number,
  asked: Readonly<Record<string, unknown>>,
): readonly TaskInput[] {
  const next = inputs.map((input) => {
    const { withdrawnAt, ...open } = input;
    if (Object.hasOwn(asked, input.key)) return withdrawnAt === undefined ? input : open;
    return input.answeredAt === undefined && withdrawnAt === undefined ? { ...input, withdrawnAt: at } : input;
  });
  return next.some((input, index) => input !== inputs[index]) ? next : inputs;
}

/** Questions of 2025-11-25 belong to the connection they came over; those of the extension are asked for again. */
function interrupted(task: TaskRecord): TaskRecord {
  if (!isFollowed(task) || task.inputs.length === 0) return task;
  if (task.wire === 'extension') return { ...task, unread: true };
  return { ...task, inputs: task.inputs.filter(({ answeredAt }) => answeredAt !== undefined) };
}

function processEnded(task: TaskRecord, process: string): TaskRecord {
  if (task.process !== process) return task;
  if (isFollowed(task)) return { ...task, end: 'restarted' };
  return task.result === 'wanted' ? { ...task, result: 'lost' } : task;
}

function missed(task: TaskRecord, at: number): TaskRecord {
  if (!isFollowed(task)) return task;
  const over = expiresAt(task);
  const first = task.missedAt ?? at;
  const next = plain({ ...task, misses: task.misses + 1, missedAt: first, trouble: undefined });
  if (over !== undefined && at >= over - EXPIRY_SLACK_MS) return { ...next, end: 'expired' };
  return next.misses > 1 && at - first >= MISS_APART_MS ? { ...next, end: 'unknown' } : next;
}

function troubled(task: TaskRecord, event: Extract<TaskEvent, { kind: 'failed-to-ask' }>): TaskRecord {
  if (task.frozen === true) return task;
  const { at, trouble: kind, retryAfterMs } = event;
  const before = task.trouble;
  return {
    ...task,
    trouble: {
      kind,
      count: (before?.count ?? 0) + 1,
      since: before?.since ?? at,
      lastAt: at,
      ...(retryAfterMs === undefined ? {} : { notBefore: at + retryAfterMs }),
    },
  };
}

/** Somebody else reaches the server now: to him the task does not exist, which says nothing about it. */
function withPrincipal(task: TaskRecord, principal: string): TaskRecord {
  if ((task.principal !== principal) === (task.frozen === true)) return task;
  const { frozen: _frozen, ...thawed } = task;
  return task.principal === principal ? thawed : { ...task, frozen: true };
}

function answered(task: TaskRecord, at: number, keys: readonly string[]): TaskRecord {
  const chosen = new Set(keys);
  const isNew = (input: TaskInput) => chosen.has(input.key) && input.answeredAt === undefined;
  if (!task.inputs.some(isNew)) return task;
  return { ...task, inputs: task.inputs.map((input) => (isNew(input) ? { ...input, answeredAt: at } : input)) };
}

/** Without keys that say nothing, so that equal records are equal texts. */
function plain(task: { [Key in keyof TaskRecord]: TaskRecord[Key] | undefined }): TaskRecord {
  return Object.fromEntries(Object.entries(task).filter(([, value]) => value !== undefined)) as unknown as TaskRecord;
}
