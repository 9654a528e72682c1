// What the procedures of the contract are answered with: the parts of one host. Types only.
import type { Caller } from '../core/audit/audit-event.ts';
import type { Logger } from '../core/base/logger.ts';
import type { ResolvedServer } from '../core/catalog/resolve.ts';
import type { ServerEntry } from '../shared/model/server-entry.ts';
import type { HostStatus } from '../shared/model/system.ts';
import type { TaskTracker } from '../core/tasks/task-tracker.ts';
import type { SignInChecks } from './checks/sign-in-probes.ts';
import type { EventHub } from './events.ts';
import type { FileParts } from './file-parts.ts';
import type { GatewayControl } from './gateway-control.ts';
import type { NoticesPort } from './notice-parts.ts';
import type {
  ApprovalsPort,
  AuditPort,
  CatalogPort,
  ClientsPort,
  ConnectionsPort,
  GatewayPort,
  QuestionsPort,
  RegistriesPort,
  SettingsPort,
  TelemetryPort,
  VaultPort,
} from './ports.ts';
import type { IdentitiesPort, SignInsPort } from './sign-in-ports.ts';
import type { ToolCache } from './tool-cache.ts';
import type { WebControl } from './web-control.ts';

/** What core brings. */
export interface CoreParts extends FileParts {
  readonly approvals: ApprovalsPort;
  readonly audit: AuditPort;
  readonly catalog: CatalogPort;
  readonly clients: ClientsPort;
  readonly connections: ConnectionsPort;
  readonly gateway: GatewayPort;
  readonly questions: QuestionsPort;
  readonly registries: RegistriesPort;
  readonly tasks: TaskTracker;
  readonly notices: NoticesPort;
  readonly identities: IdentitiesPort;
  readonly signIns: SignInsPort;
  /** Absent where nothing signs in. */
  readonly signInChecks?: SignInChecks;
  readonly httpGateway: GatewayControl;
  readonly settings: SettingsPort;
  readonly telemetry: TelemetryPort;
  readonly vault: VaultPort;
  /** Resolves all references of an entry; the values stay in the host. */
  resolve(entry: ServerEntry): Promise<ResolvedServer>;
}

/** With what the host adds. */
export interface HostParts extends CoreParts {
  readonly events: EventHub;
  readonly logger: Logger;
  readonly tools: ToolCache;
  readonly web: WebControl;
  status(): HostStatus;
  /** Begins to leave; returns at once. */
  stop(mode: 'drain' | 'now'): void;
}

/** Who called a procedure, for the audit log. */
export interface RpcContext {
  readonly caller: Caller;
}

/** How the host's own clients appear in the audit log. */
export const WINDOW: Caller = { name: 'Portolan window' };
export const COMMAND_LINE: Caller = { name: 'Portolan command line' };
