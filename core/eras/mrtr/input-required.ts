// Reads the answer by which a modern server asks for more before it can finish a call. (MCP 2026-07-28, Multi round-trip requests)
import { assertNever } from '../../../shared/assert-never.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { memberSource } from '../../base/json-splice.ts';
import type { Frame } from '../../connections/frame.ts';
import { declaredModes, ELICIT, modeOf } from '../elicitation.ts';

/** The only methods that may be answered so. */
const METHODS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

type InputMethod = typeof ELICIT | 'sampling/createMessage' | 'roots/list';

/** One thing that the server wants to know. */
export interface InputRequest {
  readonly key: string;
  readonly method: InputMethod;
  readonly params: JsonObject | undefined;
  /** The params as sent. */
  readonly paramsSource: Buffer | undefined;
}

export interface InputRequired {
  readonly requests: readonly InputRequest[];
  /** Source text of `requestState`: it is neither read nor changed. */
  readonly state: Buffer | undefined;
}

/** True for requests that a server may answer by `input_required`. */
export function mayAskForInput(method: string | undefined): boolean {
  return method !== undefined && METHODS.has(method);
}

/** True when this answer asks for input. */
export function asksForInput(answer: Frame): boolean {
  return objectOf(answer.message['result'])?.['resultType'] === 'input_required';
}

/**
 * What an `input_required` answer to a request of this method asks for.
 * @throws PortolanError PROTOCOL_ERROR when the answer breaks the rules
 */
export function readInputRequired(answer: Frame, method: string | undefined): InputRequired {
  if (!mayAskForInput(method)) throw broken(`The server asks for input where ${method ?? 'nothing'} was asked.`);
  const result = objectOf(answer.message['result']);
  const given = result?.['inputRequests'];
  const entries = objectOf(given);
  if (given !== undefined && entries === undefined) throw broken('The server’s input requests are no object.');
  const state = memberSource(answer.bytes, ['result', 'requestState']);
  if (state !== undefined && typeof result?.['requestState'] !== 'string') {
    throw broken('The server’s request state is no string.');
  }
  const requests = Object.entries(entries ?? {}).map(([key, value]) => readRequest(answer, key, objectOf(value)));
  if (requests.length === 0 && state === undefined) throw broken('The server asks for input and names none.');
  return { requests, state };
}

/** What of these client capabilities a question needs and does not find; undefined when nothing is missing. */
export function missingCapability(request: InputRequest, capabilities: JsonObject): string | undefined {
  switch (request.method) {
    case 'roots/list':
      return objectOf(capabilities['roots']) === undefined ? 'roots' : undefined;
    case 'sampling/createMessage': {
      const sampling = objectOf(capabilities['sampling']);
      if (sampling === undefined) return 'sampling';
      const usesTools = request.params?.['tools'] !== undefined && objectOf(sampling['tools']) === undefined;
      return usesTools ? 'sampling.tools' : undefined;
    }
    case ELICIT: {
      const mode = modeOf(request.params) ?? 'form';
      return declaredModes(capabilities).has(mode) ? undefined : `elicitation.${mode}`;
    }
    default:
      return assertNever(request.method);
  }
}

function readRequest(answer: Frame, key: string, value: JsonObject | undefined): InputRequest {
  const method = value?.['method'];
  if (method !== ELICIT && method !== 'sampling/createMessage' && method !== 'roots/list') {
    throw broken('The server asks for input of an unknown kind.');
  }
  const params = objectOf(value?.['params']);
  if (method !== 'roots/list' && params === undefined) throw broken(`The server’s ${method} has no params.`);
  if (method === ELICIT && modeOf(params) === undefined) throw broken('The server’s elicitation has an unknown mode.');
  return { key, method, params, paramsSource: memberSource(answer.bytes, ['result', 'inputRequests', key, 'params']) };
}

function broken(cause: string): PortolanError {
  return new PortolanError('PROTOCOL_ERROR', cause, { hint: 'Tell the server’s authors.' });
}
