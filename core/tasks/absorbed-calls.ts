// Calls whose callers cannot follow a task: run as one all the same, where the server wants or likes that, and answered like
// any other call when the task has ended. If nobody waits any more, the task goes on and its result is kept.
import { PortolanError } from '../../shared/errors.ts';
import type { TaskWire } from '../../shared/model/task.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import { setMember } from '../base/json-splice.ts';
import { META } from '../connections/era.ts';
import { errorFrame, exactIdKey, type Frame, frameOf, parseFrame } from '../connections/frame.ts';
import { valueKey } from '../connections/request-id.ts';
import type { TaskAnswer } from './task-result.ts';
import { TASKS_EXTENSION } from './task-wire.ts';

const INTERNAL_ERROR = -32_603;
/** Between two signs of life to a caller that asked for progress. */
const PROGRESS_MS = 5_000;

/** The request with the task asked for, or allowed, in the server's own form. */
export function asTask(request: Frame, wire: TaskWire): Frame {
  const bytes =
    wire === 'legacy'
      ? setMember(request.bytes, ['params', 'task'], '{}')
      : setMember(request.bytes, ['params', '_meta', META.clientCapabilities, 'extensions', TASKS_EXTENSION], '{}');
  return parseFrame(bytes, 'server');
}

interface Waiting {
  readonly id: string;
  readonly progressToken: unknown;
  said: number;
  timer: Timer | undefined;
}

export class AbsorbedCalls {
  readonly #clock: Clock;
  readonly #deliver: (frame: Frame) => void;
  readonly #waiting = new Map<string, Waiting>();

  /** `deliver` takes messages to the caller, in the server's generation. */
  constructor(clock: Clock, deliver: (frame: Frame) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /** Answers the call with this id (source text) when `ended` settles; until then it gives signs of life. */
  wait(id: string, progressToken: unknown, ended: Promise<TaskAnswer>): void {
    const waiting: Waiting = { id, progressToken, said: 0, timer: undefined };
    this.#waiting.set(exactIdKey(id), waiting);
    this.#sayLater(waiting);
    void ended.then(
      (answer) => this.#answer(waiting, answerFrame(id, answer)),
      (error: unknown) => {
        const { code, message } =
          error instanceof PortolanError ? error : { code: 'TASK_REFUSED', message: 'The task has no result.' };
        this.#answer(waiting, errorFrame(id, INTERNAL_ERROR, message, { code }));
      },
    );
  }

  /** Nobody waits any more for the request that `cancelled` names; false when it is none of these. */
  cancelled(cancelled: Frame): boolean {
    const key = valueKey(objectOf(cancelled.message['params'])?.['requestId']);
    const waiting = key === undefined ? undefined : this.#waiting.get(key);
    if (waiting === undefined) return false;
    this.#forget(waiting);
    return true;
  }

  close(): void {
    for (const waiting of this.#waiting.values()) this.#forget(waiting);
  }

  #answer(waiting: Waiting, frame: Frame): void {
    if (!this.#waiting.has(exactIdKey(waiting.id))) return;
    this.#forget(waiting);
    this.#deliver(frame);
  }

  #forget(waiting: Waiting): void {
    waiting.timer?.cancel();
    this.#waiting.delete(exactIdKey(waiting.id));
  }

  #sayLater(waiting: Waiting): void {
    if (waiting.progressToken === undefined) return;
    waiting.timer = this.#clock.setTimeout(() => {
      waiting.said += 1;
      const { progressToken, said: progress } = waiting;
      const params = { progressToken, progress, message: 'The server goes on working.' };
      this.#deliver(frameOf({ jsonrpc: '2.0', method: 'notifications/progress', params }));
      this.#sayLater(waiting);
    }, PROGRESS_MS);
  }
}

function answerFrame(id: string, answer: TaskAnswer): Frame {
  if ('error' in answer) {
    const error = objectOf(answer.error);
    const code = typeof error?.['code'] === 'number' ? error['code'] : INTERNAL_ERROR;
    return errorFrame(id, code, textOf(error?.['message']) ?? 'The task has failed.', objectOf(error?.['data']));
  }
  const result = JSON.stringify({ resultType: 'complete', ...objectOf(answer.result) });
  return parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}`), 'server');
}
