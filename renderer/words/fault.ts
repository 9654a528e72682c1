// Turns whatever was thrown into what a person reads: a code, one sentence of cause, one next step.
// The words are chosen from the code; the host's own sentence is used where it says more.
import { type ErrorCode, isErrorCode } from '../../shared/errors.ts';
import { ERROR_WORDS } from './errors.ts';

export interface Fault {
  readonly code: ErrorCode;
  readonly cause: string;
  /** What to do next, as a sentence. */
  readonly hint: string;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** The code, cause and next step of a reason that the host reported. */
export function faultOf(reason: { code: string; message: string; hint?: string | undefined }): Fault {
  const code = isErrorCode(reason.code) ? reason.code : 'INTERNAL';
  const words = ERROR_WORDS[code];
  return { code, cause: words.cause ?? sentence(reason.message), hint: reason.hint ?? words.hint, facts: {} };
}

/** Any thrown value as a fault. Network failures become HOST_UNREACHABLE, refused input INPUT_INVALID. */
export function toFault(error: unknown): Fault {
  const shape = shapeOf(error);
  const facts = shape.facts ?? {};
  if (isErrorCode(shape.code))
    return { ...faultOf({ code: shape.code, message: shape.message, hint: shape.hint }), facts };
  if (shape.status === 401) return faultOf({ code: 'UNAUTHENTICATED', message: shape.message });
  if (shape.status === 403) return faultOf({ code: 'FORBIDDEN', message: shape.message });
  if (shape.code === 'BAD_REQUEST') return faultOf({ code: 'INPUT_INVALID', message: shape.issue ?? shape.message });
  if (error instanceof TypeError) return faultOf({ code: 'HOST_UNREACHABLE', message: error.message });
  if (shape.status !== undefined && shape.status >= 502)
    return faultOf({ code: 'HOST_UNREACHABLE', message: shape.message });
  return faultOf({ code: 'INTERNAL', message: shape.message });
}

interface Shape {
  readonly code: unknown;
  readonly status: number | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  readonly facts: Fault['facts'] | undefined;
  readonly issue: string | undefined;
}

function shapeOf(error: unknown): Shape {
  const value = record(error);
  const data = record(value['data']);
  const issue = Array.isArray(data['issues']) ? record(data['issues'][0]) : {};
  return {
    code: value['code'],
    status: typeof value['status'] === 'number' ? value['status'] : undefined,
    message: typeof value['message'] === 'string' && value['message'] !== '' ? value['message'] : 'no cause was given',
    hint: typeof data['hint'] === 'string' ? data['hint'] : undefined,
    facts: data['facts'] === undefined ? undefined : (record(data['facts']) as Fault['facts']),
    issue: typeof issue['message'] === 'string' ? issue['message'] : undefined,
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** `text` with a capital at its start and a stop at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…:]$/.test(first) ? first : `${first}.`;
}
