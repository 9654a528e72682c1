// The result of a task as it is kept: its JSON text with a digest, or only the digest when it is too large.
import { digest } from '../audit/digest.ts';
import type { StoredResult } from './task-store.ts';

/** What a finished task gave: the result of its call, or a JSON-RPC error in its place. */
export type TaskAnswer = { readonly result: unknown } | { readonly error: unknown };

/** `answer` for the store; its text is empty when it has more than `maxBytes`. `at`: epoch milliseconds. */
export function keptResult(answer: TaskAnswer, at: number, maxBytes: number): StoredResult {
  const isError = 'error' in answer;
  const text = JSON.stringify(isError ? answer.error : answer.result) ?? 'null';
  const isKept = Buffer.byteLength(text) <= maxBytes;
  return { text: isKept ? text : '', isError, digest: digest(text), storedAt: at };
}
