// Takes the flat fields of a record apart: the reason, a kept payload, and the rest in a steady order. Pure.

export interface RecordFacts {
  readonly reason: { readonly code: string; readonly message: string } | undefined;
  readonly payload: string | undefined;
  readonly rest: readonly (readonly [string, string])[];
}

const SHOWN_ELSEWHERE = new Set([
  'reason_code',
  'reason_message',
  'seq',
  'occurred_at',
  'previous_hash',
  'took_ms',
  'what',
  'server',
]);

/** `fields` as the host gives them: flat text. A long payload comes in numbered parts, `payload.00` first. */
export function recordFacts(fields: Readonly<Record<string, string>>): RecordFacts {
  const code = fields['reason_code'];
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.filter(([name]) => isPayload(name)).map(([, value]) => value);
  return {
    reason: code === undefined ? undefined : { code, message: fields['reason_message'] ?? code },
    payload: parts.length === 0 ? undefined : parts.join(''),
    rest: sorted.filter(([name]) => !SHOWN_ELSEWHERE.has(name) && !isPayload(name)),
  };
}

function isPayload(name: string): boolean {
  return /^payload\.\d+$/.test(name);
}
