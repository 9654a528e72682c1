// Requests of our own over a connection that others use too: under ids that nobody else has, each with its time.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { TaskWire } from '../../shared/model/task.ts';
import { VERSION } from '../../shared/version.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { type JsonObject, objectOf } from '../base/json-object.ts';
import { exactIdKey, type Frame, frameOf } from '../connections/frame.ts';
import { MODERN_VERSIONS } from '../connections/era.ts';
import { ownMeta } from '../eras/legacy-client/envelope.ts';
import { OwnIds } from '../eras/own-ids.ts';
import { TASKS_EXTENSION } from './task-wire.ts';

/** Of a question of our own to a modern server. */
const OWN_META = ownMeta({
  version: MODERN_VERSIONS[0] ?? '',
  capabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  clientInfo: { name: 'portolan', version: VERSION },
  logLevel: undefined,
  keepBaggage: false,
});

interface Question {
  resolve(result: JsonObject): void;
  reject(error: PortolanError): void;
}

export class OwnQuestions {
  readonly #meta: object;
  readonly #send: (frame: Frame) => void;
  readonly #clock: Clock;
  readonly #ids = new OwnIds();
  readonly #open = new Map<string, Question>();

  constructor(wire: TaskWire, send: (frame: Frame) => void, clock: Clock) {
    this.#meta = wire === 'legacy' ? {} : { _meta: OWN_META };
    this.#send = send;
    this.#clock = clock;
  }

  /** How many wait for an answer. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Resolves with the answer's `result`.
   * @throws PortolanError TASK_REFUSED (data.rpcCode; cause: the server's error as it came), REQUEST_TIMEOUT, and what
   * sending throws
   */
  async ask(method: string, params: JsonObject, timeoutMs: number): Promise<JsonObject> {
    const id = this.#ids.next();
    const key = exactIdKey(id);
    const answer = Promise.withResolvers<JsonObject>();
    this.#open.set(key, answer);
    const timer: Timer = this.#clock.setTimeout(() => {
      answer.reject(new PortolanError('REQUEST_TIMEOUT', `The server has not answered ${method} in time.`));
    }, timeoutMs);
    try {
      this.#send(
        frameOf({ jsonrpc: '2.0', id: JSON.parse(id) as string, method, params: { ...params, ...this.#meta } }),
      );
      return await answer.promise;
    } catch (error) {
      throw toPortolanError(error);
    } finally {
      timer.cancel();
      this.#open.delete(key);
    }
  }

  /** Takes an answer to one of ours; false when it is somebody else's. `key`: `exactIdKey` of its id. */
  answered(key: string, frame: Frame): boolean {
    const question = this.#open.get(key);
    if (question === undefined) return false;
    const error = objectOf(frame.message['error']);
    if (error === undefined) question.resolve(objectOf(frame.message['result']) ?? {});
    else {
      const rpcCode = typeof error['code'] === 'number' ? error['code'] : 0;
      const about = { data: { rpcCode }, cause: error };
      question.reject(new PortolanError('TASK_REFUSED', 'The server has refused a question about a task.', about));
    }
    return true;
  }

  /** One of ours gets no answer; false when it is somebody else's. */
  failed(key: string, error: PortolanError): boolean {
    const question = this.#open.get(key);
    question?.reject(error);
    return question !== undefined;
  }

  failAll(error: PortolanError): void {
    for (const question of this.#open.values()) question.reject(error);
  }
}
