// One host: the list of its parts and how they are wired. Construction only; no behaviour lives here.
import { fileURLToPath } from 'node:url';
import type { AuditLog } from '../core/audit/audit-log.ts';
import { systemClock as clock } from '../core/base/clock.ts';
import { SettingsFile } from '../core/base/settings.ts';
import { StateDb } from '../core/base/state-db.ts';
import { Catalog, type CatalogChange } from '../core/catalog/catalog.ts';
import { Connections } from '../core/connections/connections.ts';
import { FrameTrace } from '../core/gateway/frame-trace.ts';
import { Gateway } from '../core/gateway/gateway.ts';
import { QuestionDesk } from '../core/gateway/question-desk.ts';
import { EntryApprovals } from '../core/policy/entry-approvals.ts';
import { ExecutablePins } from '../core/policy/executable-pins.ts';
import { Telemetry } from '../core/gateway/telemetry.ts';
import { TokenStore } from '../core/vault/token-store.ts';
import { VERSION } from '../shared/version.ts';
import { assembleHost } from './assemble-host.ts';
import { followCatalogChange } from './catalog-changes.ts';
import { createClients } from './client-parts.ts';
import { EventHub } from './events.ts';
import { coreShutdown } from './core-shutdown.ts';
import { createFeed } from './feed.ts';
import { createFileParts, createResolve } from './file-parts.ts';
import { fencedAudit } from './fenced-audit.ts';
import { createHttpGateway } from './http-gateway-parts.ts';
import { createRegistries } from './registry-parts.ts';
import { removeOrphanedSecrets } from './orphaned-secrets.ts';
import type { Host, HostEnvironment } from './run-host.ts';
import { createSignInParts } from './sign-in-parts.ts';
import { createTaskParts } from './task-parts.ts';
import { createUpstreams } from './upstreams.ts';
import { resolveCollector } from './telemetry-settings.ts';
import { openAuditLog } from './open-audit-log.ts';
import { openVault } from './open-vault.ts';

const WINDOW_FILES = fileURLToPath(new URL('../renderer', import.meta.url));

/**
 * Constructs the host of `environment.paths`. The lock is held, the socket already accepts and waits for this.
 * Throws STATE_NEWER and DATA_DIR_UNUSABLE; trouble with single files is told by their parts' states.
 */
export async function createHost(environment: HostEnvironment): Promise<Host> {
  const { paths, env, logger, redactor, fence } = environment;
  await Connections.reapLeftovers(paths.runDir, logger);
  const settings = SettingsFile.open({ path: paths.settings, logger });
  const stateDb = StateDb.open(paths.stateDb, { logger });
  const events = new EventHub();
  // The feed is there before the log: opening it may already tell something.
  let opened: AuditLog | undefined;
  const feed = createFeed(events, { clock, auditState: () => opened?.state() });
  const vault = await openVault({ stateDb, logger, redactor, env, clock, onState: (state) => feed.vault(state) });
  const log = await openAuditLog({ paths, logger, settings, vault, feed, events });
  opened = log;
  const audit = fencedAudit(log, fence, (event) => telemetry.noteRecord(event));
  const catalog = await Catalog.open({ path: paths.catalog, logger, onChange: (change) => onCatalogChange(change) });
  const approvals = new EntryApprovals({ stateDb, clock });
  approvals.begin(catalog.list());
  const files = createFileParts({ catalog, vault, settings, clock });
  const resolve = createResolve({ vault, inputs: files.inputs, env, redactor });
  const telemetry = new Telemetry({
    clock,
    logger: logger.child({ part: 'telemetry' }),
    settings: settings.get().telemetry,
    resolve: (to) => resolveCollector(to, resolve),
    entryOf: (name) => catalog.get(name),
  });
  const taskPorts = { feed, settings, audit, events, env, gateway: () => gateway, web: () => host.web };
  const { layer, ...taskParts } = createTaskParts({ stateDb, clock, logger, ...taskPorts });
  const signingIn = await createSignInParts(
    { env, clock, logger, stateDb, vault, catalog, feed, resolve, settings, audit, ...taskParts },
    { connections: () => connections, upstreams: () => upstreams, gateway: () => gateway, consents: () => httpGateway },
  );
  const { identities, servers, signIns } = signingIn;
  const connections = new Connections({
    catalog,
    resolve,
    authOf: (server, requester) => servers.authOf(server, requester),
    approvals,
    pins: new ExecutablePins({ stateDb, clock }),
    runDir: paths.runDir,
    hostEnv: env,
    logger: logger.child({ part: 'connections' }),
    audit: (event) => void audit.append(event),
    onStatus: (status) => {
      feed.server(status);
      if (status.state === 'ready') gateway.serverReady(status.name);
    },
    onStatusRemoved: (name) => feed.serverRemoved(name),
  });
  const questions = new QuestionDesk({
    clock,
    isPresent: () => events.readers > 0,
    onChange: (waiting) => feed.questions(waiting),
  });
  const { upstreams, close: closeUpstreams } = createUpstreams({
    cacheDir: paths.cacheDir,
    stateDb,
    connections,
    catalog,
    human: questions,
    clock,
    signIns: signingIn,
    tasks: layer,
    logger: logger.child({ part: 'eras' }),
  });
  const gateway = new Gateway({
    connections: upstreams,
    catalog,
    audit,
    logger: logger.child({ part: 'gateway' }),
    mayUse: (client, server) => httpGateway.mayUse(client, server),
    strictAudit: () => settings.get().auditDurability === 'strict',
    redact: (text) => redactor.redact(text),
    trace: new FrameTrace({ clock, redact: (text) => redactor.redact(text) }),
    onSessions: (sessions) => feed.sessions(sessions),
    telemetry,
    onToolsChanged: (server) => {
      host.tools.forget(server);
      feed.toolsChanged(server);
    },
  });
  const httpParts = { stateDb, clock, gateway, catalog, settings, env, logger, events, signIns: signingIn };
  const httpGateway = createHttpGateway(httpParts);
  const clients = createClients({
    env,
    backupsDir: paths.backupsDir,
    logger: logger.child({ part: 'clients' }),
    catalog,
    secrets: vault,
    httpGateway,
    audit,
    events,
  });
  const registries = createRegistries({ paths, env, clock, settings, vault, catalog });
  const stores = { approvals, catalog, registries, settings, vault, identities, signIns };
  const sweep = () => removeOrphanedSecrets({ ...stores, tokens: new TokenStore(vault), audit, logger });
  const reach = { connections, gateway, httpGateway, questions, telemetry, resolve };
  const host = assembleHost({
    core: { ...stores, ...files, ...taskParts, ...reach, audit, clients },
    environment,
    events,
    filesDir: WINDOW_FILES,
    abandon: () => connections.close(),
    shutdown: coreShutdown({
      clients,
      gateway,
      ...taskParts,
      connections,
      telemetry,
      signIns: signingIn,
      catalog,
      state: stateDb,
      audit,
      log,
      sweep,
      stopFeed: () => feed.stop(),
      closeUpstreams,
    }),
  });
  function onCatalogChange(change: CatalogChange): void {
    for (const name of change.removed) approvals.withdraw(name);
    const { tools } = host;
    const parts = { audit, connections, feed, gateway, httpGateway, logger, signIns: signingIn, tools };
    void followCatalogChange(change, { ...parts, profiles: () => catalog.profiles() });
  }
  httpGateway.start();
  void clients.start();
  taskParts.tasks.start();
  void sweep();
  void signingIn.start();
  audit.append({ kind: 'host.started', outcome: 'allowed', what: VERSION, detail: { pid: String(process.pid) } });
  return host;
}
