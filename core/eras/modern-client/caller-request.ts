// One request of a modern caller: what its `_meta` says about the caller, and the same request as a legacy server knows it.
// (MCP 2026-07-28, Base protocol, `_meta`)
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import { deleteMember, memberSource, setMember } from '../../base/json-splice.ts';
import { META, metaOf } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';

/** Who waits for an answer, and what it may be sent meanwhile. */
export interface Caller {
  /** Source text of the id under which the answer is awaited. */
  readonly id: string;
  readonly capabilities: JsonObject;
  /** Log messages from this level on are wanted; none when absent. */
  readonly logLevel: string | undefined;
  /** Source text of the progress token. */
  readonly progressToken: string | undefined;
}

const PROGRESS_TOKEN = ['params', '_meta', 'progressToken'];
const STRIPPED: ReadonlySet<string> = new Set([
  META.protocolVersion,
  META.clientInfo,
  META.clientCapabilities,
  META.logLevel,
  META.subscriptionId,
]);
/** Belong to the round trips between the caller and the bridge. (MCP 2026-07-28, MRTR) */
const ROUND_TRIP = ['inputResponses', 'requestState'] as const;
/** Asks a legacy server for a task, and says nothing in modern MCP. (SEP-2663) */
const LEGACY_TASK = 'task';

export function callerOf(frame: Frame): Caller {
  const meta = metaOf(frame);
  return {
    id: frame.id ?? '',
    capabilities: objectOf(meta?.[META.clientCapabilities]) ?? {},
    logLevel: textOf(meta?.[META.logLevel]),
    progressToken: memberSource(frame.bytes, PROGRESS_TOKEN)?.toString(),
  };
}

/**
 * The message without what is between the modern caller and the bridge alone: the reserved keys of `_meta`, `_meta` itself when
 * nothing is left in it, the members of a round trip, and what would ask for a task of 2025-11-25. All else keeps its bytes: trace context, vendor keys, progress token.
 */
export function strippedForLegacy(frame: Frame): Frame {
  const params = objectOf(frame.message['params']) ?? {};
  const meta = objectOf(params['_meta']);
  const keys = Object.keys(meta ?? {});
  const reserved = keys.filter((key) => STRIPPED.has(key));
  let { bytes } = frame;
  if (meta !== undefined && reserved.length === keys.length) bytes = deleteMember(bytes, ['params', '_meta']);
  else for (const key of reserved) bytes = deleteMember(bytes, ['params', '_meta', key]);
  if (frame.kind === 'request') {
    for (const key of [...ROUND_TRIP, LEGACY_TASK])
      if (Object.hasOwn(params, key)) bytes = deleteMember(bytes, ['params', key]);
  }
  return bytes === frame.bytes ? frame : parseFrame(bytes, 'server');
}

/** The message with another id and progress token (source texts); the same frame when both are already there. */
export function readdressed(frame: Frame, id: string, progressToken: string | undefined): Frame {
  let bytes = frame.bytes;
  if (id !== frame.id) bytes = setMember(bytes, ['id'], id);
  if (progressToken !== undefined && memberSource(bytes, PROGRESS_TOKEN)?.toString() !== progressToken) {
    bytes = setMember(bytes, PROGRESS_TOKEN, progressToken);
  }
  return bytes === frame.bytes ? frame : parseFrame(bytes, 'server');
}
