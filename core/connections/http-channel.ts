// Streamable HTTP as single requests: which headers a POST, GET and DELETE carry in the present session.
// It keeps what the session is known by, and sends; it judges no answer. (MCP 2025-11-25, Transports)
import type { HttpResponse } from './http-response.ts';
import type { Frame } from './frame.ts';
import type { HttpCall, HttpPeer } from './http-peer.ts';

/** What the server and the handshake have fixed so far. Each handshake makes a new object: compare by identity. */
export interface HttpSession {
  readonly id: string | undefined;
  readonly protocolVersion: string | undefined;
}

const NO_SESSION: HttpSession = { id: undefined, protocolVersion: undefined };

export class HttpChannel {
  readonly #peer: HttpPeer;
  session: HttpSession = NO_SESSION;

  constructor(peer: HttpPeer) {
    this.#peer = peer;
  }

  /** Sends one message. `onWaiting`: see HttpCall. An `initialize` goes without session and version: it is there to get them. */
  post(frame: Frame, signal: AbortSignal, onWaiting?: HttpCall['onWaiting']): Promise<HttpResponse> {
    const session = frame.method === 'initialize' ? NO_SESSION : this.session;
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...sessionHeaders(session),
    };
    return this.#peer.open({ method: 'POST', headers, body: frame.bytes, signal, frame, onWaiting });
  }

  /** Opens the server's own stream, or resumes any stream after `lastEventId`. */
  get(signal: AbortSignal, lastEventId?: string): Promise<HttpResponse> {
    const resume = lastEventId === undefined ? {} : { 'last-event-id': headerSafe(lastEventId) };
    return this.#peer.open({
      method: 'GET',
      headers: { accept: 'text/event-stream', ...sessionHeaders(this.session), ...resume },
      isBonus: true,
      signal,
    });
  }

  /** Tells the server that the session has ended. */
  delete(signal: AbortSignal): Promise<HttpResponse> {
    return this.#peer.open({ method: 'DELETE', headers: sessionHeaders(this.session), isBonus: true, signal });
  }

  /** Takes session id and protocol version from the answer to `initialize`; a result without them leaves them open. */
  begin(answer: HttpResponse, result: Frame): void {
    const id = answer.headers['mcp-session-id'];
    const body = result.message['result'];
    const version =
      typeof body === 'object' && body !== null && 'protocolVersion' in body ? body.protocolVersion : undefined;
    this.session = {
      id: typeof id === 'string' && /^[\x21-\x7e]{1,1024}$/.test(id) ? id : undefined,
      protocolVersion: typeof version === 'string' && /^[\x21-\x7e]{1,64}$/.test(version) ? version : undefined,
    };
  }
}

function sessionHeaders(session: HttpSession): Record<string, string> {
  return {
    ...(session.id === undefined ? {} : { 'mcp-session-id': session.id }),
    ...(session.protocolVersion === undefined ? {} : { 'mcp-protocol-version': session.protocolVersion }),
  };
}

/** An event id is UTF-8 in the stream and goes back as the same bytes (WHATWG HTML, section 9.2.3). */
function headerSafe(id: string): string {
  return Buffer.from(id, 'utf8').toString('latin1');
}
