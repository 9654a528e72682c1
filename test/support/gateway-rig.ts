// A gateway for tests, in front of a recorder in memory or of real server processes, with clients attached over stream pairs.
import { randomBytes } from 'node:crypto';
import { duplexPair } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { Connections } from '../../core/connections/connections.ts';
import { openStdio } from '../../core/connections/stdio-upstream.ts';
import type { CatalogReader, Upstream } from '../../core/connections/upstream.ts';
import { type AttachedSession, Gateway, type GatewayOptions } from '../../core/gateway/gateway.ts';
import type { AuditSink, UpstreamSource } from '../../core/gateway/ports.ts';
import { PortolanError } from '../../shared/errors.ts';
import { type ServerEntry, serverEntrySchema } from '../../shared/model/server-entry.ts';
import type { Session } from '../../shared/model/server-status.ts';
import { MemoryAudit } from './memory-audit.ts';
import { RawClient } from './raw-client.ts';
import { RecordingSource } from './recording-upstream.ts';
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
  more: { id?: string; resume?: Buffer; pending?: Buffer[]; unanswered?: string[] } = {},
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
  readonly telemetry?: GatewayOptions['telemetry'];
}

/** A gateway over these parts, closed when the test has finished. */
export function gatewayOf<Source extends UpstreamSource, Audit extends AuditSink>(parts: Parts<Source, Audit>) {
  const { source, audit, catalog, clock, strict = false, redact, telemetry } = parts;
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
    ...(telemetry !== undefined && { telemetry }),
  });
  onTestFinished(() => gateway.close());
  return { gateway, source, audit, told, toolsChanged };
}

/** A gateway before a recorder; every server name is known. */
export function recorderGateway(
  options: { clock?: Clock; strict?: boolean; entry?: object; redact?: GatewayOptions['redact'] } = {},
) {
  const { clock, strict, entry = {}, redact } = options;
  const known = serverEntrySchema.parse({
    name: 'recorder',
    endpoint: { type: 'stdio', command: 'none' },
    options: entry,
  });
  const catalog: CatalogReader = { get: () => known, list: () => [known] };
  return gatewayOf({ source: new RecordingSource(), audit: new MemoryAudit(), catalog, clock, strict, redact });
}

/** Real connections to real processes, closed when the test has finished. */
export function realConnections(catalog: CatalogReader): Connections {
  const connections = new Connections({
    catalog,
    resolve: ({ name, endpoint, options }) => Promise.resolve({ name, endpoint, options, secretValues: [] }),
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
