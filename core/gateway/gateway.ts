// Every session between clients and servers in this host: attaches clients, lends out local ones, and drains or ends them all.
import type { Duplex } from 'node:stream';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Session as SessionModel } from '../../shared/model/server-status.ts';
import type { Caller } from '../audit/audit-event.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { CatalogReader } from '../connections/upstream.ts';
import type { GatewayContext } from './conversation.ts';
import { StreamDownstream } from './downstream.ts';
import { LocalClients } from './local-clients.ts';
import type { LocalClient } from './local-client.ts';
import type { AuditSink, UpstreamSource } from './ports.ts';
import { Session, type SessionOptions } from './session.ts';
import type { Telemetry } from './telemetry.ts';

/** How long changes of sessions are gathered before they are told. */
const CHANGES_MS = 100;

export interface GatewayOptions {
  readonly connections: UpstreamSource;
  readonly catalog: CatalogReader;
  readonly audit: AuditSink;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Wait until an intent is on the disk before its call goes out. */
  strictAudit(): boolean;
  /** Removes known secrets from payloads that a server's entry asks to record `redacted`; without it they are not recorded. */
  redact?(text: string): string;
  /** All sessions, after any of them changed; several changes are told at once. */
  onSessions(sessions: SessionModel[]): void;
  onToolsChanged?(server: string): void;
  /** Is told of every request; without it none is traced. */
  readonly telemetry?: Pick<Telemetry, 'begin' | 'end'>;
}

export interface AttachOptions {
  /** Newline-delimited JSON-RPC in both directions. */
  readonly stream: Duplex;
  readonly server: string;
  readonly sessionId: string;
  readonly caller: Caller;
  /** The client's first message, when an earlier host had this session. */
  readonly resume?: Buffer;
  /** Bytes of the stream that the earlier host had read and not forwarded. */
  readonly pending?: readonly Buffer[];
  /** Ids (source text) of requests that the client's side knows to be unanswered since the earlier host died. */
  readonly unanswered?: readonly string[];
}

/** What the host sees of an attached client. */
export interface AttachedSession {
  readonly id: string;
  readonly inFlight: number;
  close(reason: string): Promise<void>;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #context: GatewayContext;
  readonly #sessions = new Map<string, Session>();
  readonly #locals: LocalClients;
  #draining = false;
  #changeTimer: { cancel(): void } | undefined;

  constructor(options: GatewayOptions) {
    const { audit, catalog, connections, logger } = options;
    this.#options = options;
    this.#context = {
      connections,
      audit,
      logger,
      clock: options.clock ?? systemClock,
      optionsOf: (server) => catalog.get(server)?.options,
      strictAudit: () => options.strictAudit(),
      redact: options.redact === undefined ? undefined : (text) => options.redact?.(text) ?? '',
      onToolsChanged: (server) => options.onToolsChanged?.(server),
      telemetry: options.telemetry,
    };
    this.#locals = new LocalClients(this.#context, (about) => this.#createSession(about));
  }

  /**
   * Takes a client in. Its server is started by its first message. With `resume`, the session is first brought to where the
   * earlier host left it; until then nothing is read.
   * @throws PortolanError HOST_DRAINING while this host hands over.
   */
  attach(options: AttachOptions): AttachedSession {
    const { stream, server, sessionId, caller, resume, pending = [], unanswered = [] } = options;
    this.#refuseWhileDraining();
    const earlier = this.#sessions.get(sessionId);
    let downstream: StreamDownstream | undefined;
    const session = this.#createSession({
      id: sessionId,
      server,
      caller,
      connect: (self) => {
        downstream = new StreamDownstream(stream, this.#context.clock, {
          onLine: (line) => self.receive(line),
          onTooLarge: (bytes) => self.refuseTooLarge(bytes),
          onDrain: () => self.drained(),
          onGone: () => void self.gone(),
        });
        return downstream;
      },
    });
    void this.#begin(session, { earlier, resume, unanswered }).then(() => downstream?.start(pending));
    return {
      id: sessionId,
      get inFlight() {
        return session.inFlight;
      },
      close: (reason) => session.close(reason, new PortolanError('SESSION_LOST', 'Portolan has ended this session.')),
    };
  }

  /**
   * An initialised client of our own, with the same interceptors and audit. It is reused for the same caller and server and
   * closed when it was idle for a minute.
   * @throws PortolanError when the server cannot be started or refuses the handshake; HOST_DRAINING.
   */
  async localClient(caller: Caller, server: string): Promise<LocalClient> {
    this.#refuseWhileDraining();
    return this.#locals.get(caller, server);
  }

  sessions(): SessionModel[] {
    return [...this.#sessions.values()].map((session) => session.model());
  }

  /** Requests under way, of all sessions. */
  inFlight(): number {
    let sum = 0;
    for (const session of this.#sessions.values()) sum += session.inFlight;
    return sum;
  }

  /**
   * Before another host takes over: forwards nothing new, waits for what is under way, ends every stream and gives back what was
   * read and not forwarded, to be handed to `attach` there. The clients' answers and cancellations still pass until then.
   */
  async drain(): Promise<{ sessionId: string; pending: Buffer[] }[]> {
    this.#draining = true;
    const sessions = [...this.#sessions.values()];
    return Promise.all(sessions.map(async (session) => ({ sessionId: session.id, pending: await session.drain() })));
  }

  /** Ends the sessions of a server that was removed, disabled or changed, in its entry or a secret of it. */
  async closeServer(name: string): Promise<void> {
    const error = new PortolanError(
      'SERVER_DISABLED',
      `The entry of ${name}, or a secret in it, was removed, disabled or changed.`,
      {
        hint: 'Look at the server in Portolan, then restart it in the client.',
      },
    );
    const sessions = [...this.#sessions.values()].filter(({ server }) => server === name);
    await Promise.all(sessions.map((session) => session.close('server-closed', error)));
  }

  async close(): Promise<void> {
    this.#draining = true;
    const error = new PortolanError('HOST_DRAINING', 'Portolan is ending.');
    await Promise.all([...this.#sessions.values()].map((session) => session.close('host-ends', error)));
    this.#locals.close();
    this.#changeTimer?.cancel();
  }

  async #begin(
    session: Session,
    from: { earlier: Session | undefined; resume: Buffer | undefined; unanswered: readonly string[] },
  ): Promise<void> {
    const { earlier, resume, unanswered } = from;
    if (resume === undefined) return;
    try {
      await earlier?.abandon();
      await session.takeUp(resume, unanswered);
    } catch (error) {
      this.#options.logger.error('a session could not be taken up', {
        session: session.id,
        error: toPortolanError(error),
      });
    }
  }

  #createSession(about: Pick<SessionOptions, 'id' | 'server' | 'caller' | 'connect'>): Session {
    const session = new Session({
      ...about,
      context: this.#context,
      onChanged: () => this.#changed(),
      onClosed: (closed) => {
        if (this.#sessions.get(closed.id) === closed) this.#sessions.delete(closed.id);
        this.#changed();
      },
    });
    this.#sessions.set(session.id, session);
    this.#changed();
    return session;
  }

  #changed(): void {
    this.#changeTimer ??= this.#context.clock.setTimeout(() => {
      this.#changeTimer = undefined;
      this.#options.onSessions(this.sessions());
    }, CHANGES_MS);
  }

  #refuseWhileDraining(): void {
    if (this.#draining) throw new PortolanError('HOST_DRAINING', 'Portolan is handing over to a newer version.');
  }
}
