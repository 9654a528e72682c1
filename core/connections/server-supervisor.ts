// Supervises one server of the catalog: opens connections, ends those that do not get started, keeps a crashing server
// from being started over and over, and stops everything. It starts nothing by itself: a session must ask.
import { type ErrorCode, type PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../shared/model/server-status.ts';
import type { Frame } from './frame.ts';
import { crashLoop, startTimeout, stoppedMeanwhile, withFault } from './supervision-errors.ts';
import { startedEvent, stoppedEvent } from './server-audit.ts';
import type { Connection, OpenRequest, SupervisorOptions } from './supervised-connection.ts';
import { LogRing } from './log-ring.ts';
import { afterFailure, decideStart, NO_HISTORY, PROVEN_MS, type RestartHistory } from './restart-policy.ts';
import { type HandshakeInfo, StatusBoard } from './status-board.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';

const DEFAULT_START_MS = 30_000;

export class ServerSupervisor {
  readonly logs: LogRing;
  readonly #options: SupervisorOptions;
  readonly #board: StatusBoard;
  readonly #connections = new Map<number, Connection>();
  /** Starts going on and trees that are being ended, by session: a session's next start waits for them. */
  readonly #busy = new Map<Promise<unknown>, string>();
  #history: RestartHistory = NO_HISTORY;
  #generation = 0;
  #stopping: Promise<void> | undefined;
  #lastId = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.logs = new LogRing({ clock: options.clock });
    this.#board = new StatusBoard({
      name: options.name,
      clock: options.clock,
      onStatus: options.onStatus,
      facts: () => ({
        enabled: options.isEnabled(),
        pids: [...this.#connections.values()].flatMap(({ upstream }) => upstream?.pid ?? []),
        sessions: new Set([...this.#connections.values()].map(({ sessionId }) => sessionId)).size,
      }),
    });
  }

  /**
   * A new connection for one session, which has at most one: an earlier one is ended first.
   * @throws PortolanError SERVER_CRASH_LOOP, SERVER_START_TIMEOUT, SERVER_EXITED when stopped meanwhile, and whatever
   *   resolving and starting throw
   */
  async open(request: OpenRequest, events: UpstreamEvents): Promise<Upstream> {
    const { sessionId, entry } = request;
    const generation = this.#generation;
    // No await between the last look and the start: two opens of one session must not both pass.
    for (let wait = this.#obstaclesOf(sessionId); wait.length > 0; wait = this.#obstaclesOf(sessionId)) {
      await Promise.allSettled(wait);
      if (generation !== this.#generation) throw stoppedMeanwhile();
    }
    this.#checkPolicy(entry);
    return this.#track(this.#start(request, events), sessionId);
  }

  /** The handshake of a session was answered; without a session, that of the oldest start the server has answered. */
  noteHandshake(info: HandshakeInfo, sessionId?: string): void {
    const starting = [...this.#connections.values()].filter(({ isReady }) => !isReady);
    const connection =
      sessionId === undefined
        ? (starting.find(({ hasAnswered }) => hasAnswered) ?? starting[0])
        : starting.find((candidate) => candidate.sessionId === sessionId);
    if (connection !== undefined) {
      connection.isReady = true;
      connection.timer?.cancel();
      this.#board.apply({ kind: 'handshake', connection: connection.id });
    }
    this.#board.noteHandshake(info);
  }

  noteCall(): void {
    this.#board.noteCall();
  }

  noteTools(count: number): void {
    this.#board.noteTools(count);
  }

  noteFailure(error: PortolanError): void {
    this.#board.apply({ kind: 'problem', error });
  }

  /** A person approved what it runs: nothing holds it any more. */
  approved(): void {
    this.#board.apply({ kind: 'recovered' });
  }

  noteRecovery(from: ErrorCode): void {
    this.#board.apply({ kind: 'recovered', from });
  }

  status(): ServerStatus {
    return this.#board.status();
  }

  /** The catalog's entry changed: what its old form did counts no more. */
  entryChanged(): void {
    this.#history = NO_HISTORY;
    this.#board.publish();
  }

  /** Ends all connections and starts of now; later opens wait for it. A deliberate stop also forgets past crashes. */
  stop(): Promise<void> {
    this.#generation += 1;
    const stopping = this.#stopAll(this.#stopping).finally(() => {
      if (this.#stopping === stopping) this.#stopping = undefined;
    });
    this.#stopping = stopping;
    return stopping;
  }

  /** The processes of its connections, each with its session. */
  roots(): { readonly pid: number; readonly sessionId: string }[] {
    const held = [...this.#connections.values()];
    return held.flatMap(({ upstream, sessionId }) => (upstream?.pid ? [{ pid: upstream.pid, sessionId }] : []));
  }

  /** Ends the connection of one process; resolves when its tree is gone. */
  async stopRoot(pid: number): Promise<void> {
    const sessions = this.roots().filter((root) => root.pid === pid);
    await Promise.allSettled(sessions.flatMap(({ sessionId }) => this.#obstaclesOf(sessionId)));
  }

  dispose(): void {
    this.#board.dispose();
  }

  async #stopAll(earlier: Promise<void> | undefined): Promise<void> {
    for (const connection of this.#connections.values()) this.#end(connection);
    await earlier;
    while (this.#busy.size > 0) await Promise.allSettled(this.#busy.keys());
    this.#history = NO_HISTORY;
    this.#board.apply({ kind: 'stopped' });
  }

  /** What a session's next start has to wait for; its present connection is told to end. */
  #obstaclesOf(sessionId: string): Promise<unknown>[] {
    for (const connection of this.#connections.values()) {
      if (connection.sessionId === sessionId) this.#end(connection);
    }
    const busy = [...this.#busy].flatMap(([promise, session]) => (session === sessionId ? [promise] : []));
    return this.#stopping === undefined ? busy : [...busy, this.#stopping];
  }

  #checkPolicy(entry: ServerEntry): void {
    if (entry.endpoint.type !== 'stdio') return;
    const unproven = [...this.#connections.values()].filter(({ isReady }) => !isReady).length;
    const decision = decideStart(this.#history, this.#options.clock.monotonic(), unproven);
    if (decision.kind === 'start') return;
    throw crashLoop(decision.waitMs);
  }

  async #start(request: OpenRequest, events: UpstreamEvents): Promise<Upstream> {
    const { sessionId, entry } = request;
    const { clock } = this.#options;
    const generation = this.#generation;
    this.#lastId += 1;
    const connection: Connection = {
      id: this.#lastId,
      sessionId,
      startedAt: clock.monotonic(),
      isProcess: entry.endpoint.type === 'stdio',
      upstream: undefined,
      isReady: false,
      hasAnswered: false,
      isWanted: false,
      fault: undefined,
      timer: undefined,
      waiting: 0,
    };
    this.#connections.set(connection.id, connection);
    const startMs = entry.options.timeouts.startMs ?? DEFAULT_START_MS;
    this.#allowTime(connection, startMs);
    this.#board.apply({ kind: 'opened', connection: connection.id });
    const check = () => {
      if (connection.fault !== undefined) throw connection.fault;
      if (generation !== this.#generation || connection.isWanted) throw stoppedMeanwhile();
    };
    let isStarting = false;
    try {
      const server = await this.#options.resolve(entry);
      check();
      isStarting = true;
      const watched = this.#watch(connection, events, startMs);
      connection.upstream = await this.#options.openTransport(server, request, watched);
      check();
      // Throws when the log cannot be written: then the start fails.
      this.#options.audit(startedEvent(this.#options.name, sessionId, connection.upstream));
      this.#board.publish();
      return this.#wrap(connection, connection.upstream);
    } catch (error) {
      const cause = toPortolanError(error);
      const isFault = cause.code !== 'SERVER_EXITED' && !connection.isWanted;
      // Nothing that fails before the start can crash the server: it does not count.
      const isCrash = isStarting && isFault && cause.code !== 'APPROVAL_NEEDED';
      this.#finish(connection, isFault ? cause : undefined, isCrash);
      await connection.upstream?.close();
      throw cause;
    }
  }

  #allowTime(connection: Connection, startMs: number): void {
    const tooLate = (): void => this.#end(connection, startTimeout(startMs));
    connection.timer = this.#options.clock.setTimeout(tooLate, startMs);
  }

  #watch(connection: Connection, events: UpstreamEvents, startMs: number): UpstreamEvents {
    return {
      onFrame: (frame: Frame, relatedTo?: string) => {
        if (frame.kind === 'response') connection.hasAnswered = true;
        events.onFrame(frame, relatedTo);
      },
      onRequestFailed: (id, error) => events.onRequestFailed(id, withFault(connection.fault, error)),
      onDrain: () => events.onDrain?.(),
      onPersonAsked: (id, isAsked) => {
        connection.waiting += isAsked ? 1 : -1;
        connection.timer?.cancel();
        const counts = connection.waiting === 0 && !connection.isReady && this.#connections.has(connection.id);
        if (counts) this.#allowTime(connection, startMs);
        events.onPersonAsked?.(id, isAsked);
      },
      onLog: (source, text) => {
        this.logs.append(source, text);
        events.onLog(source, text);
      },
      onClosed: (error) => {
        const cause = withFault(connection.fault, error);
        // A start that is not through yet must fail with it.
        connection.fault ??= error;
        const { upstream } = connection;
        this.#finish(connection, connection.isWanted ? undefined : cause, !connection.isWanted);
        // What is left of its tree is ended already; the session's next start waits for that.
        if (upstream !== undefined) void this.#track(upstream.close(), connection.sessionId);
        events.onClosed(cause);
      },
    };
  }

  #wrap(connection: Connection, upstream: Upstream): Upstream {
    return {
      transport: upstream.transport,
      pid: upstream.pid,
      send: (frame) => upstream.send(frame),
      pause: () => upstream.pause(),
      resume: () => upstream.resume(),
      close: () => {
        this.#end(connection);
        return upstream.close();
      },
    };
  }

  /** Begins the end of a connection: `fault` when the server is to blame. */
  #end(connection: Connection, fault?: PortolanError): void {
    if (!this.#connections.has(connection.id)) return;
    if (fault === undefined) connection.isWanted = true;
    else connection.fault ??= fault;
    if (fault !== undefined) this.logs.append('portolan', fault.message);
    if (connection.upstream !== undefined) void this.#track(connection.upstream.close(), connection.sessionId);
  }

  /** A connection is over: once per connection. */
  #finish(connection: Connection, error: PortolanError | undefined, isFailure: boolean): void {
    if (!this.#connections.delete(connection.id)) return;
    connection.timer?.cancel();
    const now = this.#options.clock.monotonic();
    if (isFailure && connection.isProcess) this.#history = afterFailure(this.#history, connection.startedAt, now);
    else if (now - connection.startedAt >= PROVEN_MS) this.#history = NO_HISTORY;
    const closed = { kind: 'closed', connection: connection.id } as const;
    this.#board.apply(error === undefined ? closed : { ...closed, error });
    try {
      this.#options.audit(stoppedEvent(this.#options.name, connection.sessionId, error));
    } catch (failure) {
      // The end cannot be refused; the log tells its own trouble.
      this.logs.append('portolan', `The end of the server was not recorded: ${toPortolanError(failure).message}`);
    }
  }

  #track<T>(promise: Promise<T>, sessionId: string): Promise<T> {
    this.#busy.set(promise, sessionId);
    void Promise.allSettled([promise]).then(() => this.#busy.delete(promise));
    return promise;
  }
}
