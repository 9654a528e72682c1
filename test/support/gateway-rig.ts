// A gateway for tests, in front of a recorder in memory or of real server processes, with clients attached over stream pairs.
import { randomBytes } from 'node:crypto';
import { duplexPair } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { join } from 'node:path';
import type { Caller } from '../../core/audit/audit-event.ts';
import { type Clock, systemClock } from '../../core/base/clock.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { EraDetector } from '../../core/eras/era-detector.ts';
import { EraStore } from '../../core/eras/era-store.ts';
import type { Human } from '../../core/eras/human.ts';
import { Upstreams } from '../../core/eras/upstreams.ts';
import { WarmStore } from '../../core/eras/warm/warm-store.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { Connections } from '../../core/connections/connections.ts';
import { openStdio } from '../../core/connections/stdio-upstream.ts';
import type { CatalogReader, Upstream } from '../../core/connections/upstream.ts';
import { Gateway } from '../../core/gateway/gateway.ts';
import type { AttachedSession, GatewayOptions } from '../../core/gateway/gateway-options.ts';
import type { HostLoad } from '../../core/gateway/host-load.ts';
import type { AuditSink, UpstreamSource } from '../../core/gateway/ports.ts';
import { PortolanError } from '../../shared/errors.ts';
import { type ServerEntry, serverEntrySchema } from '../../shared/model/server-entry.ts';
import type { Session } from '../../shared/model/server-status.ts';
import { MemoryAudit } from './memory-audit.ts';
import { RawClient } from './raw-client.ts';
import { RecordingSource } from './recording-upstream.ts';
import { everythingApproved, freshPins } from './pins.ts';
import { tempDir } from './temp-dir.ts';

export const ECHO_SERVER = fileURLToPath(new URL('../fixtures/echo-server.mjs', import.meta.url));
const CALLER = { name: 'unknown client', pid: 4711 };

export interface Attached {
  readonly client: RawClient;
  readonly session: AttachedSession;
}

/** A catalog of stdio entries: name to arguments of Node. */
export function catalogOf(
  entries: Record<string, { args: string[]; env?: Record<string, string>; options?: object }>,
): CatalogReader {
  const list: ServerEntry[] = Object.entries(entries).map(([name, { args, env = {}, options = {} }]) =>
    serverEntrySchema.parse({ name, endpoint: { type: 'stdio', command: process.execPath, args, env }, options }),
  );
  return { get: (name) => list.find((entry) => entry.name === name), list: () => list };
}

export function attachTo(
  gateway: Gateway,
  server: string,
  more: { id?: string; resume?: Buffer; pending?: Buffer[]; unanswered?: string[]; caller?: Caller } = {},
): Attached {
  const [ours, theirs] = duplexPair();
  const { id: sessionId = randomBytes(16).toString('hex'), ...rest } = more;
  const session = gateway.attach({ stream: ours, server, sessionId, caller: CALLER, ...rest });
  return { client: new RawClient(theirs), session };
}

interface Parts<Source extends UpstreamSource, Audit extends AuditSink> {
  readonly source: Source;
  readonly audit: Audit;
  readonly catalog: CatalogReader;
  readonly clock?: Clock | undefined;
  readonly strict?: boolean | undefined;
  readonly redact?: GatewayOptions['redact'];
  readonly load?: HostLoad | undefined;
  readonly telemetry?: GatewayOptions['telemetry'];
  readonly mayUse?: GatewayOptions['mayUse'];
}

/** A gateway over these parts, closed when the test has finished. */
export function gatewayOf<Source extends UpstreamSource, Audit extends AuditSink>(parts: Parts<Source, Audit>) {
  const { source, audit, catalog, clock, strict = false, redact, load, telemetry, mayUse } = parts;
  const told: Session[][] = [];
  const toolsChanged: string[] = [];
  const gateway = new Gateway({
    connections: source,
    catalog,
    audit,
    logger: silentLogger,
    strictAudit: () => strict,
    onSessions: (sessions) => told.push(sessions),
    onToolsChanged: (server) => toolsChanged.push(server),
    ...(clock !== undefined && { clock }),
    ...(redact !== undefined && { redact }),
    ...(load !== undefined && { load }),
    ...(telemetry !== undefined && { telemetry }),
    ...(mayUse !== undefined && { mayUse }),
  });
  onTestFinished(() => gateway.close());
  return { gateway, source, audit, told, toolsChanged };
}

/** A gateway before a recorder; every server name is known. */
export function recorderGateway(
  options: { clock?: Clock; strict?: boolean; entry?: object; redact?: GatewayOptions['redact']; load?: HostLoad } = {},
) {
  const { clock, strict, entry = {}, redact, load } = options;
  const known = serverEntrySchema.parse({
    name: 'recorder',
    endpoint: { type: 'stdio', command: 'none' },
    options: entry,
  });
  const catalog: CatalogReader = { get: () => known, list: () => [known] };
  return gatewayOf({ source: new RecordingSource(), audit: new MemoryAudit(), catalog, clock, strict, redact, load });
}

/** Real connections to real processes, closed when the test has finished. */
export function realConnections(catalog: CatalogReader): Connections {
  const connections = new Connections({
    catalog,
    resolve: ({ name, endpoint, options }) => Promise.resolve({ name, endpoint, options, secretValues: [] }),
    approvals: everythingApproved,
    pins: freshPins(),
    runDir: tempDir(),
    logger: silentLogger,
    loginShell: 'never',
    audit: () => undefined,
    onStatus: () => undefined,
    onStatusRemoved: () => undefined,
  });
  onTestFinished(() => connections.close());
  return connections;
}

/** The layers that a host puts before its connections, with stores of their own on disk. */
export function realUpstreams(
  catalog: CatalogReader,
  options: { human?: Human } = {},
): { upstreams: Upstreams; connections: Connections } {
  const connections = realConnections(catalog);
  const state = StateDb.open(join(tempDir(), 'state.db'));
  const warm = WarmStore.open(join(tempDir(), 'answers.db'), { now: () => systemClock.now() });
  onTestFinished(async () => {
    await connections.close();
    warm.close();
    state.close();
  });
  const detector = new EraDetector({
    store: new EraStore(state),
    clock: systemClock,
    openRaw: (name, sessionId, events, era) => connections.open(name, sessionId, events, era),
    entryOf: (name) => catalog.get(name),
    log: () => undefined,
  });
  const upstreams = new Upstreams({
    connections,
    catalog,
    detector,
    warm,
    human: options.human,
    clock: systemClock,
    stateKey: randomBytes(32),
  });
  return { upstreams, connections };
}

/** A gateway before the echo server as a real process. */
export function echoGateway(options: { env?: Record<string, string>; entry?: object; clock?: Clock } = {}) {
  const { env = {}, entry = {}, clock } = options;
  const catalog = catalogOf({ echo: { args: [ECHO_SERVER], env, options: entry } });
  return gatewayOf({ source: realConnections(catalog), audit: new MemoryAudit(), catalog, clock });
}

/** Real processes without supervision, so that hundreds may die in a row. */
export function bareProcesses(catalog: CatalogReader): UpstreamSource {
  const runDir = tempDir();
  const opened: Upstream[] = [];
  onTestFinished(async () => void (await Promise.all(opened.map((upstream) => upstream.close()))));
  return {
    async open(name, sessionId, events) {
      const entry = catalog.get(name);
      if (entry === undefined) throw new PortolanError('SERVER_NOT_FOUND', 'There is no such server.');
      const server = { ...entry, secretValues: [] };
      const upstream = await openStdio(server, events, { logger: silentLogger, runDir, sessionId });
      opened.push(upstream);
      return upstream;
    },
    noteHandshake: () => undefined,
    noteCall: () => undefined,
    noteTools: () => undefined,
    noteFailure: () => undefined,
  };
}
