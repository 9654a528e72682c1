// From an event to its stored record and back: field names, the mapping to the draft SEP-3004 core, and the line of a
// segment. The form is described in docs/audit-format.md; changing it here needs a new format number.
import type { AuditKind, AuditOutcome, AuditSummary } from '../../shared/model/audit-record.ts';
import type { AuditEvent } from './audit-event.ts';
import { canonicalJson } from './canonical-json.ts';
import { sha256Hex } from './digest.ts';
import { recordFields } from './record-fields.ts';

/** Key of our own data in a record's `extensions`. Not registered: the draft has no registry yet. */
export const EXTENSION = 'portolan-audit';
const FORMAT = '1';

type CoreOutcome = 'allowed' | 'denied' | 'deferred' | 'error';

/** The protected body of a record (SEP-3004 section 2.1 without `event_hash`). */
export interface AuditRecord {
  readonly event_id: string;
  readonly event_type: AuditKind;
  readonly extensions: { readonly [EXTENSION]: Readonly<Record<string, string>> };
  readonly occurred_at: string;
  readonly outcome: CoreOutcome;
  readonly previous_hash: string | null;
  readonly principal_id: string;
  readonly tool_name: string | null;
}

/** An event with what the recorder adds the moment it happens. */
export interface StampedEvent {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds of the process's monotonic clock. */
  readonly mono: number;
  /** By how many milliseconds the wall clock jumped since the event before, when it did. */
  readonly step?: number;
  readonly event: AuditEvent;
}

export interface ChainPlace {
  readonly seq: number;
  readonly previousHash: string | null;
  readonly principal: string;
}

export interface SealedRecord {
  readonly record: AuditRecord;
  readonly hash: string;
  /** One segment line with its line feed. */
  readonly line: string;
}

export interface ParsedLine {
  readonly hash: string;
  /** The canonical bytes that `hash` is the SHA-256 of. */
  readonly preimage: Buffer;
}

const LINE_START = '{"event_hash":"';
const HASH_END = LINE_START.length + 64;
const REST_START = HASH_END + 2;
const HEX_64 = /^[0-9a-f]{64}$/;

/** Gives an event its place in the chain: canonical form and hash (SEP-3004 sections 2.3 and 2.4). */
export function sealRecord(stamped: StampedEvent, place: ChainPlace): SealedRecord {
  const { event } = stamped;
  const { toolName, fields } = recordFields(stamped);
  const record: AuditRecord = {
    event_id: stamped.id,
    event_type: event.kind,
    extensions: { [EXTENSION]: { ...fields, format: FORMAT, seq: String(place.seq) } },
    occurred_at: new Date(stamped.at).toISOString(),
    outcome: coreOutcome(event.outcome),
    previous_hash: place.previousHash,
    principal_id: place.principal,
    tool_name: toolName,
  };
  const preimage = canonicalJson(record);
  const hash = sha256Hex(preimage);
  return { record, hash, line: `${LINE_START}${hash}",${preimage.slice(1)}\n` };
}

/**
 * Splits a segment line (without its line feed) into the stored hash and the bytes it must be the hash of. Undefined when
 * the line does not have that exact shape; every byte of a line is either fixed by the shape or covered by the hash.
 */
export function splitLine(line: Buffer): ParsedLine | undefined {
  if (line.length <= REST_START || line.toString('latin1', 0, LINE_START.length) !== LINE_START) return undefined;
  const hash = line.toString('latin1', LINE_START.length, HASH_END);
  if (!HEX_64.test(hash) || line.toString('latin1', HASH_END, REST_START) !== '",') return undefined;
  // The preimage is the line without its first key; the byte before the rest becomes the opening brace.
  const preimage = Buffer.from(line.subarray(REST_START - 1));
  preimage[0] = 0x7b;
  return { hash, preimage };
}

/** The record behind canonical bytes; undefined when they are not a record of this format. */
export function parseRecord(preimage: Buffer | string): AuditRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(preimage.toString());
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

/** Position in the log, from 1. */
export function seqOf(record: AuditRecord): number {
  return Number(record.extensions[EXTENSION]['seq']);
}

export function summaryOf(record: AuditRecord): AuditSummary {
  const fields = record.extensions[EXTENSION];
  const tookMs = fields['took_ms'];
  return {
    seq: seqOf(record),
    id: record.event_id,
    at: record.occurred_at,
    kind: record.event_type,
    outcome: (fields['disposition'] as AuditOutcome | undefined) ?? record.outcome,
    ...(fields['client_name'] === undefined ? {} : { client: fields['client_name'] }),
    ...(fields['server'] === undefined ? {} : { server: fields['server'] }),
    ...(record.tool_name === null ? {} : { tool: record.tool_name }),
    ...(fields['session'] === undefined ? {} : { session: fields['session'] }),
    what: fields['what'] ?? record.tool_name ?? fields['method'] ?? record.event_type,
    ...(tookMs === undefined ? {} : { tookMs: Number(tookMs) }),
    ...(fields['related'] === undefined ? {} : { related: fields['related'] }),
  };
}

/** Every stored field, flat, as text; null is left out. */
export function flatFields(record: AuditRecord): Record<string, string> {
  const { extensions, ...core } = record;
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(core)) if (value !== null) flat[name] = value;
  return { ...flat, ...extensions[EXTENSION] };
}

/** Our outcomes in the draft's closed vocabulary: what may or may not have happened counts as `error`. */
function coreOutcome(outcome: AuditOutcome): CoreOutcome {
  return outcome === 'unknown' || outcome === 'cancelled' ? 'error' : outcome;
}

function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { extensions, previous_hash, tool_name, ...core } = value as Readonly<Record<string, unknown>>;
  for (const name of ['event_id', 'event_type', 'occurred_at', 'outcome', 'principal_id']) {
    if (typeof core[name] !== 'string') return false;
  }
  if (previous_hash !== null && typeof previous_hash !== 'string') return false;
  if (tool_name !== null && typeof tool_name !== 'string') return false;
  if (typeof extensions !== 'object' || extensions === null) return false;
  const own = (extensions as Readonly<Record<string, unknown>>)[EXTENSION];
  if (typeof own !== 'object' || own === null) return false;
  const fields = own as Readonly<Record<string, unknown>>;
  return (
    Object.values(fields).every((field) => typeof field === 'string') && /^[1-9]\d{0,14}$/.test(String(fields['seq']))
  );
}
