// The extension fields of a record: names, order of size and the cutting of long texts. Total: whatever the event holds,
// it can be written, because the caller has already been told that it was.
import { isPlain, MAX_STRING_UNITS } from './canonical-json.ts';
import type { StampedEvent } from './record.ts';
import { safeText } from './safe-text.ts';

/** A captured payload keeps this many code units at most; what is cut is said in the field `cut`. */
export const MAX_PAYLOAD_UNITS = 262_144;

/** Edge spaces of a payload part are escaped after the cut, which takes 5 units more at each end. */
const PAYLOAD_PART_UNITS = MAX_STRING_UNITS - 10;

export interface RecordFields {
  readonly toolName: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

/** Flattens an event: numbers become decimal text, unsafe characters visible escapes, long texts are cut and named in `cut`. */
export function recordFields({ event, mono, step }: StampedEvent): RecordFields {
  const fields: Record<string, string> = {};
  const cut: string[] = [];
  const text = (name: string, value: string | undefined): void => {
    if (value === undefined) return;
    const fitted = fit(value);
    if (fitted.cut) cut.push(name);
    fields[name] = fitted.text;
  };
  const number = (name: string, value: number | undefined): void => {
    if (value !== undefined && Number.isFinite(value)) fields[name] = decimal(value);
  };
  number('monotonic_ms', mono);
  number('clock_step_ms', step);
  text('client_name', event.client?.name);
  text('client_version', event.client?.version);
  text('client_title', event.client?.title);
  number('client_pid', event.client?.pid);
  text('client_executable', event.client?.executable);
  text('client_gateway', event.client?.gatewayClient);
  text('server', event.server);
  text('method', event.method);
  text('session', event.session);
  text('request_id', event.requestId);
  text('arguments_digest', event.argumentsDigest);
  number('arguments_bytes', event.argumentsBytes);
  text('result_digest', event.resultDigest);
  number('result_bytes', event.resultBytes);
  number('took_ms', event.tookMs);
  text('reason_code', event.reason?.code);
  text('reason_message', event.reason?.message);
  text('related', event.related);
  text('what', event.what);
  for (const [key, value] of Object.entries(event.detail ?? {})) text(`detail.${key}`, value);
  if (event.outcome === 'unknown' || event.outcome === 'cancelled') fields['disposition'] = event.outcome;
  if (event.payload !== undefined) {
    const parts = payloadParts(event.payload);
    if (event.payload.length > MAX_PAYLOAD_UNITS) cut.push('payload');
    for (const [i, part] of parts.entries()) fields[`payload.${String(i).padStart(2, '0')}`] = part;
  }
  const toolName = event.tool === undefined ? undefined : fit(event.tool);
  if (toolName?.cut === true) cut.push('tool_name');
  if (cut.length > 0) fields['cut'] = fit(cut.join(' ')).text;
  return { toolName: toolName?.text ?? null, fields };
}

/** At most three decimals, never an exponent in the ranges that occur. */
function decimal(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function fit(value: string): { text: string; cut: boolean } {
  if (isPlain(value)) return { text: value, cut: false };
  // Far longer input is cut first so that a hostile name cannot cost more than its share.
  const safe = safeText(value.slice(0, 2 * MAX_STRING_UNITS)).normalize('NFC');
  if (safe.length <= MAX_STRING_UNITS) return { text: safe, cut: value.length > 2 * MAX_STRING_UNITS };
  const short = safe
    .slice(0, MAX_STRING_UNITS - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
    .replace(/\\(u(\{[0-9a-f]*)?)?$/, '')
    .trimEnd();
  return { text: `${short}…`, cut: true };
}

function payloadParts(payload: string): string[] {
  const safe = safeText(payload.slice(0, MAX_PAYLOAD_UNITS)).normalize('NFC');
  const parts: string[] = [];
  for (let from = 0; from < safe.length; ) {
    let to = Math.min(from + PAYLOAD_PART_UNITS, safe.length);
    if (to < safe.length && /[\ud800-\udbff]/.test(safe.charAt(to - 1))) to--;
    parts.push(safe.slice(from, to).replace(/^ /, '\\u{20}').replace(/ $/, '\\u{20}'));
    from = to;
  }
  return parts;
}
