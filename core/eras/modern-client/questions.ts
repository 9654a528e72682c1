// What a legacy server may ask its client in the middle of a call, and the form in which a modern caller is asked: as the entries of
// an `input_required` result. (MCP 2025-11-25, Elicitation, Sampling, Roots; MCP 2026-07-28, MRTR)
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import { deleteMember, memberSource } from '../../base/json-splice.ts';
import { META } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';
import { INVALID_PARAMS, METHOD_NOT_FOUND } from '../modern-request-rules.ts';

/** One entry of `inputRequests`, as source text. */
export interface InputRequest {
  readonly key: string;
  readonly source: string;
}

const URL_REQUIRED = -32_042;

/** Why this question cannot be put to a caller with these capabilities; undefined when it can. (ELI-07: undeclared mode) */
export function refusalOf(question: Frame, capabilities: JsonObject): { code: number; message: string } | undefined {
  const params = objectOf(question.message['params']);
  const undeclared = (what: string) => ({ code: INVALID_PARAMS, message: `The client did not declare ${what}.` });
  switch (question.method) {
    case 'roots/list':
      return capabilities['roots'] === undefined ? notSupported(question) : undefined;
    case 'sampling/createMessage': {
      const sampling = objectOf(capabilities['sampling']);
      if (sampling === undefined) return notSupported(question);
      const withTools = params?.['tools'] !== undefined || params?.['toolChoice'] !== undefined;
      return withTools && sampling['tools'] === undefined ? undeclared('sampling.tools') : undefined;
    }
    case 'elicitation/create': {
      if (capabilities['elicitation'] === undefined) return notSupported(question);
      const mode = textOf(params?.['mode']) ?? 'form';
      return canElicit(mode, capabilities) ? undefined : undeclared(`elicitation.${mode}`);
    }
    default:
      return notSupported(question);
  }
}

/** `{}` alone stands for forms. (MCP 2025-11-25, Elicitation, Capabilities) */
export function canElicit(mode: string, capabilities: JsonObject): boolean {
  const elicitation = objectOf(capabilities['elicitation']);
  if (elicitation === undefined) return false;
  if (mode === 'form') return elicitation['form'] !== undefined || elicitation['url'] === undefined;
  return mode === 'url' && elicitation['url'] !== undefined;
}

/** The question of a server as an entry; its params keep their bytes, except for the id of an elicitation, which is gone. */
export function inputRequestOf(key: string, question: Frame): InputRequest {
  const bytes = deleteMember(question.bytes, ['params', 'elicitationId']);
  const params = memberSource(bytes, ['params']);
  const method = JSON.stringify(question.method);
  return { key, source: `{"method":${method}${params === undefined ? '' : `,"params":${params.toString()}`}}` };
}

/** The URLs that a legacy server wants visited before it carries the call out; undefined when the error says something else. */
export function urlsRequired(answer: Frame): readonly InputRequest[] | undefined {
  const error = objectOf(answer.message['error']);
  const elicitations = objectOf(error?.['data'])?.['elicitations'];
  if (error?.['code'] !== URL_REQUIRED || !Array.isArray(elicitations) || elicitations.length === 0) return undefined;
  const requests = elicitations.map((entry: unknown, index) => {
    const { url, message } = objectOf(entry) ?? {};
    if (typeof url !== 'string' || typeof message !== 'string') return undefined;
    const params = { mode: 'url', message, url };
    return { key: `url-${index + 1}`, source: JSON.stringify({ method: 'elicitation/create', params }) };
  });
  return requests.every((request) => request !== undefined) ? requests : undefined;
}

/** The answer to request `id` (source text) that asks the caller; `serverInfo`: source text. */
export function inputRequired(
  id: string,
  requests: readonly InputRequest[],
  requestState: string,
  serverInfo: string | undefined,
): Frame {
  const entries = requests.map(({ key, source }) => `${JSON.stringify(key)}:${source}`).join(',');
  const meta = serverInfo === undefined ? '' : `,"_meta":{"${META.serverInfo}":${serverInfo}}`;
  const result = `{"resultType":"input_required","inputRequests":{${entries}},"requestState":"${requestState}"${meta}}`;
  return parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}`), 'server');
}

/** A response with this result; both are source texts. */
export function resultFrame(id: string, result: string): Frame {
  return parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}`), 'server');
}

function notSupported(question: Frame): { code: number; message: string } {
  return { code: METHOD_NOT_FOUND, message: `The client does not support ${question.method ?? ''}.` };
}
