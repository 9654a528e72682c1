// Who answers what a modern server asks during one call of a legacy client: the client, by requests of its own generation, and a
// person for the elicitation that the client did not declare.
import { randomUUID } from 'node:crypto';
import { PortolanError } from '../../../shared/errors.ts';
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import { memberSource, setMember } from '../../base/json-splice.ts';
import { declaredModes, ELICIT, modeOf } from '../elicitation.ts';
import { elicitResult, type Human } from '../human.ts';
import { type InputRequest, missingCapability } from '../mrtr/input-required.ts';
import type { Answerer } from '../mrtr/input-rounds.ts';
import type { ClientQuestions } from './client-questions.ts';
import type { Call } from './request-table.ts';

const CANCEL = elicitResult({ action: 'cancel' });

export interface AnswererOptions {
  readonly call: Call;
  /** What the client itself declared at its handshake. */
  readonly declared: JsonObject;
  readonly questions: ClientQuestions;
  readonly human: Human | undefined;
  readonly server: string;
  readonly client: string;
  /** A person is asked on the call's behalf, or has answered. */
  readonly onPersonAsked: (isAsked: boolean) => void;
}

export function callAnswerer(options: AnswererOptions): Answerer {
  const { call, declared, questions, human } = options;
  const isForPerson = ({ method, params }: InputRequest) =>
    method === ELICIT && !declaredModes(declared).has(modeOf(params) ?? 'form');

  return {
    lacks: (request) => missingCapability(request, call.capabilities),
    async ask(request, signal) {
      if (isForPerson(request)) return human === undefined ? CANCEL : askPerson(human, request, options, signal);
      const link = request.method === ELICIT && modeOf(request.params) === 'url' ? randomUUID() : undefined;
      const { paramsSource } = request;
      const params = link === undefined ? paramsSource : withLink(paramsSource, link);
      const answer = await questions.ask(request.method, params, call.callerId, signal);
      const result = answer && objectOf(answer.message['result']);
      if (answer === undefined || result === undefined) {
        // An elicitation has an answer for "no answer"; the others have none.
        if (request.method === ELICIT) return CANCEL;
        throw noAnswer(request, textOf(objectOf(answer?.message['error'])?.['message']));
      }
      if (link !== undefined && result['action'] === 'accept') call.openedLinks.push(link);
      return memberSource(answer.bytes, ['result'])?.toString('utf8') ?? CANCEL;
    },
  };
}

async function askPerson(
  human: Human,
  { params = {} }: InputRequest,
  { call, server, client, onPersonAsked }: AnswererOptions,
  signal: AbortSignal,
): Promise<string> {
  const name = textOf(objectOf(call.first.message['params'])?.['name']);
  const tool = call.first.method === 'tools/call' ? name : undefined;
  onPersonAsked(true);
  const answer = await human.ask({ server, client, params, ...(tool !== undefined && { tool }) }, signal);
  onPersonAsked(false);
  return elicitResult(answer);
}

/** Legacy clients tell the links that they opened apart by an id, which a modern server does not give. */
function withLink(params: Buffer | undefined, link: string): Buffer {
  return setMember(params ?? Buffer.from('{}'), ['elicitationId'], JSON.stringify(link));
}

function noAnswer({ method }: InputRequest, why: string | undefined): PortolanError {
  const cause = why === undefined ? '.' : `: ${why.slice(0, 500)}`;
  return new PortolanError('UNSUPPORTED', `The client did not answer the server’s ${method}${cause}`, {
    hint: 'Look at the client’s settings for what servers may ask.',
  });
}
