// The client's requests to a profile that have no answer yet, each ended exactly once.
import { PortolanError } from '../../../shared/errors.ts';
import { LISTEN, metaOf } from '../../connections/era.ts';
import type { Frame } from '../../connections/frame.ts';
import { doubleIdKey, valueKey } from '../../connections/request-id.ts';
import type { Batch } from '../batch.ts';
import type { Limits } from '../deadline.ts';
import { MAX_IN_FLIGHT } from '../in-flight.ts';
import { invalidRequest, rpcErrorFrame } from '../rpc-errors.ts';
import type { Member } from './member.ts';

/** How a request came: alone or in a batch, and with its own limits instead of the server's. */
export interface Provenance {
  readonly batch?: Batch | undefined;
  readonly limits?: Limits | undefined;
}

export interface Request extends Provenance {
  readonly frame: Frame;
  /** Source text of the client's id; members get the request under the same one. */
  readonly id: string;
  readonly key: string;
  readonly method: string;
  ended: boolean;
  /** The member that is to answer. */
  member?: Member;
  /** Called with the member's answer instead of ending the request by it. */
  onAnswer?: (answer: Frame) => void;
}

export class Pending {
  readonly #requests = new Map<string, Request>();
  readonly #deliver: (bytes: Buffer, frame: Frame) => void;
  readonly #onEnded: () => void;

  constructor(deliver: (bytes: Buffer, frame: Frame) => void, onEnded: () => void) {
    this.#deliver = deliver;
    this.#onEnded = onEnded;
  }

  /** Requests that wait for their answer; subscriptions last as long as the client wants and do not count. */
  get busy(): number {
    return this.#requests.size - this.listens().length;
  }

  listens(): Request[] {
    return this.all().filter(({ method }) => method === LISTEN);
  }

  /** The request with this progress token (key). */
  byToken(token: string): Request | undefined {
    return this.all().find(({ frame }) => valueKey(metaOf(frame)?.['progressToken']) === token);
  }

  get(key: string): Request | undefined {
    return this.#requests.get(key);
  }

  all(): Request[] {
    return [...this.#requests.values()];
  }

  /** Takes a request in. Undefined when it was refused: the client then has its error already. */
  begin(frame: Frame, from: Provenance): Request | undefined {
    const { id = '', method = '' } = frame;
    const key = doubleIdKey(id);
    if (this.#requests.has(key)) {
      // With the id, the client would take this for the answer to its first request.
      this.#refuse(null, invalidRequest(`The id ${id.slice(0, 64)} is already in use by a request.`), from.batch);
      return undefined;
    }
    if (this.#requests.size >= MAX_IN_FLIGHT) {
      const error = new PortolanError('SERVER_BUSY', `More than ${MAX_IN_FLIGHT} requests wait for an answer.`);
      this.#refuse(id, error, from.batch);
      return undefined;
    }
    const request: Request = { ...from, frame, id, key, method, ended: false };
    this.#requests.set(key, request);
    from.batch?.expect();
    return request;
  }

  /** Ends a request with this answer; without one when it was cancelled. */
  end(request: Request, answer: Frame | undefined): void {
    if (request.ended) return;
    request.ended = true;
    this.#requests.delete(request.key);
    if (request.batch !== undefined) request.batch.settle(answer);
    else if (answer !== undefined) this.#deliver(answer.bytes, answer);
    this.#onEnded();
  }

  fail(request: Request, error: PortolanError): void {
    this.end(request, rpcErrorFrame(request.id, error));
  }

  #refuse(id: string | null, error: PortolanError, batch: Batch | undefined): void {
    const answer = rpcErrorFrame(id, error);
    if (batch === undefined) this.#deliver(answer.bytes, answer);
    else batch.add(answer);
  }
}
