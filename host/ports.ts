// What the host's own files need from the parts that it wires, as small interfaces. Types only. The real parts are in
// core/ and are constructed in `host.ts` alone; tests bring their own.
import type { Duplex } from 'node:stream';
import type { ClientUse } from '../core/audit/client-use.ts';
import type { AuditEvent, Caller } from '../core/audit/audit-event.ts';
import type { ClientFormat } from '../core/clients/client-format.ts';
import type { ClientSync } from '../core/clients/client-sync.ts';
import type { ExportInput } from '../core/clients/clients.ts';
import type { ProcessRoot } from '../core/connections/connections.ts';
import type { Era } from '../core/connections/era.ts';
import type { HandshakeInfo } from '../core/connections/status-board.ts';
import type { CatalogReader, Upstream, UpstreamEvents } from '../core/connections/upstream.ts';
import type { Registries } from '../core/registry/registries.ts';
import type { PortolanError } from '../shared/errors.ts';
import type { Approval } from '../shared/model/approval.ts';
import type { SessionTrace } from '../core/gateway/frame-trace.ts';
import type { AuditDetail, AuditFilter, AuditPage, AuditSummary, AuditVerdict } from '../shared/model/audit-record.ts';
import type { Drift } from '../shared/model/client-sync.ts';
import type {
  ClientInfo,
  ExportDone,
  ExportPlan,
  ImportDone,
  ImportPlan,
  TextExport,
} from '../shared/model/import-result.ts';
import type { Identity } from '../shared/model/identity.ts';
import type { Profile } from '../shared/model/profile.ts';
import type { Endpoint, ServerEntry, ServerOptions, StdioEndpoint } from '../shared/model/server-entry.ts';
import type { LogLine, ServerStatus, Session } from '../shared/model/server-status.ts';
import type { AuditState, CatalogState, SecretInfo, Settings, VaultState } from '../shared/model/system.ts';
import type { Question, QuestionAnswer } from '../shared/model/question.ts';
import type { TelemetrySettings, TelemetryState } from '../shared/model/telemetry.ts';
import type { ToolList } from '../shared/model/tool.ts';
import type { AdoptedSession } from './adoptions.ts';

/** The audit log; the real one is `AuditLog`. */
export interface AuditPort {
  append(event: AuditEvent): { readonly id: string };
  state(): AuditState;
  setDurability(durability: Settings['auditDurability']): void;
  list(filter: AuditFilter, page: { beforeSeq?: number; limit: number }): Promise<AuditPage>;
  get(idOrSeq: string): Promise<AuditDetail>;
  verify(onProgress?: (verified: number, total: number) => void, signal?: AbortSignal): Promise<AuditVerdict>;
  subscribe(fn: (records: AuditSummary[]) => void): () => void;
  clientUse(since: string): Promise<ClientUse[]>;
}

/** The real one is `Catalog`. */
export interface CatalogPort extends CatalogReader {
  state(): CatalogState;
  add(entry: ServerEntry): Promise<ServerEntry>;
  update(name: string, patch: { endpoint?: Endpoint; options?: Partial<ServerOptions> }): Promise<ServerEntry>;
  remove(name: string): Promise<unknown>;
  rename(name: string, to: string): Promise<ServerEntry>;
  setEnabled(name: string, enabled: boolean): Promise<ServerEntry>;
  undo(): Promise<{ undone: string }>;
  profiles(): readonly Profile[];
  profile(name: string): Profile | undefined;
  createProfile(profile: Profile): Promise<Profile>;
  updateProfile(name: string, patch: Partial<Omit<Profile, 'name'>>): Promise<Profile>;
  renameProfile(name: string, to: string): Promise<Profile>;
  removeProfile(name: string): Promise<unknown>;
  identities(): readonly Identity[];
}

/** The real one is `EntryApprovals`. */
export interface ApprovalsPort {
  approveAll(entries: readonly Pick<ServerEntry, 'name' | 'endpoint'>[], way: 'imported' | 'reviewed'): void;
  approving<T>(
    entry: Pick<ServerEntry, 'name' | 'endpoint'>,
    way: 'added' | 'reviewed',
    change: () => Promise<T>,
  ): Promise<T>;
  revive(entry: Pick<ServerEntry, 'name' | 'endpoint'>): void;
  isApproved(entry: Pick<ServerEntry, 'name' | 'endpoint'>): boolean;
  /** Why the entry may not start or connect; undefined when it may. */
  holds(entry: Pick<ServerEntry, 'name' | 'endpoint'>): PortolanError | undefined;
}

/** The real one is `Clients`. Inputs have the shapes of shared/contract/clients.ts. */
export interface ClientsPort {
  list(input?: { projectDir?: string | undefined }): Promise<ClientInfo[]>;
  planImport(input: {
    client?: string | undefined;
    path?: string | undefined;
    text?: string | undefined;
    projectDir?: string | undefined;
  }): Promise<ImportPlan>;
  applyImport(input: { planId: string; keys?: string[] | undefined }): Promise<ImportDone>;
  exportText(input: {
    client: string;
    mode: 'connect' | 'direct';
    servers?: string[] | undefined;
    profile?: string | undefined;
  }): TextExport;
  planExport(input: ExportInput): Promise<ExportPlan>;
  applyExport(input: { planId: string; force: boolean; by: string }): Promise<ExportDone>;
  undoExport(input: { client: string; path?: string | undefined; force?: boolean }): Promise<ExportDone>;
  isFound(format: ClientFormat): Promise<boolean>;
  readonly sync: Pick<ClientSync, 'matrix' | 'plan' | 'apply' | 'history' | 'undo' | 'planRepair' | 'forget'>;
  knownDrift(): readonly Drift[];
  checkDrift(): Promise<readonly Drift[]>;
  /** Entries of Portolan in clients' files whose program is gone. */
  staleEntries(): Promise<{ client: string; path: string; name: string; missing: string }[]>;
}

/** The real one is `Connections`. */
export interface ConnectionsPort {
  status(name: string): ServerStatus;
  list(): ServerStatus[];
  logs(name: string): {
    lines(afterSeq: number): readonly LogLine[];
    subscribe(fn: (line: LogLine) => void): () => void;
  };
  stopServer(name: string): Promise<void>;
  approval(name: string): Promise<Approval>;
  approve(name: string, digest: string): Promise<Approval>;
  /** What is approved of a server is another thing than before. */
  approvalChanged(name: string): void;
  roots(): ProcessRoot[];
  stopRoot(pid: number): Promise<boolean>;
  /** The program that a command would start. Throws SPAWN_*. */
  locate(endpoint: StdioEndpoint): Promise<{ file: string; interpreter: string | undefined }>;
  /** A bare connection of its own, in the server's own dialect. Throws SERVER_*, SPAWN_*, URL_REFUSED. */
  open(name: string, sessionId: string, events: UpstreamEvents, era: Era): Promise<Upstream>;
  noteHandshake(name: string, info: HandshakeInfo, sessionId: string): void;
}

/** A call into a server by the host's own clients, through the same interceptors as everyone's. */
export interface LocalClientPort {
  /** As the server told it: foreign and unchecked. */
  readonly serverInfo: unknown;
  /** The same. */
  readonly capabilities?: unknown;
  readonly protocolVersion: string;
  ping(): Promise<void>;
  listTools(signal?: AbortSignal): Promise<ToolList>;
  callTool(
    tool: string,
    args: object,
    options: {
      timeoutMs?: number;
      signal?: AbortSignal;
      /** Asks for a task; the result tells of it. */
      asTask?: boolean;
      onProgress?(progress: { progress: number; total?: number; message?: string }): void;
    },
  ): Promise<{ isError: boolean; result: unknown; bytes: number; tookMs: number; record: string }>;
}

/** The real one is `Gateway`. */
export interface GatewayPort {
  attach(options: {
    stream: Duplex;
    server: string;
    sessionId: string;
    caller: Caller;
    resume?: Buffer;
    unanswered?: readonly string[];
    pending?: readonly Buffer[];
  }): unknown;
  localClient(caller: Caller, server: string): Promise<LocalClientPort>;
  sessions(): Session[];
  inFlight(): number;
  drain(): Promise<readonly AdoptedSession[]>;
  closeServer(name: string): Promise<void>;
  /** Sessions of these profiles follow the catalog. */
  profilesChanged(names: readonly string[]): Promise<void>;
  /** Names of the tools that a server last listed to a profile; undefined when it has not. */
  listedTools(server: string): readonly string[] | undefined;
  closeSession(id: string): Promise<boolean>;
  /** Absent when nothing is kept. */
  readonly trace?: SessionTrace | undefined;
}

/** The real one is `QuestionDesk`. */
export interface QuestionsPort {
  /** All that wait for a person, oldest first. */
  list(): Question[];
  /** Throws NOT_FOUND, and INPUT_INVALID with the field that does not fit. */
  answer(id: string, answer: QuestionAnswer): void;
}

/** The real one is `Vault`. */
export interface VaultPort {
  state(): VaultState;
  /** Uses the keychain to see whether it can be used, which may ask a person for a password. Never throws. */
  probe(): Promise<VaultState>;
  /** `entry`: it came along with an entry of the catalog, and goes with it. */
  set(name: string, value: string, origin?: 'person' | 'entry'): Promise<Omit<SecretInfo, 'usedBy'>>;
  /** The entry they came along with was deleted; what a person stored by name is left alone. */
  orphan(names: readonly string[]): void;
  remove(name: string): Promise<void>;
  list(): { name: string; changedAt: string }[];
  /** Opens the encrypted file. Throws PASSPHRASE_WRONG, KEYCHAIN_*, and UNSUPPORTED for other places. */
  unlock(passphrase: string): Promise<VaultState>;
  lock(): Promise<VaultState>;
  /** Throws KEYCHAIN_*, PASSPHRASE_WRONG, INPUT_INVALID; nothing has changed then. */
  use(backend: VaultState['kind'], passphrase?: string): Promise<VaultState>;
}

/** The real one is `Registries`. */
export type RegistriesPort = Pick<
  Registries,
  'sources' | 'search' | 'show' | 'form' | 'prepare' | 'discover' | 'updateRequest' | 'outdated' | 'card'
>;

/** The real one is `Telemetry`. */
export interface TelemetryPort {
  state(): TelemetryState;
  configure(settings: TelemetrySettings): Promise<void>;
}

export interface SettingsPort {
  get(): Settings;
  /** Throws FILE_NOT_WRITABLE. */
  set(patch: Partial<Settings>): Promise<Settings>;
}
