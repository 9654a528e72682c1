// Takes the flat fields of a record apart: the reason, a kept payload, and the rest in a steady order. Pure.

export interface RecordFacts {
  readonly reason: { readonly code: string; readonly message: string } | undefined;
  readonly payload: string | undefined;
  readonly rest: readonly (readonly [string, string])[];
}

const SHOWN_ELSEWHERE = new Set([
  'reason.code',
  'reason.message',
  'payload',
  'seq',
  'at',
  'kind',
  'outcome',
  'hash',
  'prev',
  'previousHash',
]);

export function recordFacts(fields: Readonly<Record<string, string>>): RecordFacts {
  const code = fields['reason.code'];
  const message = fields['reason.message'];
  return {
    reason: code === undefined ? undefined : { code, message: message ?? code },
    payload: fields['payload'],
    rest: Object.entries(fields)
      .filter(([name]) => !SHOWN_ELSEWHERE.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
