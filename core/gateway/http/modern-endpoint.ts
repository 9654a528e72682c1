// Modern requests over HTTP: each is checked by itself and goes into a session that is shared by the requests of one gateway
// client to one target with the same capabilities. (MCP 2026-07-28, Transports, Streamable HTTP)
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PortolanError } from '../../../shared/errors.ts';
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { META, metaOf } from '../../connections/era.ts';
import type { Frame } from '../../connections/frame.ts';
import { checkModernRequest } from '../../eras/modern-request-rules.ts';
import { callerNamed } from '../handshake.ts';
import type { EndpointOptions, Visit } from './http-gateway.ts';
import { sendEmpty } from './http-answer.ts';
import { refuse, refuseWith } from './http-refusals.ts';
import { checkMirrors, checkVersionHeader, paramHeaders } from './modern-headers.ts';
import { ModernSession } from './modern-session.ts';

const IDLE_MS = 300_000;
const MAX_SESSIONS = 64;
const UNSUPPORTED_VERSION = -32_022;

interface Held {
  readonly clientId: string;
  readonly session: ModernSession;
  lastUsed: number;
  timer: { cancel(): void } | undefined;
}

export class ModernEndpoint {
  readonly #options: EndpointOptions;
  /** In the order of their last use. */
  readonly #held = new Map<string, Held>();

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  /** Answers one POST. Never throws. */
  handle(frame: Frame, visit: Visit, req: IncomingMessage, res: ServerResponse): void {
    const { id } = frame;
    if (frame.kind === 'response') return refuse(res, 400, { message: 'A client sends no responses in this version.' });
    const problem = checkVersionHeader(req.rawHeaders, frame);
    if (problem !== undefined) return refuse(res, 400, { id, ...problem });
    const body = frame.kind === 'request' ? checkModernRequest(frame) : undefined;
    const { httpStatus = 400, ...first } = body ?? {};
    const unknownVersion = body?.code === UNSUPPORTED_VERSION ? first : undefined;
    const params = paramHeaders(req.rawHeaders);
    const mirrors = checkMirrors(req.rawHeaders, frame) ?? ('code' in params ? params : undefined);
    if (unknownVersion === undefined && mirrors !== undefined) return refuse(res, 400, { id, ...mirrors });
    if (body !== undefined)
      return refuse(res, httpStatus, {
        id,
        code: body.code,
        message: body.message,
        ...(body.data && { data: body.data }),
      });
    try {
      const headers = 'headers' in params ? params.headers : {};
      this.#pass(Object.keys(headers).length === 0 ? frame : { ...frame, extraHeaders: headers }, visit, res);
    } catch (error) {
      refuseWith(res, error, { id });
    }
  }

  /** Ends the sessions of a client whose token was revoked; of all clients without `clientId`. */
  async end(cause: PortolanError, clientId?: string): Promise<void> {
    const ended = [...this.#held].filter(([, held]) => clientId === undefined || held.clientId === clientId);
    for (const [key] of ended) this.#drop(key);
    await Promise.all(ended.map(([, { session }]) => session.client.close('gateway-closed', cause)));
  }

  #pass(frame: Frame, visit: Visit, res: ServerResponse): void {
    const key = keyOf(frame, visit);
    if (frame.kind === 'notification') {
      // A cancellation names an id that may be another POST's too: closing the stream is how a request is cancelled here.
      if (frame.method !== 'notifications/cancelled') this.#held.get(key)?.session.notify(frame);
      return sendEmpty(res, 202);
    }
    const { session } = this.#heldFor(key, frame, visit);
    if (session.isFull) throw new PortolanError('SERVER_BUSY', 'The server takes no more requests for now.');
    session.post(frame, res);
  }

  #heldFor(key: string, frame: Frame, visit: Visit): Held {
    const known = this.#held.get(key);
    if (known !== undefined && !known.session.isClosed) {
      this.#touch(key, known);
      return known;
    }
    this.#makeRoom(visit.client.id);
    const { clock, open } = this.#options;
    const { client, target } = visit;
    const caller = callerNamed(metaOf(frame)?.[META.clientInfo], {
      name: client.name,
      gatewayClient: client.name,
    });
    const session: ModernSession = new ModernSession(
      clock,
      (connect) => open({ server: target, sessionId: randomBytes(16).toString('hex'), caller, connect }),
      () => this.#settled(key),
    );
    const held: Held = { clientId: client.id, session, lastUsed: 0, timer: undefined };
    this.#touch(key, held);
    return held;
  }

  #touch(key: string, held: Held): void {
    held.lastUsed = this.#options.clock.monotonic();
    this.#held.delete(key);
    this.#held.set(key, held);
    this.#startTimer(key, held);
  }

  #settled(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    if (held.session.isClosed) this.#drop(key);
    else held.lastUsed = this.#options.clock.monotonic();
  }

  /** One timer for each session; it looks again when there was use meanwhile. */
  #startTimer(key: string, held: Held): void {
    if (held.timer !== undefined) return;
    const { clock } = this.#options;
    const idle = clock.monotonic() - held.lastUsed;
    held.timer = clock.setTimeout(() => {
      held.timer = undefined;
      if (held.session.inFlight > 0) held.lastUsed = clock.monotonic();
      if (clock.monotonic() - held.lastUsed < IDLE_MS) return this.#startTimer(key, held);
      this.#drop(key);
      void held.session.client.gone();
    }, IDLE_MS - idle);
  }

  #makeRoom(clientId: string): void {
    const own = [...this.#held].filter(([, held]) => held.clientId === clientId);
    if (own.length < MAX_SESSIONS) return;
    const idle = own.find(([, { session }]) => session.inFlight === 0);
    if (idle === undefined) throw new PortolanError('SERVER_BUSY', `More than ${MAX_SESSIONS} sessions are in use.`);
    this.#drop(idle[0]);
    void idle[1].session.client.gone();
  }

  #drop(key: string): void {
    this.#held.get(key)?.timer?.cancel();
    this.#held.delete(key);
  }
}

/** Requests with the same key may share a session. Who the client says it is belongs to it: the log names the caller. */
function keyOf(frame: Frame, { client, target }: Visit): string {
  const meta = metaOf(frame);
  const capabilities = objectOf(meta?.[META.clientCapabilities]) ?? {};
  const info = objectOf(meta?.[META.clientInfo]) ?? {};
  return JSON.stringify([client.id, target, sorted(capabilities), info['name'], info['version']]);
}

/** The same value with the keys of all objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const object: JsonObject | undefined = objectOf(value);
  if (object === undefined) return value;
  return Object.fromEntries(
    Object.keys(object)
      .toSorted()
      .map((key) => [key, sorted(object[key])]),
  );
}
