// All servers of the catalog and their connections: what the gateway and the host ask. One object per host.
import { type ErrorCode, PortolanError } from '../../shared/errors.ts';
import type { Approval } from '../../shared/model/approval.ts';
import type { ServerEntry, StdioEndpoint } from '../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../shared/model/server-status.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import type { RequestAuth, Requester } from '../oauth/request-auth.ts';
import type { ExecutablePins } from '../policy/executable-pins.ts';
import { reapLeftovers } from './leftovers.ts';
import type { Era } from './era.ts';
import type { LogRing } from './log-ring.ts';
import { createPathSource, type LoginShellMode } from './login-shell-path.ts';
import type { ServerAuditEvent } from './server-audit.ts';
import { ServerSupervisor } from './server-supervisor.ts';
import type { OpenRequest } from './supervised-connection.ts';
import type { HandshakeInfo } from './status-board.ts';
import { openRemote } from './open-remote.ts';
import { StartApprovals, type StartApprovalsOptions } from './start-approvals.ts';
import type { StartPlan } from './start-plan.ts';
import { RemoteServers } from './remote-servers.ts';
import { locateProgram } from './stdio-process.ts';
import { openStdio } from './stdio-upstream.ts';
import type { CatalogReader, Upstream, UpstreamEvents } from './upstream.ts';

export interface ConnectionsOptions {
  readonly catalog: CatalogReader;
  readonly resolve: (entry: ServerEntry) => Promise<ResolvedServer>;
  /** What a person approved of each entry. */
  readonly approvals: StartApprovalsOptions['entries'];
  /** What the servers' commands may run. */
  readonly pins: ExecutablePins;
  readonly runDir: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** How the requests to a remote server are signed in; undefined: they are not. */
  readonly authOf?: (server: ResolvedServer, requester: Requester) => RequestAuth | undefined;
  /** Throws when the log cannot be written: then no server is started. */
  readonly audit: (event: ServerAuditEvent) => void;
  readonly onStatus: (status: ServerStatus) => void;
  readonly onStatusRemoved: (name: string) => void;
  /** The environment from which children inherit a few variables; this process's by default. */
  readonly hostEnv?: NodeJS.ProcessEnv;
  readonly loginShell?: LoginShellMode;
}

/** A process that was started for a session of a server. */
export interface ProcessRoot {
  readonly server: string;
  readonly pid: number;
  readonly sessionId: string;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #clock: Clock;
  readonly #hostEnv: NodeJS.ProcessEnv;
  readonly #path: () => Promise<string | undefined>;
  readonly #servers = new Map<string, ServerSupervisor>();
  readonly #approvals: StartApprovals;
  readonly #remotes: RemoteServers;
  #isClosing = false;

  constructor(options: ConnectionsOptions) {
    const { clock = systemClock, hostEnv = process.env, loginShell = 'auto', logger } = options;
    this.#options = options;
    this.#clock = clock;
    this.#hostEnv = hostEnv;
    this.#path = createPathSource({ env: hostEnv, mode: loginShell, logger, clock });
    const { approvals: entries, pins, resolve } = options;
    this.#approvals = new StartApprovals({ entries, pins, resolve, hostEnv, path: () => this.#path() });
    this.#remotes = new RemoteServers({
      clock,
      onFailing: (name, error) => this.#known(name)?.noteFailure(error),
      onRecovered: (name) => this.#known(name)?.noteRecovery('CIRCUIT_OPEN'),
    });
  }

  /** Ends what a killed host left running; gives the number of children that were still alive. See leftovers.ts. */
  static reapLeftovers(runDir: string, logger: Logger): Promise<number> {
    return reapLeftovers(runDir, logger);
  }

  /**
   * A new connection for one session; a connection that the session has already is ended first. `era`: what the server speaks;
   * over stdio both are written alike. `client`: who asks, for a person; `mayWait`: its requests may wait for one to sign in.
   * @throws PortolanError SERVER_NOT_FOUND, SERVER_DISABLED, SERVER_CRASH_LOOP, APPROVAL_NEEDED, HOST_DRAINING, SPAWN_*, and whatever
   *   resolving the entry throws
   */
  async open(
    name: string,
    sessionId: string,
    events: UpstreamEvents,
    era: Era = 'legacy',
    client: () => string = () => 'a client',
    mayWait: () => boolean = () => false,
  ): Promise<Upstream> {
    if (this.#isClosing) {
      throw new PortolanError('HOST_DRAINING', 'Portolan is closing and starts no server.', { hint: 'Try again.' });
    }
    const entry = this.#entry(name);
    if (!entry.options.enabled) {
      throw new PortolanError('SERVER_DISABLED', `The server "${name}" is disabled.`, {
        hint: `Enable it in Portolan, or run: portolan enable ${name}`,
      });
    }
    return this.#server(name).open({ sessionId, era, entry, requester: { client, mayWait } }, events);
  }

  /** The program that a command would start, found as at a start. @throws PortolanError see locateProgram */
  async locate(endpoint: StdioEndpoint): Promise<{ file: string; interpreter: string | undefined }> {
    return locateProgram(endpoint, { path: await this.#path(), hostEnv: this.#hostEnv });
  }

  /**
   * Tells what the handshake answered; the server is ready. Name the session where it is known: then the start timeout
   * of that very connection ends, else that of the oldest connection that has answered anything.
   */
  noteHandshake(name: string, info: HandshakeInfo, sessionId?: string): void {
    this.#known(name)?.noteHandshake(info, sessionId);
  }

  noteCall(name: string): void {
    this.#known(name)?.noteCall();
  }

  noteTools(name: string, count: number): void {
    this.#known(name)?.noteTools(count);
  }

  /** What was wrong with the server is put right. */
  noteRecovery(name: string, from: ErrorCode): void {
    this.#known(name)?.noteRecovery(from);
  }

  /** Something went wrong with a server whose connection lives on. */
  noteFailure(name: string, error: PortolanError): void {
    this.#known(name)?.noteFailure(error);
  }

  /** What the server would run or contact now, against what was approved. @throws PortolanError SERVER_NOT_FOUND and as StartApprovals.look */
  async approval(name: string): Promise<Approval> {
    return this.#approvals.look(this.#entry(name));
  }

  /** Approves what the person was shown; the next start runs it. @throws PortolanError FILE_CHANGED; as `approval` */
  async approve(name: string, digest: string): Promise<Approval> {
    const approved = await this.#approvals.approve(this.#entry(name), digest);
    this.#known(name)?.approved();
    return approved;
  }

  /** What is approved of a server is another thing than before: a held entry is told before anybody asks for it. */
  approvalChanged(name: string): void {
    const held = this.#approvals.holds(this.#options.catalog.get(name));
    if (held === undefined) this.#servers.get(name)?.noteRecovery('APPROVAL_NEEDED');
    else this.#servers.get(name)?.noteFailure(held);
  }

  /** @throws PortolanError SERVER_NOT_FOUND */
  status(name: string): ServerStatus {
    this.#entry(name);
    return this.#server(name).status();
  }

  list(): ServerStatus[] {
    return this.#options.catalog.list().map(({ name }) => this.#server(name).status());
  }

  /** @throws PortolanError SERVER_NOT_FOUND */
  logs(name: string): LogRing {
    this.#entry(name);
    return this.#server(name).logs;
  }

  /**
   * Ends all connections of a server; resolves when no process of it lives. Its crashes are forgotten, so that opening
   * it again is the restart that a person asks for. A server that left the catalog is dropped.
   */
  async stopServer(name: string): Promise<void> {
    const server = this.#servers.get(name);
    await server?.stop();
    this.#remotes.forgive(name);
    if (server !== undefined && this.#options.catalog.get(name) === undefined && this.#servers.delete(name)) {
      server.dispose();
      this.#options.onStatusRemoved(name);
    }
  }

  /** The processes that were started and run now; their descendants are not among them. */
  roots(): ProcessRoot[] {
    return [...this.#servers].flatMap(([server, supervisor]) =>
      supervisor.roots().map((root) => ({ server, ...root })),
    );
  }

  /** Ends the tree of one of `roots()`; false when none of them has this pid. Its session's next request starts it again. */
  async stopRoot(pid: number): Promise<boolean> {
    const owner = [...this.#servers.values()].find((server) => server.roots().some((root) => root.pid === pid));
    await owner?.stopRoot(pid);
    return owner !== undefined;
  }

  /** The catalog changed: tells the statuses of new and changed entries; removed ones are stopped and dropped. */
  async catalogChanged(change: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  }): Promise<void> {
    for (const name of change.added) this.#options.onStatus(this.status(name));
    for (const name of [...change.changed, ...change.removed]) this.#remotes.forget(name);
    for (const name of change.changed) {
      this.#known(name)?.entryChanged();
      this.approvalChanged(name);
    }
    for (const name of change.removed) this.#options.pins.forget(name);
    await Promise.all(change.removed.map((name) => this.stopServer(name)));
  }

  /** Stops all servers side by side; nothing can be opened any more. Five seconds at most, unless the kernel hangs. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
    for (const server of this.#servers.values()) server.dispose();
  }

  #entry(name: string): ServerEntry {
    const entry = this.#options.catalog.get(name);
    if (entry === undefined) {
      throw new PortolanError('SERVER_NOT_FOUND', `There is no server "${name}" in the catalog.`, {
        hint: 'List the servers with: portolan list',
      });
    }
    return entry;
  }

  #known(name: string): ServerSupervisor | undefined {
    return this.#options.catalog.get(name) === undefined ? this.#servers.get(name) : this.#server(name);
  }

  #server(name: string): ServerSupervisor {
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const { catalog, resolve, audit, onStatus } = this.#options;
    const server = new ServerSupervisor({
      name,
      clock: this.#clock,
      isEnabled: () => catalog.get(name)?.options.enabled ?? false,
      resolve,
      openTransport: (resolved, request, events) => this.#openTransport(resolved, request, events),
      audit,
      onStatus,
    });
    this.#servers.set(name, server);
    this.approvalChanged(name);
    return server;
  }

  async #openTransport(server: ResolvedServer, request: OpenRequest, events: UpstreamEvents): Promise<Upstream> {
    const { logger, runDir } = this.#options;
    const clock = this.#clock;
    this.#approvals.checkEntry(request.entry);
    if (server.endpoint.type !== 'stdio') {
      const auth = this.#options.authOf?.(server, request.requester);
      return openRemote(server, events, { logger, clock, era: request.era, auth, ...this.#remotes.of(server.name) });
    }
    const path = await this.#path();
    const { sessionId, entry } = request;
    const { endpoint } = server;
    const approve = (plan: StartPlan) => this.#approvals.checkFiles(entry, endpoint.args, plan);
    return openStdio(server, events, { logger, clock, runDir, sessionId, hostEnv: this.#hostEnv, path, approve });
  }
}
