// Legacy sessions over HTTP: `initialize` opens one, its id is on everything after, and nobody else's. The id proves nothing:
// the gateway client's token does. (MCP 2025-11-25, Transports, Session Management)
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PortolanError } from '../../../shared/errors.ts';
import { LEGACY_VERSIONS, MODERN_VERSIONS } from '../../connections/era.ts';
import type { Frame } from '../../connections/frame.ts';
import { rpcCodeOf } from '../rpc-errors.ts';
import { readEventId } from './event-log.ts';
import type { EndpointOptions, Visit } from './http-gateway.ts';
import { sendEmpty } from './http-answer.ts';
import { refuse, refuseWith } from './http-refusals.ts';
import { LegacySession } from './legacy-session.ts';

const IDLE_MS = 30 * 60_000;
const MAX_SESSIONS = 64;

/** What a request without `MCP-Protocol-Version` speaks, and the only version that has batches. */
const BATCH_VERSION = '2025-03-26';

const SESSION_HEADER = 'Mcp-Session-Id';

interface Held {
  readonly clientId: string;
  readonly target: string;
  readonly session: LegacySession;
  lastUsed: number;
  timer: { cancel(): void } | undefined;
}

/** The messages of one POST. */
export interface Posted {
  readonly frames: readonly Frame[];
  readonly isBatch: boolean;
}

export class LegacyEndpoint {
  readonly #options: EndpointOptions;
  readonly #held = new Map<string, Held>();

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  /** Answers one POST. Never throws. */
  post({ frames, isBatch }: Posted, visit: Visit, req: IncomingMessage, res: ServerResponse): void {
    const opening = frames.find(({ method, kind }) => method === 'initialize' && kind === 'request');
    if (opening !== undefined) {
      if (isBatch) return refuse(res, 400, { message: 'A batch must not hold initialize.' });
      return this.#initialize(opening, visit, res);
    }
    const held = this.#find(visit, req, res, frames[0]?.id);
    if (held === undefined) return;
    const { session } = held;
    if (isBatch && session.version !== BATCH_VERSION) {
      return refuse(res, 400, { message: 'This protocol version has no batches.' });
    }
    if (session.isTaken(frames)) {
      return refuse(res, 400, { message: 'An id of the message is already in use by a request of this session.' });
    }
    if (!frames.some(({ kind }) => kind === 'request')) {
      session.tell(frames);
      return sendEmpty(res, 202);
    }
    if (session.isFull) {
      return refuseWith(res, new PortolanError('SERVER_BUSY', 'The server takes no more for now.'), {
        id: frames[0]?.id,
      });
    }
    session.post(frames, res, { isBatch, asStream: prefersStream(req) });
  }

  /** Carries a stream of the session. */
  get(visit: Visit, req: IncomingMessage, res: ServerResponse): void {
    const held = this.#find(visit, req, res);
    if (held === undefined) return;
    if (!(req.headers.accept ?? '').includes('text/event-stream')) {
      return refuse(res, 406, { message: 'The stream is sent as text/event-stream, which Accept does not list.' });
    }
    const given = req.headers['last-event-id'];
    const last = typeof given === 'string' && given !== '' ? readEventId(given) : undefined;
    if (last === undefined && given !== undefined && given !== '') {
      return refuse(res, 400, { message: 'Last-Event-ID is none that this session has given.' });
    }
    held.session.listen(res, last);
  }

  /** Ends the session. */
  delete(visit: Visit, req: IncomingMessage, res: ServerResponse): void {
    const held = this.#find(visit, req, res);
    if (held === undefined) return;
    this.#drop(held.session.id);
    void held.session.client.gone();
    sendEmpty(res, 204);
  }

  /** Ends the sessions of a client whose token was revoked; of all clients without `clientId`. */
  async end(cause: PortolanError, clientId?: string): Promise<void> {
    const ended = [...this.#held.values()].filter((held) => clientId === undefined || held.clientId === clientId);
    for (const { session } of ended) this.#drop(session.id);
    await Promise.all(ended.map(({ session }) => session.client.close('gateway-closed', cause)));
  }

  #initialize(frame: Frame, visit: Visit, res: ServerResponse): void {
    try {
      const session = this.#open(visit);
      res.setHeader(SESSION_HEADER, session.id);
      session.post([frame], res, { isBatch: false, asStream: false });
    } catch (error) {
      refuseWith(res, error, { id: frame.id });
    }
  }

  #open(visit: Visit): LegacySession {
    const { clock, open } = this.#options;
    const { client, target } = visit;
    this.#makeRoom(client.id);
    const id = randomBytes(32).toString('base64url');
    const caller = { name: client.name, gatewayClient: client.name };
    const session = new LegacySession(
      id,
      clock,
      // The session's own id stands in the log; this one, which opens it, does not.
      (connect) => open({ server: target, sessionId: randomBytes(16).toString('hex'), caller, connect }),
      () => this.#changed(id),
    );
    const held: Held = { clientId: client.id, target, session, lastUsed: clock.monotonic(), timer: undefined };
    this.#held.set(id, held);
    this.#startTimer(held);
    return session;
  }

  /** The session that the request names; else the refusal is sent. */
  #find(visit: Visit, req: IncomingMessage, res: ServerResponse, requestId?: string): Held | undefined {
    const version = req.headers['mcp-protocol-version'] ?? BATCH_VERSION;
    const supported = [...MODERN_VERSIONS, ...LEGACY_VERSIONS];
    if (typeof version !== 'string' || !LEGACY_VERSIONS.includes(version)) {
      const message = 'MCP-Protocol-Version is none that a session here can have.';
      refuse(res, 400, { id: requestId, message, data: { supported } });
      return undefined;
    }
    const id = req.headers[SESSION_HEADER.toLowerCase()];
    if (typeof id !== 'string') {
      const message = `${SESSION_HEADER} is missing: begin with initialize, or send each request with its _meta.`;
      refuse(res, 400, { id: requestId, message, data: { supported } });
      return undefined;
    }
    const held = this.#held.get(id);
    if (held === undefined || held.clientId !== visit.client.id || held.target !== visit.target) {
      const message = 'There is no such session. Begin a new one with initialize.';
      refuse(res, 404, { id: requestId, code: rpcCodeOf('SESSION_LOST'), message });
      return undefined;
    }
    held.lastUsed = this.#options.clock.monotonic();
    return held;
  }

  #changed(id: string): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.lastUsed = this.#options.clock.monotonic();
    if (held.session.isClosed) this.#drop(id);
    // After its answer has been sent: nobody can use what was refused.
    else
      queueMicrotask(() => {
        if (!held.session.hasFailed || held.session.isClosed) return;
        this.#drop(id);
        void held.session.client.gone();
      });
  }

  /** One timer for each session; it looks again when there was use meanwhile. */
  #startTimer(held: Held): void {
    const { clock } = this.#options;
    const idle = clock.monotonic() - held.lastUsed;
    held.timer = clock.setTimeout(() => {
      if (held.session.isInUse) held.lastUsed = clock.monotonic();
      if (clock.monotonic() - held.lastUsed < IDLE_MS) return this.#startTimer(held);
      this.#drop(held.session.id);
      void held.session.client.gone();
    }, IDLE_MS - idle);
  }

  #makeRoom(clientId: string): void {
    const own = [...this.#held.values()].filter((held) => held.clientId === clientId);
    if (own.length < MAX_SESSIONS) return;
    const idle = own.filter(({ session }) => !session.isInUse).toSorted((a, b) => a.lastUsed - b.lastUsed)[0];
    if (idle === undefined) throw new PortolanError('SERVER_BUSY', `More than ${MAX_SESSIONS} sessions are in use.`);
    this.#drop(idle.session.id);
    void idle.session.client.gone();
  }

  #drop(id: string): void {
    this.#held.get(id)?.timer?.cancel();
    this.#held.delete(id);
  }
}

/** A client takes both kinds of answer; which one it names first is its wish. */
function prefersStream(req: IncomingMessage): boolean {
  const accept = req.headers.accept ?? '';
  const [stream, json] = [accept.indexOf('text/event-stream'), accept.indexOf('application/json')];
  return stream !== -1 && stream < json;
}
