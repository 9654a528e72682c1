// The parts that sign in, put together for one host. Construction only.
import type { AuditEvent } from '../core/audit/audit-event.ts';
import type { Clock } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import type { StateDb } from '../core/base/state-db.ts';
import type { Catalog, CatalogChange } from '../core/catalog/catalog.ts';
import type { ResolvedServer } from '../core/catalog/resolve.ts';
import type { Connections } from '../core/connections/connections.ts';
import type { SignInWaits } from '../core/eras/upstreams.ts';
import { Identities } from '../core/identity/identities.ts';
import { ManagedIdentities } from '../core/identity/managed-identities.ts';
import { clientMetadataUrl } from '../core/oauth/client-metadata-document.ts';
import { ClientRegistrations } from '../core/oauth/client-registration.ts';
import { RealFlows } from '../core/oauth/real-flows.ts';
import { ServerSignIns } from '../core/oauth/server-sign-ins.ts';
import { isPersonal } from '../core/oauth/server-status.ts';
import { TokenBroker } from '../core/oauth/token-broker.ts';
import { TokenStore } from '../core/vault/token-store.ts';
import type { Vault } from '../core/vault/vault.ts';
import { PortolanError, toPortolanError } from '../shared/errors.ts';
import type { ServerEntry } from '../shared/model/server-entry.ts';
import { brokerProcess } from './broker-process.ts';
import { createEnterpriseWay } from './enterprise-way.ts';
import type { Feed } from './feed.ts';
import { followIdentities } from './follow-identities.ts';
import type { AuditPort, SettingsPort } from './ports.ts';
import type { SignInsPort } from './sign-in-ports.ts';
import { createSignIns } from './sign-ins.ts';

/** What has to happen elsewhere when somebody signs in or out. */
export interface SignInEffects {
  readonly connections: () => Pick<Connections, 'noteFailure' | 'noteRecovery'>;
  readonly upstreams: () => { forget(server: string): void };
  readonly consents: () => { forgetServer(server: string): void };
  readonly gateway: () => { closeServer(server: string, error: PortolanError): Promise<void> };
}

export interface SignInParts extends SignInWaits {
  readonly identities: Identities;
  readonly servers: ServerSignIns;
  readonly signIns: SignInsPort;
  /** Requests to this server go out in a person’s name, or soon will. */
  isPersonal(server: string): boolean;
  /** Identities, and the tokens of servers that are not what they were. Never rejects. */
  catalogChanged(change: CatalogChange): Promise<void>;
  /** Reads what is kept of identities. Never rejects. */
  start(): Promise<void>;
  close(): void;
}

export async function createSignInParts(
  options: {
    env: NodeJS.ProcessEnv;
    clock: Clock;
    logger: Logger;
    stateDb: StateDb;
    vault: Vault;
    catalog: Catalog;
    feed: Pick<Feed, 'signIns' | 'identities' | 'serverSignIn'>;
    settings: Pick<SettingsPort, 'get'>;
    resolve: (entry: ServerEntry) => Promise<ResolvedServer>;
    audit: Pick<AuditPort, 'append'>;
    tasks: { principalChanged(server: string, principal: string | undefined): void };
  },
  effects: SignInEffects,
): Promise<SignInParts> {
  const { env, clock, stateDb, vault, catalog, feed, resolve } = options;
  const logger = options.logger.child({ part: 'sign-in' });
  const audit = (event: AuditEvent): void => void options.audit.append(event);
  const waitMs = (): number => options.settings.get().signInWaitMs;
  const tokens = new TokenStore(vault);
  const unlocks = (identity: string): string[] =>
    servers.list().flatMap((status) => (status.identity === identity ? [status.server] : []));
  const managed = await ManagedIdentities.open({ env, logger, onChange: () => identities.refresh() });
  const identities = new Identities({ catalog, managed, vault, tokens, clock, env, logger, audit, unlocks });
  const metadataDocumentUrl = clientMetadataUrl(env);
  const registrations = new ClientRegistrations({
    stateDb,
    tokens,
    clock,
    audit,
    ...(metadataDocumentUrl !== undefined && { metadataDocumentUrl }),
  });
  const servers = new ServerSignIns({
    broker: new TokenBroker({ tokens, clock, process: brokerProcess() }),
    tokens,
    flows: new RealFlows({ clock, registrations, enterprise: createEnterpriseWay(identities, clock) }),
    clock,
    audit,
    waitMs,
    entries: () => catalog.list(),
    resolve,
    startIdentity: async (name, { way }) => {
      const { url, ...started } = await identities.startSignIn(name, way);
      return { ...started, ...(url !== undefined && { url: url.href }) };
    },
    hooks: {
      onSignIns: (list) => feed.signIns(list),
      onServer: (status) => feed.serverSignIn(status),
      onNeeded: (server, error) => effects.connections().noteFailure(server, error),
      onSignedIn: (server) => {
        effects.connections().noteRecovery(server, 'NEEDS_SIGN_IN');
        // Tasks of somebody else rest, and those of this person go on.
        void servers.principalOf(server).then((principal) => options.tasks.principalChanged(server, principal));
      },
      onPrincipalGone: async (server) => {
        // Whoever signs in next is told by onSignedIn: nobody's task is asked for under another name meanwhile.
        options.tasks.principalChanged(server, undefined);
        effects.consents().forgetServer(server);
        effects.upstreams().forget(server);
        await effects.gateway().closeServer(server, otherPerson(server));
      },
    },
  });
  const stop = followIdentities({ identities, servers, feed, logger });
  // What could not be read while it was locked can be now.
  vault.onOpen(() => void identities.start());
  return {
    identities,
    servers,
    signIns: createSignIns(servers, { askedAgain: (server) => identities.forgetRefusals(server) }),
    principalOf: (name) => servers.principalOf(name),
    waitFor: (error, waiting) => servers.waitFor(error, waiting),
    get waitMs() {
      return waitMs();
    },
    isPersonal: (server) => {
      const type = catalog.get(server)?.endpoint.type ?? 'stdio';
      return type !== 'stdio' && isPersonal(servers.status(server));
    },
    catalogChanged: async (change) => {
      identities.refresh();
      await servers.catalogChanged(change).catch((error: unknown) => {
        const { code, message } = toPortolanError(error);
        logger.warn('tokens of changed servers could not be moved or removed', { code, reason: message });
      });
    },
    start: () => identities.start(),
    close: () => {
      stop();
      managed.close();
      servers.close();
      identities.close();
    },
  };
}

function otherPerson(server: string): PortolanError {
  return new PortolanError('SERVER_CHANGED', `${server} was signed out, or somebody else has signed in to it.`, {
    hint: 'Restart the server in the client.',
  });
}
