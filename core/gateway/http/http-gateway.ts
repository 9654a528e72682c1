// MCP over HTTP for clients that start no process: one endpoint for both generations of the protocol, told apart by what a
// client opens with. Who the client is and whether it may come in is decided before. (MCP 2026-07-28 and 2025-11-25, Transports)
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PortolanError } from '../../../shared/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { eraOf, isModernVersion, META, metaOf } from '../../connections/era.ts';
import { type Frame, parseFrame, splitBatch } from '../../connections/frame.ts';
import type { Gateway } from '../gateway.ts';
import { sendEmpty } from './http-answer.ts';
import { refuse, refuseWith } from './http-refusals.ts';
import { LegacyEndpoint, type Posted } from './legacy-endpoint.ts';
import { ModernEndpoint } from './modern-endpoint.ts';
import { valuesOf } from './modern-headers.ts';
import { readMessage } from './read-message.ts';

export interface EndpointOptions {
  readonly open: Gateway['open'];
  readonly clock: Clock;
}

/** Who came, and for what. */
export interface Visit {
  readonly client: { readonly id: string; readonly name: string };
  /** Name of a server, or `profile:NAME`. */
  readonly target: string;
}

const OPEN_ARRAY = 0x5b;

export class HttpGateway {
  readonly #modern: ModernEndpoint;
  readonly #legacy: LegacyEndpoint;
  #isDraining = false;

  constructor(options: EndpointOptions) {
    this.#modern = new ModernEndpoint(options);
    this.#legacy = new LegacyEndpoint(options);
  }

  /** Answers one request of an admitted client. Never throws for what the request holds. */
  async handle(req: IncomingMessage, res: ServerResponse, visit: Visit): Promise<void> {
    if (req.method === 'GET' || req.method === 'DELETE') {
      // Only sessions have streams and ends of their own. (MCP 2026-07-28, Transports, Earlier Revisions)
      if (req.headers['mcp-session-id'] === undefined) return sendEmpty(res, 405, { Allow: 'POST' });
      return req.method === 'GET' ? this.#legacy.get(visit, req, res) : this.#legacy.delete(visit, req, res);
    }
    const body = await readMessage(req);
    if (body === 'cut') return void res.destroy();
    if (body === 'too-large') {
      res.setHeader('Connection', 'close');
      return refuseWith(res, new PortolanError('FRAME_TOO_LARGE', 'The message is longer than is taken.'), {
        status: 413,
      });
    }
    if (this.#isDraining) {
      return refuseWith(res, new PortolanError('HOST_DRAINING', 'Portolan is handing over. Try again in a moment.'));
    }
    let posted: Posted;
    try {
      posted = readPosted(body);
    } catch (error) {
      return refuseWith(res, error);
    }
    const [first] = posted.frames;
    if (first === undefined) return refuse(res, 400, { message: 'The body holds no message.' });
    if (!posted.isBatch && isModern(first, req)) this.#modern.handle(first, visit, req, res);
    else this.#legacy.post(posted, visit, req, res);
  }

  /** Takes no more requests; those under way go on. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Ends the sessions of a client whose token was revoked. */
  async endClient(clientId: string): Promise<void> {
    const error = new PortolanError('UNAUTHENTICATED', 'The token of this client was revoked.');
    await Promise.all([this.#modern.end(error, clientId), this.#legacy.end(error, clientId)]);
  }

  /** Ends every session. */
  async close(): Promise<void> {
    this.#isDraining = true;
    const error = new PortolanError('HOST_DRAINING', 'The HTTP gateway was turned off.');
    await Promise.all([this.#modern.end(error), this.#legacy.end(error)]);
  }
}

function readPosted(body: Buffer): Posted {
  const isBatch =
    body[body.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)] === OPEN_ARRAY;
  return { frames: isBatch ? splitBatch(body, 'client') : [parseFrame(body, 'client')], isBatch };
}

/** What opens says which generation it is; what does not say it, by its headers. */
function isModern(frame: Frame, req: IncomingMessage): boolean {
  const version = metaOf(frame)?.[META.protocolVersion];
  // Under the newer generation there is no such method: it is refused like any other that is unknown there.
  if (frame.method === 'initialize') return typeof version === 'string' && isModernVersion(version);
  if (eraOf(frame) === 'modern' || version !== undefined) return true;
  return valuesOf(req.rawHeaders, 'mcp-protocol-version').some(isModernVersion);
}
