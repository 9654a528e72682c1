// The metadata that every request to a modern server carries, put into a legacy client's request without touching its other bytes.
// (MCP 2026-07-28, Base protocol, `_meta`)
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { deleteMember, memberSource, setMember } from '../../base/json-splice.ts';
import { META } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';

export interface Envelope {
  readonly version: string;
  readonly capabilities: JsonObject;
  readonly clientInfo: JsonObject | undefined;
  /** As the client set it by `logging/setLevel`; without one a server sends no log messages. */
  readonly logLevel: string | undefined;
  /** W3C baggage may name people: it does not leave this machine. `traceparent` and `tracestate` always go on. */
  readonly keepBaggage: boolean;
}

/** The same metadata for a request of our own. */
export function ownMeta({ version, capabilities, clientInfo, logLevel }: Envelope): JsonObject {
  return {
    [META.protocolVersion]: version,
    [META.clientCapabilities]: capabilities,
    ...(clientInfo && { [META.clientInfo]: clientInfo }),
    ...(logLevel !== undefined && { [META.logLevel]: logLevel }),
  };
}

/**
 * The request with the metadata of a modern one; other members of its `_meta` stay. `progressToken` (source text) replaces the
 * client's own. The params must be an object or absent.
 */
export function envelop(request: Frame, envelope: Envelope, progressToken?: string): Frame {
  const params = objectOf(request.message['params']);
  const given = objectOf(params?.['_meta']);
  const source = given && memberSource(request.bytes, ['params', '_meta']);
  let text: Buffer = source ?? Buffer.from('{}');
  const added = ownMeta(envelope);
  for (const [key, value] of Object.entries(added)) text = setMember(text, [key], JSON.stringify(value));
  if (progressToken !== undefined) text = setMember(text, ['progressToken'], progressToken);
  if (!envelope.keepBaggage) text = deleteMember(text, ['baggage']);
  const meta = JSON.parse(text.toString('utf8')) as JsonObject;
  return {
    ...request,
    bytes: setMember(request.bytes, ['params', '_meta'], text.toString('utf8')),
    message: { ...request.message, params: { ...params, _meta: meta } },
  };
}

/** A request that was sent, once more: for another version and under another id (source text). */
export function underVersion(sent: Frame, version: string, id: string): Frame {
  const named = setMember(sent.bytes, ['params', '_meta', META.protocolVersion], JSON.stringify(version));
  return parseFrame(setMember(named, ['id'], id), 'server');
}
