// All servers of the catalog and their connections: what the gateway and the host ask. One object per host.
import { PortolanError } from '../../shared/errors.ts';
import type { ServerEntry, StdioEndpoint } from '../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../shared/model/server-status.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import { reapLeftovers } from './leftovers.ts';
import type { Era } from './era.ts';
import type { LogRing } from './log-ring.ts';
import { createPathSource, type LoginShellMode } from './login-shell-path.ts';
import type { ServerAuditEvent } from './server-audit.ts';
import { type OpenRequest, ServerSupervisor } from './server-supervisor.ts';
import type { HandshakeInfo } from './status-board.ts';
import { openRemote } from './open-remote.ts';
import { locateProgram } from './stdio-process.ts';
import { openStdio } from './stdio-upstream.ts';
import { ToolHeaders } from './tool-headers.ts';
import type { CatalogReader, Upstream, UpstreamEvents } from './upstream.ts';

export interface ConnectionsOptions {
  readonly catalog: CatalogReader;
  readonly resolve: (entry: ServerEntry) => Promise<ResolvedServer>;
  readonly runDir: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Throws when the log cannot be written: then no server is started. */
  readonly audit: (event: ServerAuditEvent) => void;
  readonly onStatus: (status: ServerStatus) => void;
  readonly onStatusRemoved: (name: string) => void;
  /** The environment from which children inherit a few variables; this process's by default. */
  readonly hostEnv?: NodeJS.ProcessEnv;
  readonly loginShell?: LoginShellMode;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #clock: Clock;
  readonly #hostEnv: NodeJS.ProcessEnv;
  readonly #path: () => Promise<string | undefined>;
  readonly #servers = new Map<string, ServerSupervisor>();
  readonly #toolHeaders = new Map<string, ToolHeaders>();
  #isClosing = false;

  constructor(options: ConnectionsOptions) {
    const { clock = systemClock, hostEnv = process.env, loginShell = 'auto', logger } = options;
    this.#options = options;
    this.#clock = clock;
    this.#hostEnv = hostEnv;
    this.#path = createPathSource({ env: hostEnv, mode: loginShell, logger, clock });
  }

  /** Ends what a killed host left running; gives the number of children that were still alive. See leftovers.ts. */
  static reapLeftovers(runDir: string, logger: Logger): Promise<number> {
    return reapLeftovers(runDir, logger);
  }

  /**
   * A new connection for one session; a connection that the session has already is ended first. `era`: what the server speaks;
   * over stdio both are written alike.
   * @throws PortolanError SERVER_NOT_FOUND, SERVER_DISABLED, SERVER_CRASH_LOOP, HOST_DRAINING, SPAWN_*, and whatever
   *   resolving the entry throws
   */
  async open(name: string, sessionId: string, events: UpstreamEvents, era: Era = 'legacy'): Promise<Upstream> {
    if (this.#isClosing) {
      throw new PortolanError('HOST_DRAINING', 'Portolan is closing and starts no server.', { hint: 'Try again.' });
    }
    const entry = this.#entry(name);
    if (!entry.options.enabled) {
      throw new PortolanError('SERVER_DISABLED', `The server "${name}" is disabled.`, {
        hint: `Enable it in Portolan, or run: portolan enable ${name}`,
      });
    }
    return this.#server(name).open(entry, { sessionId, era }, events);
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

  /** Something went wrong with a server whose connection lives on. */
  noteFailure(name: string, error: PortolanError): void {
    this.#known(name)?.noteFailure(error);
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
    if (server !== undefined && this.#options.catalog.get(name) === undefined && this.#servers.delete(name)) {
      server.dispose();
      this.#options.onStatusRemoved(name);
    }
  }

  /** The catalog changed: tells the statuses of new and changed entries; removed ones are stopped and dropped. */
  async catalogChanged(change: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  }): Promise<void> {
    for (const name of change.added) this.#options.onStatus(this.status(name));
    for (const name of [...change.changed, ...change.removed]) this.#toolHeaders.delete(name);
    for (const name of change.changed) this.#known(name)?.entryChanged();
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
    return server;
  }

  async #openTransport(server: ResolvedServer, request: OpenRequest, events: UpstreamEvents): Promise<Upstream> {
    const { logger, runDir } = this.#options;
    const clock = this.#clock;
    if (server.endpoint.type !== 'stdio') {
      return openRemote(server, events, { logger, clock, era: request.era, toolHeaders: this.#headersOf(server.name) });
    }
    const path = await this.#path();
    const { sessionId } = request;
    return openStdio(server, events, { logger, clock, runDir, sessionId, hostEnv: this.#hostEnv, path });
  }

  #headersOf(name: string): ToolHeaders {
    const known = this.#toolHeaders.get(name) ?? new ToolHeaders();
    this.#toolHeaders.set(name, known);
    return known;
  }
}
