// Looks at the first answer of a server on a connection: it tells that the server is there, and whether it speaks the generation it
// was taken to speak. It changes nothing on the way.
import { objectOf, textOf } from '../base/json-object.ts';
import { type Era, META, MODERN_VERSIONS } from '../connections/era.ts';
import type { Frame } from '../connections/frame.ts';
import type { HandshakeInfo } from '../connections/status-board.ts';
import type { UpstreamEvents } from '../connections/upstream.ts';
import { serverInfoOf } from '../connections/server-info.ts';

/** JSON-RPC numbers by which a server tells that it does not know what the other generation says. */
const UNSUPPORTED_VERSION = -32_022;
const METHOD_NOT_FOUND = -32_601;
const INVALID_REQUEST = -32_600;

export interface FirstAnswer {
  /** The server has answered with a result. */
  onReady(info: HandshakeInfo): void;
  /** The answer is one that a server of the other generation gives. */
  onOtherEra(): void;
}

export function observeFirstAnswer(events: UpstreamEvents, era: Era, told: FirstAnswer): UpstreamEvents {
  let isFirst = true;
  return {
    onFrame: (frame, relatedTo) => {
      if (isFirst && frame.kind === 'response') {
        isFirst = false;
        if (belies(frame, era)) told.onOtherEra();
        const info = infoOf(frame, era);
        if (info !== undefined) told.onReady(info);
      }
      events.onFrame(frame, relatedTo);
    },
    onRequestFailed: (id, error) => {
      const status = error.data['status'];
      if (isFirst && era === 'modern' && (status === 400 || status === 404 || status === 405)) told.onOtherEra();
      events.onRequestFailed(id, error);
    },
    onClosed: (error) => events.onClosed(error),
    onLog: (source, text) => events.onLog(source, text),
    onDrain: () => events.onDrain?.(),
    onPersonAsked: (id, isAsked) => events.onPersonAsked?.(id, isAsked),
  };
}

/** A verdict that was wrongly belied costs one question; one that is wrong and stays costs every session. */
function belies(frame: Frame, era: Era): boolean {
  const code = objectOf(frame.message['error'])?.['code'];
  if (typeof code !== 'number') return false;
  if (era === 'legacy') return code === UNSUPPORTED_VERSION;
  const isLegacyFreeRange = code <= -32_000 && code >= -32_019;
  return code === METHOD_NOT_FOUND || code === INVALID_REQUEST || isLegacyFreeRange;
}

function infoOf(frame: Frame, era: Era): HandshakeInfo | undefined {
  const result = objectOf(frame.message['result']);
  if (result === undefined) return undefined;
  const version = era === 'legacy' ? textOf(result['protocolVersion']) : MODERN_VERSIONS[0];
  if (version === undefined) return undefined;
  const server = era === 'legacy' ? result['serverInfo'] : objectOf(result['_meta'])?.[META.serverInfo];
  return { protocolVersion: version, serverInfo: serverInfoOf(server) };
}
