// The trace context in a message's `_meta`: reads what a caller sent, and makes the message that goes on to the server. It knows
// no spans and no exporter. (MCP 2026-07-28, Base protocol, `_meta`; W3C Trace Context; W3C Baggage)
import { randomBytes } from 'node:crypto';
import { type JsonObject, objectOf } from '../base/json-object.ts';
import { deleteMember, setMember } from '../base/json-splice.ts';
import { metaOf } from '../connections/era.ts';
import type { Frame } from '../connections/frame.ts';

const KEYS = ['traceparent', 'tracestate', 'baggage'] as const;

/** Characters that a value may have. Versions after 00 may add fields to `traceparent`. (Trace Context, sections 3.2 and 3.3.1.5; Baggage, 3.3.2) */
const LONGEST = { traceparent: 256, tracestate: 512, baggage: 8192 } as const;
const MAX_STATE_MEMBERS = 32;
const MAX_BAGGAGE_MEMBERS = 64;

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const STATE_MEMBER =
  /^[a-z0-9][a-z0-9_*/-]{0,240}(?:@[a-z][a-z0-9_*/-]{0,13})?=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const TOKEN = String.raw`[!#$%&'*+\-.^_\`|~0-9A-Za-z]+`;
const VALUE = String.raw`[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*`;
const BAGGAGE_MEMBER = new RegExp(
  String.raw`^${TOKEN}[ \t]*=[ \t]*${VALUE}(?:[ \t]*;[ \t]*${TOKEN}(?:[ \t]*=[ \t]*${VALUE})?)*$`,
);

const SAMPLED = 1;

/** What a caller sent. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** The ids of one request on its way through Portolan. */
export interface TracePath {
  readonly traceId: string;
  /** The caller's span; absent when the trace begins here. */
  readonly parentSpanId?: string;
  /** Portolan towards its caller. */
  readonly serverSpanId: string;
  /** Portolan towards the server: what the server sees as its parent. */
  readonly clientSpanId: string;
}

/** The context that a request came with; undefined when it has none that can be read. */
export function traceParentOf(frame: Frame): TraceParent | undefined {
  return parseTraceparent(metaOf(frame)?.['traceparent']);
}

/** A `traceparent` as W3C Trace Context section 3.2 has it; undefined when it is malformed. */
export function parseTraceparent(value: unknown): TraceParent | undefined {
  if (typeof value !== 'string' || value.length > LONGEST.traceparent) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(value) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** The ids for a request: below the caller's span, or the first of a trace. */
export function newTracePath(parent: TraceParent | undefined): TracePath {
  return {
    traceId: parent?.traceId ?? hex(16),
    ...(parent !== undefined && { parentSpanId: parent.spanId }),
    serverSpanId: hex(8),
    clientSpanId: hex(8),
  };
}

/**
 * The message as the server gets it: `traceparent` names the span of `path`, malformed and over-long values are taken out, and so is
 * `baggage` unless `passBaggage`. The same frame when nothing changes; else every other byte stays. A response is never changed.
 */
export function outgoingFrame(
  frame: Frame,
  { path, passBaggage }: { readonly path: TracePath | undefined; readonly passBaggage: boolean },
): Frame {
  if (frame.kind === 'response') return frame;
  const meta = metaOf(frame) ?? {};
  const next: Record<string, unknown> = { ...meta };
  let { bytes } = frame;
  for (const key of unwanted(meta, passBaggage)) {
    bytes = deleteMember(bytes, ['params', '_meta', key]);
    delete next[key];
  }
  if (path !== undefined && canCarry(frame)) {
    const traceparent = `00-${path.traceId}-${path.clientSpanId}-01`;
    bytes = setMember(bytes, ['params', '_meta', 'traceparent'], JSON.stringify(traceparent));
    next['traceparent'] = traceparent;
  }
  if (bytes === frame.bytes) return frame;
  const params = { ...objectOf(frame.message['params']), _meta: next };
  return { ...frame, bytes, message: { ...frame.message, params } };
}

function unwanted(meta: JsonObject, passBaggage: boolean): string[] {
  const isBroken = parseTraceparent(meta['traceparent']) === undefined;
  return KEYS.filter((key) => {
    if (!Object.hasOwn(meta, key)) return false;
    // Without the trace that it belongs to, a state says nothing. (Trace Context, section 3.3)
    if (key === 'baggage') return !passBaggage || !isBaggage(meta[key]);
    return isBroken || (key === 'tracestate' && !isTracestate(meta[key]));
  });
}

/** False where a `_meta` would have to take the place of something else. */
function canCarry({ message }: Frame): boolean {
  const params = message['params'];
  if (params === undefined) return true;
  const object = objectOf(params);
  return object !== undefined && (object['_meta'] === undefined || objectOf(object['_meta']) !== undefined);
}

function isTracestate(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > LONGEST.tracestate) return false;
  const members = membersOf(value);
  const keys = members.map((member) => member.slice(0, member.indexOf('=')));
  return (
    members.length <= MAX_STATE_MEMBERS &&
    members.every((member) => STATE_MEMBER.test(member)) &&
    new Set(keys).size === keys.length
  );
}

function isBaggage(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > LONGEST.baggage) return false;
  const members = membersOf(value);
  return (
    members.length > 0 &&
    members.length <= MAX_BAGGAGE_MEMBERS &&
    members.every((member) => BAGGAGE_MEMBER.test(member))
  );
}

/** Members of a list; empty ones are allowed and mean nothing. */
function membersOf(list: string): string[] {
  return list
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
