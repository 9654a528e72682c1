// Opens the connection to a remote server by the type of its endpoint. `http-auto` starts with Streamable HTTP and falls back to
// HTTP+SSE when the server refuses that. (MCP 2025-11-25, Transports, "Backwards Compatibility")
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import { assertNever } from '../../shared/assert-never.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import type { Era } from './era.ts';
import type { Frame } from './frame.ts';
import { HttpPeer } from './http-peer.ts';
import type { RequestAuth } from '../oauth/request-auth.ts';
import { checkExtraHeaders, checkRemoteUrl } from './http-rules.ts';
import type { HttpSockets } from './http-sockets.ts';
import { HttpUpstream } from './http-upstream.ts';
import { MAX_PENDING_REQUESTS } from './in-flight.ts';
import { ModernHttpUpstream } from './modern-http-upstream.ts';
import { SseUpstream } from './sse-upstream.ts';
import { RemoteCare } from './remote-care.ts';
import { ToolHeaders } from './tool-headers.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';

const HANDSHAKE_MS = 30_000;
/** How long the gateway waits for an answer by default. */
const PATIENCE_MS = 60_000;
/** What a server that only knows HTTP+SSE answers to a POST at its stream's address. */
const NOT_STREAMABLE = new Set<unknown>([400, 404, 405]);

/**
 * A connection to the server's URL. Nothing is sent before the first frame, except for HTTP+SSE, which opens its stream.
 * `era`: what the server speaks; HTTP+SSE exists in the legacy one only. `toolHeaders`, `care`, `socketsTo`: shared by all its connections.
 * `auth`: how it is signed in. `signal` closes the connection.
 * @throws PortolanError URL_REFUSED, INPUT_INVALID (a header that cannot be sent), UNSUPPORTED (not a remote server).
 */
export function openRemote(
  server: ResolvedServer,
  events: UpstreamEvents,
  options: {
    logger: Logger;
    clock?: Clock;
    signal?: AbortSignal;
    era?: Era;
    toolHeaders?: ToolHeaders;
    care?: RemoteCare;
    socketsTo?: (origin: string, connectMs: number) => HttpSockets;
    auth?: RequestAuth | undefined;
  },
): Upstream {
  const { endpoint } = server;
  if (endpoint.type === 'stdio')
    throw new PortolanError('UNSUPPORTED', 'The server is a local command, not a remote server.');
  const { clock = systemClock, logger, signal, era = 'legacy', toolHeaders: tools = new ToolHeaders() } = options;
  const { care = new RemoteCare({ clock }) } = options;
  const url = checkRemoteUrl(endpoint.url);
  const { headers, ignored } = checkExtraHeaders(endpoint.headers);
  if (ignored.length > 0)
    logger.info('headers that Portolan sets by itself were left out', {
      server: server.name,
      headers: ignored.join(', '),
    });
  const handshakeMs = server.options.timeouts.startMs ?? HANDSHAKE_MS;
  const patienceMs = server.options.timeouts.idleMs ?? PATIENCE_MS;
  const { breaker } = care;
  const { auth } = options;
  const sockets = options.socketsTo?.(url.origin, handshakeMs);
  const newPeer = (): HttpPeer =>
    new HttpPeer({ url, headers, clock, connectMs: handshakeMs, breaker, auth, ...(sockets && { sockets }) });
  const common = { clock, care, handshakeMs, patienceMs };
  const streamable = (to: UpstreamEvents): Upstream => new HttpUpstream(newPeer(), to, common);
  const sse = (to: UpstreamEvents): Upstream => new SseUpstream(newPeer(), to, common);
  const isModern = era === 'modern' && endpoint.type !== 'sse';
  const upstream = isModern
    ? new ModernHttpUpstream(newPeer(), events, { clock, care, patienceMs, tools })
    : openByType(endpoint.type, events, { streamable, sse });
  signal?.addEventListener('abort', () => void upstream.close(), { once: true });
  if (signal?.aborted === true) void upstream.close();
  return upstream;
}

type Open = (events: UpstreamEvents) => Upstream;

function openByType(
  type: 'streamable-http' | 'sse' | 'http-auto',
  events: UpstreamEvents,
  open: { readonly streamable: Open; readonly sse: Open },
): Upstream {
  switch (type) {
    case 'streamable-http':
      return open.streamable(events);
    case 'sse':
      return open.sse(events);
    case 'http-auto':
      return new FallbackUpstream(events, open);
    default:
      return assertNever(type);
  }
}

/** Streamable HTTP until the answer to `initialize` is known; the verdict holds for this connection. */
class FallbackUpstream implements Upstream {
  readonly pid = undefined;
  readonly #events: UpstreamEvents;
  readonly #open: { readonly streamable: Open; readonly sse: Open };
  #current: Upstream;
  #initialize: Frame | undefined;
  /** What the client sends before the verdict; undefined after it. */
  #early: Frame[] | undefined = [];
  #paused = false;

  constructor(events: UpstreamEvents, open: { readonly streamable: Open; readonly sse: Open }) {
    this.#events = events;
    this.#open = open;
    this.#current = open.streamable({
      onFrame: (frame, relatedTo) => {
        events.onFrame(frame, relatedTo);
        if (frame.kind === 'response') this.#decide();
      },
      onRequestFailed: (id, error) => {
        if (this.#early === undefined || id !== this.#initialize?.id) events.onRequestFailed(id, error);
        else this.#judge(id, error);
      },
      onClosed: (error) => {
        if (this.#current.transport === 'streamable-http') events.onClosed(error);
      },
      onDrain: () => events.onDrain?.(),
      onLog: (source, text) => events.onLog(source, text),
      onPersonAsked: (id, isAsked) => events.onPersonAsked?.(id, isAsked),
    });
  }

  get transport(): Upstream['transport'] {
    return this.#current.transport;
  }

  send(frame: Frame): void {
    if (this.#early === undefined) this.#current.send(frame);
    else if (this.#initialize === undefined && frame.method === 'initialize') {
      this.#initialize = frame;
      this.#current.send(frame);
    } else if (this.#initialize === undefined) this.#current.send(frame);
    else if (this.#early.length < MAX_PENDING_REQUESTS) this.#early.push(frame);
    else throw new PortolanError('SERVER_BUSY', 'Too many messages wait for this server.', { data: { sent: false } });
  }

  pause(): void {
    this.#paused = true;
    this.#current.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#current.resume();
  }

  close(): Promise<void> {
    return this.#current.close();
  }

  #judge(id: string, error: PortolanError): void {
    const refused =
      error.code === 'HTTP_STATUS' && NOT_STREAMABLE.has(error.data['status']) && !('rpcCode' in error.data);
    if (!refused || this.#initialize === undefined) {
      this.#events.onRequestFailed(id, error);
      this.#decide();
      return;
    }
    const first = this.#current;
    this.#current = this.#open.sse({
      onFrame: (frame, relatedTo) => this.#events.onFrame(frame, relatedTo),
      // A server that offers neither is best told by its first answer.
      onRequestFailed: (failed, cause) =>
        this.#events.onRequestFailed(failed, failed === id && isNoStream(cause) ? error : cause),
      onClosed: (cause) => this.#events.onClosed(cause),
      onDrain: () => this.#events.onDrain?.(),
      onLog: (source, text) => this.#events.onLog(source, text),
      onPersonAsked: (id, isAsked) => this.#events.onPersonAsked?.(id, isAsked),
    });
    void first.close();
    if (this.#paused) this.#current.pause();
    this.#current.send(this.#initialize);
    this.#decide();
  }

  #decide(): void {
    const early = this.#early;
    if (early === undefined) return;
    this.#early = undefined;
    for (const frame of early) {
      try {
        this.#current.send(frame);
      } catch (error) {
        if (frame.id !== undefined) this.#events.onRequestFailed(frame.id, toPortolanError(error));
      }
    }
    this.#events.onDrain?.();
  }
}

function isNoStream(error: PortolanError): boolean {
  return error.code === 'HTTP_STATUS' || error.code === 'HTTP_UNEXPECTED_CONTENT';
}
