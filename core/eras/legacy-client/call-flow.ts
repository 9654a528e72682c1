// The way of a legacy client's requests through a modern server: sent with metadata, asked back, sent again, answered once.
import { PortolanError, toPortolanError } from '../../../shared/errors.ts';
import { objectOf } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { metaOf } from '../../connections/era.ts';
import { type Frame, frameOf, parseFrame } from '../../connections/frame.ts';
import { asksForInput } from '../mrtr/input-required.ts';
import type { Answerer } from '../mrtr/input-rounds.ts';
import { otherVersion, ownError, refusedVersion, toLegacyAnswer } from './answer-map.ts';
import type { CallerState } from './caller-state.ts';
import { envelop, underVersion } from './envelope.ts';
import { type Call, RequestTable } from './request-table.ts';

export interface CallFlowOptions {
  readonly caller: CallerState;
  readonly nextId: () => string;
  /** To the server; throws SERVER_BUSY. */
  readonly send: (frame: Frame) => void;
  readonly keepBaggage: boolean;
  /** Who answers what the server asks during this call. */
  readonly answererFor: (call: Call) => Answerer;
  readonly deliver: (frame: Frame, relatedTo?: string) => void;
  readonly onFailed: (callerId: string, error: PortolanError) => void;
}

export class CallFlow {
  readonly #options: CallFlowOptions;
  readonly #calls = new RequestTable();

  constructor(options: CallFlowOptions) {
    this.#options = options;
  }

  /**
   * Sends a request. Its progress token stays unless another request has it now.
   * @throws PortolanError SERVER_BUSY: then nothing was sent
   */
  send(request: Frame): void {
    const { caller, keepBaggage, nextId, send } = this.#options;
    const given = metaOf(request)?.['progressToken'];
    const isTaken = this.#calls.byToken(given) !== undefined;
    const envelope = caller.envelope(keepBaggage);
    const sent = envelop(request, envelope, isTaken ? nextId() : undefined);
    const token = isTaken ? JSON.stringify(given) : undefined;
    const call = this.#calls.add(request.id ?? '', sent, envelope.capabilities, token);
    try {
      send(sent);
    } catch (error) {
      this.#calls.delete(call);
      throw error;
    }
  }

  /**
   * The client takes a request back: the server is told, unless it has nothing of it just now.
   * @throws PortolanError SERVER_BUSY: then nothing has changed
   */
  cancel(cancelled: Frame): void {
    const call = this.#calls.byCallerId(objectOf(cancelled.message['params'])?.['requestId']);
    if (call === undefined) return;
    const { id = 'null' } = call.sent;
    const bytes = id === call.callerId ? undefined : setMember(cancelled.bytes, ['params', 'requestId'], id);
    if (!call.isAsking) this.#options.send(bytes === undefined ? cancelled : parseFrame(bytes, 'server'));
    this.#calls.delete(call);
    call.abort.abort();
  }

  /** Takes the server's answer; one that nobody waits for is dropped. */
  answered(answer: Frame, id: string): void {
    const call = this.#calls.bySentId(id);
    // While the questions of a round are open, the server has nothing to answer.
    if (call === undefined || call.isAsking) return;
    for (const elicitationId of call.openedLinks.splice(0)) {
      const complete = { jsonrpc: '2.0', method: 'notifications/elicitation/complete', params: { elicitationId } };
      this.#options.deliver(frameOf(complete), call.callerId);
    }
    const refused = refusedVersion(answer);
    const version = refused && otherVersion(refused, this.#options.caller.version);
    const { resultType = 'complete' } = objectOf(answer.message['result']) ?? {};
    if (version !== undefined && !call.renegotiated) {
      call.renegotiated = true;
      this.#options.caller.version = version;
      this.#resend(call, underVersion(call.sent, version, this.#options.nextId()));
    } else if (asksForInput(answer)) void this.#ask(call, answer);
    else if (resultType === 'complete') this.#finish(call, toLegacyAnswer(answer, call.callerId, call.first.method));
    else this.#fail(call, unreadable(resultType));
  }

  /** The connection gives no answer to what was sent under this id (source text). */
  failed(id: string, error: PortolanError): void {
    const call = this.#calls.bySentId(id);
    if (call !== undefined) this.#fail(call, error);
  }

  /** The connection is lost: every request under way fails. */
  failAll(error: PortolanError): void {
    for (const call of this.#calls.all()) this.#fail(call, sentOrNot(error, true));
  }

  /** Ends what is asked for the requests under way. */
  abandon(): void {
    for (const call of this.#calls.all()) call.abort.abort();
  }

  /** The request that was sent under this id (source text). */
  bySentId(id: string): Call | undefined {
    return this.#calls.bySentId(id);
  }

  /** The request that was sent with this progress token. */
  byToken(token: unknown): Call | undefined {
    return this.#calls.byToken(token);
  }

  async #ask(call: Call, answer: Frame): Promise<void> {
    const { signal } = call.abort;
    call.isAsking = true;
    try {
      const retry = await call.rounds.next(answer, this.#options.answererFor(call), this.#options.nextId(), signal);
      if (signal.aborted) return;
      call.isAsking = false;
      this.#resend(call, retry);
    } catch (error) {
      if (signal.aborted) return;
      const { code, message, hint, data } = toPortolanError(error);
      this.#finish(call, ownError(call.callerId, message, { code, hint, ...data }));
    }
  }

  #resend(call: Call, frame: Frame): void {
    this.#calls.resent(call, frame);
    try {
      this.#options.send(frame);
    } catch (error) {
      this.#fail(call, sentOrNot(toPortolanError(error), true));
    }
  }

  #finish(call: Call, answer: Frame): void {
    this.#calls.delete(call);
    this.#options.deliver(answer);
  }

  #fail(call: Call, error: PortolanError): void {
    this.#calls.delete(call);
    call.abort.abort();
    this.#options.onFailed(call.callerId, error);
  }
}

/** The same error, telling whether bytes of the request may have left. */
export function sentOrNot(error: PortolanError, sent: boolean): PortolanError {
  const { code, message, hint, data } = error;
  const rest = hint === undefined ? {} : { hint };
  return new PortolanError(code, message, { ...rest, data: { ...data, sent }, cause: error });
}

function unreadable(resultType: unknown): PortolanError {
  const kind = typeof resultType === 'string' ? JSON.stringify(resultType.slice(0, 40)) : 'unknown';
  const cause = `The server answered with a result of the kind ${kind}, which was not agreed on.`;
  return new PortolanError('PROTOCOL_ERROR', cause, { hint: 'Tell the server’s authors.', data: { sent: true } });
}
