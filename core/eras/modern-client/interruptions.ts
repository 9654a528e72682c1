// Calls in the middle of which the server asks its client something. The call stays open at the server; the caller's request is
// answered with `input_required`, and his retry carries the answer and takes over the waiting. (MCP 2026-07-28, MRTR)
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import { memberSource } from '../../base/json-splice.ts';
import type { Clock } from '../../base/clock.ts';
import { errorFrame, exactIdKey, type Frame } from '../../connections/frame.ts';
import { INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND, MISSING_CAPABILITY } from '../modern-request-rules.ts';
import type { Caller } from './caller-request.ts';
import type { Call, Calls } from './calls.ts';
import { canElicit, inputRequestOf, inputRequired, refusalOf, resultFrame, urlsRequired } from './questions.ts';
import { RequestStates, requestDigest } from './request-state.ts';
import { Rounds } from './rounds.ts';

/** What a round waits for: answers for a call that is held open, or consent to URLs after which the call is made again. */
type Round =
  | { readonly kind: 'held'; readonly call: Call; readonly asked: ReadonlyMap<string, string> }
  | { readonly kind: 'urls'; readonly keys: readonly string[]; readonly answer: Frame };

export interface InterruptionPorts {
  readonly calls: Calls;
  readonly clock: Clock;
  readonly stateKey: Buffer;
  readonly principal: string;
  /** Source text. */
  readonly serverInfo: () => string | undefined;
  readonly toServer: (frame: Frame) => void;
  /** An answer for the caller's request with this id. */
  readonly deliver: (frame: Frame, callerId: string) => void;
  /** Ends a call with the outcome that came while nobody waited. */
  readonly settle: (call: Call) => void;
  /** Makes the call of this retry as if it were new. */
  readonly reissue: (retry: Frame, caller: Caller) => void;
  /** Tells the server that nobody waits for this call any more, and forgets it. */
  readonly cancel: (call: Call) => void;
}

/** The most questions that one call may have open. */
const MAX_QUESTIONS = 32;
/** What clients answer when a person does not. It lies outside the ranges of JSON-RPC and MCP. */
const NOT_ANSWERED = -1;

export class Interruptions {
  readonly #ports: InterruptionPorts;
  readonly #rounds: Rounds<Round>;

  constructor(ports: InterruptionPorts) {
    this.#ports = ports;
    const states = new RequestStates(ports.stateKey, ports.principal);
    this.#rounds = new Rounds(states, ports.clock, (round) => {
      if (round.kind === 'held') this.abandon(round.call);
    });
  }

  /** A question of the server; `relatedTo`: id of the request on whose stream it came. What cannot be asked is refused at once. */
  ask(question: Frame, relatedTo: string | undefined): void {
    const call = this.#ports.calls.askedBy(relatedTo);
    if (call === undefined) {
      this.#refuse(question, {
        code: METHOD_NOT_FOUND,
        message: 'No call is under way in which the client could be asked.',
      });
      return;
    }
    const refusal = refusalOf(question, call.caller.capabilities) ?? this.#tooMany(call);
    if (refusal !== undefined) {
      this.#refuse(question, refusal);
      return;
    }
    call.questions.set(exactIdKey(question.id ?? ''), question);
    if (!call.isParked) this.#askCaller(call);
  }

  /** The server takes a question back. */
  withdraw(key: string): void {
    for (const call of this.#ports.calls.all()) call.questions.delete(key);
  }

  /**
   * For a legacy server's demand that URLs be visited first (-32042): asks the caller for it, or tells him that he would have to be
   * able to. False when the answer demands nothing.
   */
  askForUrls({ request, caller }: Call, answer: Frame): boolean {
    const requests = urlsRequired(answer);
    if (requests === undefined) return false;
    if (!canElicit('url', caller.capabilities)) {
      const data = { requiredCapabilities: { elicitation: { url: {} } } };
      const message = 'The server requires a URL to be visited, for which the client declared no capability.';
      this.#ports.deliver(errorFrame(caller.id, MISSING_CAPABILITY, message, data), caller.id);
      return true;
    }
    if (this.#rounds.isFull) return false;
    const keys = requests.map(({ key }) => key);
    const state = this.#rounds.open({ kind: 'urls', keys, answer }, requestDigest(request));
    this.#ports.deliver(inputRequired(caller.id, requests, state, this.#ports.serverInfo()), caller.id);
    return true;
  }

  /** The caller's retry: its answers go to the server, and it waits from now on. A state that does not fit is refused. */
  retry(frame: Frame, caller: Caller): void {
    const params = objectOf(frame.message['params']);
    const state = textOf(params?.['requestState']);
    const round = state === undefined ? undefined : this.#rounds.take(state, requestDigest(frame));
    if (round === undefined) {
      const message = 'Invalid params: requestState is not, or no longer, valid for this request';
      this.#ports.deliver(errorFrame(caller.id, INVALID_PARAMS, message), caller.id);
      return;
    }
    const responses = objectOf(params?.['inputResponses']) ?? {};
    if (round.kind === 'held') this.#resume(round.call, this.#answersIn(frame, responses, round.asked), caller);
    else if (round.keys.every((key) => objectOf(responses[key])?.['action'] === 'accept'))
      this.#ports.reissue(frame, caller);
    else this.#ports.deliver(notVisited(round.answer, caller.id), caller.id);
  }

  /** Nobody comes back to this call: the server's questions get errors, and the call is cancelled. */
  abandon(call: Call): void {
    this.#rounds.drop((round) => round.kind === 'held' && round.call === call);
    for (const { id = null } of call.questions.values()) {
      this.#ports.toServer(errorFrame(id, NOT_ANSWERED, 'The client did not answer.'));
    }
    this.#ports.cancel(call);
  }

  stop(): void {
    this.#rounds.stop();
  }

  /** One question or several: whatever is open is asked at once. */
  #askCaller(call: Call): void {
    const { deliver, serverInfo } = this.#ports;
    const { caller, questions } = call;
    const asked = new Map([...questions.keys()].map((key, index) => [`question-${index + 1}`, key]));
    const requests = [...questions.values()].map((question, index) =>
      inputRequestOf(`question-${index + 1}`, question),
    );
    const state = this.#rounds.open({ kind: 'held', call, asked }, requestDigest(call.request));
    call.isParked = true;
    deliver(inputRequired(caller.id, requests, state, serverInfo()), caller.id);
  }

  /** The server's questions that the retry answers, as responses. What it leaves out is asked again. */
  #answersIn(frame: Frame, responses: JsonObject, asked: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const answers = new Map<string, string>();
    for (const [key, question] of asked) {
      const source = memberSource(frame.bytes, ['params', 'inputResponses', key])?.toString();
      if (source !== undefined && objectOf(responses[key]) !== undefined) answers.set(question, source);
    }
    return answers;
  }

  #resume(call: Call, answers: ReadonlyMap<string, string>, caller: Caller): void {
    const { calls, settle, toServer } = this.#ports;
    calls.takeUp(call, caller);
    if (call.outcome !== undefined) {
      settle(call);
      return;
    }
    const frames = [...answers].flatMap(([key, source]) => {
      const id = call.questions.get(key)?.id;
      call.questions.delete(key);
      return id === undefined ? [] : [resultFrame(id, source)];
    });
    if (call.questions.size > 0) this.#askCaller(call);
    for (const frame of frames) toServer(frame);
  }

  #refuse({ id }: Frame, { code, message }: { code: number; message: string }): void {
    this.#ports.toServer(errorFrame(id ?? null, code, message));
  }

  #tooMany({ questions }: Call): { code: number; message: string } | undefined {
    if (questions.size < MAX_QUESTIONS && !this.#rounds.isFull) return undefined;
    return { code: INTERNAL_ERROR, message: 'Too many questions wait for the client.' };
  }
}

/** The demand as the plain failure that it now is. */
function notVisited(answer: Frame, callerId: string): Frame {
  const message = textOf(objectOf(answer.message['error'])?.['message']) ?? 'A URL must be visited first.';
  return errorFrame(callerId, INTERNAL_ERROR, message, { declined: true });
}
