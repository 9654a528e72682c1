// The rounds of one call that a modern server answers by questions: all of a round's questions are answered, then the call is
// made again with the answers. (MCP 2026-07-28, Multi round-trip requests) It must not know who answers, nor how frames travel.
import { PortolanError } from '../../../shared/errors.ts';
import { setMember } from '../../base/json-splice.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';
import { type InputRequest, readInputRequired } from './input-required.ts';

/** More rounds than this are taken for a server that never ends. */
const MAX_ROUNDS = 10;

/** Who answers the questions of one call. */
export interface Answerer {
  /** The capability for want of which this question cannot be answered, as in `elicitation.url`; undefined when it can. */
  lacks(request: InputRequest): string | undefined;
  /**
   * The answer as JSON text: the bare result object.
   * @throws PortolanError when there is none: the call fails by it
   */
  ask(request: InputRequest, signal: AbortSignal): Promise<string>;
}

export class InputRounds {
  readonly #call: Frame;
  #rounds = 0;

  /** `call`: the request as it was sent at first; every retry is made from it, so that no round's answers reach the next. */
  constructor(call: Frame) {
    this.#call = call;
  }

  /**
   * Answers the questions of one `input_required` and gives the request to send next, under the id `retryId` (source text): the
   * bytes of the call with the answers and with `requestState` as it came, or without one when none came. Nobody is asked
   * anything when one question of the round cannot be answered.
   * @throws PortolanError PROTOCOL_ERROR when the answer breaks the rules or there were ten rounds; UNSUPPORTED with
   *   data.capability when nobody can answer; whatever `ask` throws
   */
  async next(answer: Frame, answerer: Answerer, retryId: string, signal: AbortSignal): Promise<Frame> {
    const { requests, state } = readInputRequired(answer, this.#call.method);
    this.#rounds += 1;
    if (this.#rounds > MAX_ROUNDS) {
      throw new PortolanError(
        'PROTOCOL_ERROR',
        `The server asked for input more than ${MAX_ROUNDS} times in one call.`,
      );
    }
    for (const request of requests) {
      const missing = answerer.lacks(request);
      if (missing !== undefined) throw cannotAnswer(request, missing);
    }
    const responses = await gather(requests, answerer, signal);
    let bytes = setMember(this.#call.bytes, ['id'], retryId);
    if (responses !== undefined) bytes = setMember(bytes, ['params', 'inputResponses'], responses);
    if (state !== undefined) bytes = setMember(bytes, ['params', 'requestState'], state.toString('utf8'));
    return parseFrame(bytes, 'server');
  }
}

/** The answers as one JSON object; the first failure ends the other questions. */
async function gather(
  requests: readonly InputRequest[],
  answerer: Answerer,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (requests.length === 0) return undefined;
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  try {
    const answers = await Promise.all(
      requests.map(async (request) => `${JSON.stringify(request.key)}:${await answerer.ask(request, either)}`),
    );
    return `{${answers.join(',')}}`;
  } catch (error) {
    failed.abort();
    throw error;
  }
}

function cannotAnswer({ method }: InputRequest, capability: string): PortolanError {
  return new PortolanError(
    'UNSUPPORTED',
    `The server asks by ${method} for something that this client does not offer (${capability}), and nobody else can answer.`,
    { hint: 'Open Portolan’s window, or use a client that can answer.', data: { capability } },
  );
}
