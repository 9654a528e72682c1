// What a session remembers of its `initialize`, so that a connection that is opened anew can be brought to the same point
// without the client. (MCP 2025-11-25, Lifecycle, Initialization)
import type { Caller } from '../audit/audit-event.ts';
import { PortolanError } from '../../shared/errors.ts';
import { LEGACY_VERSIONS } from '../connections/era.ts';
import type { Frame } from '../connections/frame.ts';
import type { HandshakeInfo } from '../connections/status-board.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import { resultOf } from './exchange.ts';
import { serverInfoOf } from '../connections/server-info.ts';

export const INITIALIZE = 'initialize';
export const INITIALIZED = 'notifications/initialized';

export class Handshake {
  /** The client's `initialize`; absent until it has sent one. */
  request: Frame | undefined;
  /** The client has got an answer to it: a new connection must be initialised by replaying the request. */
  answered = false;
  protocolVersion: string | undefined;

  /** Notes a successful answer, and gives what it tells of the server; undefined when it was an error or no handshake answer. */
  note(answer: Frame): HandshakeInfo | undefined {
    const info = handshakeInfo(answer);
    if (info === undefined) return undefined;
    this.answered = true;
    this.protocolVersion = info.protocolVersion;
    return info;
  }
}

/**
 * The version in a server's answer to our own `initialize`.
 * @throws PortolanError PROTOCOL_ERROR when it is none that is spoken here: the connection must end. (MCP 2025-11-25, Lifecycle)
 */
export function agreedVersion(answer: Frame): string {
  const version = textOf(resultOf(answer)?.['protocolVersion']);
  if (version !== undefined && LEGACY_VERSIONS.includes(version)) return version;
  const named =
    version === undefined ? 'no protocol version' : `protocol version ${JSON.stringify(version.slice(0, 40))}`;
  throw new PortolanError(
    'PROTOCOL_ERROR',
    `The server answered the handshake with ${named}, which Portolan does not speak.`,
    {
      hint: 'Look for a version of the server, or of Portolan, that fits the other.',
    },
  );
}

/** The claimed identity of the client in its `initialize`, laid over what is known of its process. */
export function callerFrom(request: Frame, known: Caller): Caller {
  return callerNamed(objectOf(request.message['params'])?.['clientInfo'], known);
}

/** What a `clientInfo` claims, laid over what is known. A client of the HTTP gateway keeps the name that it was given there. */
export function callerNamed(clientInfo: unknown, known: Caller): Caller {
  const info = objectOf(clientInfo);
  const { gatewayClient } = known;
  const name = textOf(info?.['name']);
  if (name === undefined) return known;
  const version = textOf(info?.['version']);
  const title = textOf(info?.['title']);
  return {
    name: gatewayClient === undefined ? name : `${gatewayClient} (${name})`,
    ...(version !== undefined && { version }),
    ...(title !== undefined && { title }),
    ...(known.pid !== undefined && { pid: known.pid }),
    ...(known.executable !== undefined && { executable: known.executable }),
    ...(gatewayClient !== undefined && { gatewayClient }),
  };
}

function handshakeInfo(answer: Frame): HandshakeInfo | undefined {
  const result = resultOf(answer);
  const protocolVersion = textOf(result?.['protocolVersion']);
  if (protocolVersion === undefined) return undefined;
  return { protocolVersion, serverInfo: serverInfoOf(result?.['serverInfo']) };
}
