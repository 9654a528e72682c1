// The state behind the fake host: it changes as a real one would and tells every change as an event.
import type { LinkReview } from '../../shared/model/link-review.ts';
import type { InputStatus } from '../../shared/model/catalog-input.ts';
import { matchesFilter } from '../../renderer/features/activity/record-filter.ts';
import { applyEvent } from '../../renderer/state/apply-event.ts';
import type { AuditFilter, AuditPage, AuditSummary, AuditVerdict } from '../../shared/model/audit-record.ts';
import type { ClientInfo, ExportPlan, ImportPlan } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { LogLine, ServerStatus, Session } from '../../shared/model/server-status.ts';
import type { ConnectionMatrix, ServerProcess, TraceFrame } from '../../shared/model/connection.ts';
import type { GatewayStatus } from '../../shared/model/gateway.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { Question, QuestionAnswer } from '../../shared/model/question.ts';
import {
  type HostEvent,
  type SecretInfo,
  type Settings,
  settingsSchema,
  type Snapshot,
} from '../../shared/model/system.ts';
import type { Task } from '../../shared/model/task.ts';
import type { Tool } from '../../shared/model/tool.ts';
import { exportPlan } from './fake-clients.ts';
import { FakeSync } from './fake-sync.ts';
import { before, entries, hostStatus, logLines, secrets, sessions, statuses, tools } from './fake-host-data.ts';
import { gatewayStatus, processes, profiles, trace } from './fake-reach.ts';
import { records } from './fake-records.ts';
import { LittleSignIns } from './little-sign-ins.ts';

export interface FakeWorldOptions {
  readonly empty?: boolean;
  readonly recordCount?: number;
}

const HEAD = 'sha256:9c1e8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d07ab';

export class FakeWorld {
  readonly now = Date.now();
  entries: ServerEntry[];
  records: AuditSummary[];
  tools: Tool[] = tools();
  logs: LogLine[] = logLines(this.now);
  secrets: SecretInfo[];
  inputs: InputStatus[] = [];
  review: LinkReview | undefined;
  snapshot: Snapshot;
  /** Instead of the one that follows from servers and sessions. */
  matrix: ConnectionMatrix | undefined;
  processes: ServerProcess[];
  readonly signIns: LittleSignIns;
  trace: TraceFrame[] = trace(this.now);
  noClients = false;
  /** Instead of the few clients and findings of the little world. */
  clients: ClientInfo[] | undefined;
  findings: ImportPlan | undefined;
  fileChanged = false;
  exported: string | undefined;
  readonly sync = new FakeSync((drift) => this.#merge({ drift }, { type: 'drift', drift }));
  cancelled = 0;
  lastEvent = 1000;
  /** What the window sent. */
  readonly received: { procedure: string; input: unknown }[] = [];
  resultContent: (args: unknown) => unknown[] = (args) => [
    { type: 'text', text: JSON.stringify({ status: 'queued', given: args }, null, 2) },
  ];
  readonly #events: { id: number; event: HostEvent }[] = [];
  readonly #waiting = new Set<() => void>();
  #before: { entries: ServerEntry[]; servers: ServerStatus[] } | undefined;

  constructor({ empty = false, recordCount = 10_000 }: FakeWorldOptions = {}) {
    this.entries = empty ? [] : entries();
    this.records = records(empty ? 0 : recordCount, this.now);
    this.signIns = new LittleSignIns({ empty });
    this.signIns.tell = {
      signIns: (signIns) => this.#merge({ signIns }, { type: 'sign-ins', signIns }),
      identities: (identities) => this.#merge({ identities }, { type: 'identities', identities }),
      server: (serverSignIn) =>
        this.#merge({ serverSignIns: this.signIns.servers() }, { type: 'server-sign-in', serverSignIn }),
    };
    this.processes = empty ? [] : processes(this.now);
    this.secrets = empty ? [] : secrets(this.now);
    this.snapshot = {
      host: hostStatus(this.now),
      catalog: {
        revision: 12,
        path: '/home/maya/.local/share/Portolan/catalog.json',
        servers: this.entries.length,
        canUndo: true,
      },
      servers: empty ? [] : statuses(this.now),
      sessions: empty ? [] : sessions(this.now),
      audit: { records: this.records.length, writable: true, ...(empty ? {} : { lastVerdict: this.#verdict(60_000) }) },
      vault: { state: 'unlocked', backend: 'Secret Service', kind: 'keychain' },
      settings: settingsSchema.parse({ firstRunDone: !empty }),
      profiles: empty ? [] : profiles(),
      gateway: gatewayStatus(this.now, !empty),
      questions: [],
      tasks: [],
      signIns: this.signIns.list(),
      identities: this.signIns.identities.list(),
      serverSignIns: this.signIns.servers(),
      drift: this.sync.drift,
      lastEventId: '1000',
    };
  }

  emit(event: HostEvent): void {
    this.lastEvent += 1;
    this.#events.push({ id: this.lastEvent, event });
    this.snapshot = { ...this.snapshot, lastEventId: String(this.lastEvent) };
    for (const wake of this.#waiting) wake();
  }

  async *events(after: number, signal: AbortSignal | undefined): AsyncGenerator<{ id: number; event: HostEvent }> {
    let last = after;
    for (;;) {
      if (signal?.aborted) return;
      for (const held of this.#events.filter(({ id }) => id > last)) {
        last = held.id;
        yield held;
      }
      if (this.lastEvent > last) continue;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#waiting.delete(done);
          resolve();
        };
        this.#waiting.add(done);
        signal?.addEventListener('abort', done, { once: true });
      });
    }
  }

  /** Changes parts of the snapshot and tells the window. */
  patch(part: Partial<Pick<Snapshot, 'audit' | 'catalog' | 'vault' | 'host'>>): void {
    this.snapshot = { ...this.snapshot, ...part };
    if (part.audit) this.emit({ type: 'audit', state: part.audit, records: [] });
    if (part.catalog) this.emit({ type: 'catalog', catalog: part.catalog });
    if (part.vault) this.emit({ type: 'vault', vault: part.vault });
    if (part.host) this.emit({ type: 'host', host: part.host });
  }

  setStatus(status: ServerStatus): ServerStatus {
    const others = this.snapshot.servers.filter((held) => held.name !== status.name);
    this.snapshot = { ...this.snapshot, servers: [...others, status] };
    this.emit({ type: 'servers', servers: [status], removed: [] });
    return status;
  }

  setSettings(patch: { [Key in keyof Settings]?: Settings[Key] | undefined }): Settings {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const settings = { ...this.snapshot.settings, ...given };
    this.snapshot = { ...this.snapshot, settings };
    this.emit({ type: 'settings', settings });
    return settings;
  }

  setSessions(sessions: Session[]): void {
    this.snapshot = { ...this.snapshot, sessions };
    this.emit({ type: 'sessions', sessions });
  }

  setProfiles(profiles: Profile[]): void {
    this.#merge({ profiles }, { type: 'profiles', profiles });
  }

  setGateway(gateway: GatewayStatus): GatewayStatus {
    this.snapshot = { ...this.snapshot, gateway };
    this.emit({ type: 'gateway', gateway });
    return gateway;
  }

  setQuestions(questions: Question[]): void {
    this.snapshot = { ...this.snapshot, questions };
    this.emit({ type: 'questions', questions });
  }

  setTask(task: Task): Task {
    this.#merge(applyEvent(this.snapshot, { type: 'task', task }), { type: 'task', task });
    return task;
  }

  /** The first answer decides; false for a question that is not there any more. */
  answer(id: string, answer: QuestionAnswer): boolean {
    if (!this.snapshot.questions.some((question) => question.id === id)) return false;
    this.received.push({ procedure: 'questions.answer', input: { id, ...answer } });
    this.setQuestions(this.snapshot.questions.filter((question) => question.id !== id));
    return true;
  }

  setSecret(name: string, value: string): SecretInfo {
    this.received.push({ procedure: 'secrets.set', input: { name, value } });
    const secret = { name, changedAt: new Date(this.now).toISOString(), usedBy: [] };
    this.secrets = [...this.secrets.filter((held) => held.name !== name), secret];
    return secret;
  }

  addEntry(entry: ServerEntry): ServerEntry {
    this.#keep();
    this.entries = [...this.entries, entry];
    this.setStatus({
      name: entry.name,
      state: 'stopped',
      enabled: true,
      since: new Date(this.now).toISOString(),
      pids: [],
      sessions: 0,
      callsToday: 0,
    });
    this.#catalogChanged();
    return entry;
  }

  replaceEntry(name: string, entry: ServerEntry): ServerEntry {
    this.#keep();
    this.entries = this.entries.map((held) => (held.name === name ? entry : held));
    this.#catalogChanged();
    return entry;
  }

  removeEntry(name: string): void {
    this.#keep();
    this.entries = this.entries.filter((held) => held.name !== name);
    this.snapshot = { ...this.snapshot, servers: this.snapshot.servers.filter((held) => held.name !== name) };
    this.emit({ type: 'servers', servers: [], removed: [name] });
    this.#catalogChanged();
  }

  undo(): { undone: string } {
    if (this.#before) {
      this.entries = this.#before.entries;
      for (const status of this.#before.servers) this.setStatus(status);
    }
    this.#catalogChanged();
    return { undone: 'the last change' };
  }

  page(filter: AuditFilter, beforeSeq: number | undefined, limit: number): AuditPage {
    const matching = this.records.filter((record) => matchesFilter(record, filter));
    const older = matching.filter((record) => beforeSeq === undefined || record.seq < beforeSeq);
    const shown = older.slice(0, limit);
    const last = shown.at(-1);
    return {
      records: shown,
      matching: matching.length,
      total: this.records.length,
      ...(last && older.length > limit ? { nextBeforeSeq: last.seq } : {}),
    };
  }

  /** Adds `count` records as if calls had just been made. */
  addRecords(count: number): void {
    const newest = this.records[0]?.seq ?? 0;
    const added = records(count, Date.now()).map((record, at) => ({
      ...record,
      seq: newest + count - at,
      id: `rec-${newest + count - at}`,
    }));
    this.records = [...added, ...this.records];
    const audit = { ...this.snapshot.audit, records: this.records.length };
    this.snapshot = { ...this.snapshot, audit };
    this.emit({ type: 'audit', state: audit, records: added });
  }

  verify(): AuditVerdict {
    const lastVerdict = this.#verdict(0);
    this.patch({ audit: { ...this.snapshot.audit, lastVerdict } });
    return lastVerdict;
  }

  exportPlan(client: string): ExportPlan {
    return exportPlan(client, this.exported === undefined);
  }

  #verdict(ago: number): AuditVerdict {
    const total = this.records.length;
    return { ok: true, verified: total, total, at: before(Date.now(), ago), tookMs: 120, headHash: HEAD };
  }

  #merge(part: Partial<Snapshot>, event: HostEvent): void {
    this.snapshot = { ...this.snapshot, ...part };
    this.emit(event);
  }

  #keep(): void {
    this.#before = { entries: this.entries, servers: [...this.snapshot.servers] };
  }

  #catalogChanged(): void {
    this.patch({
      catalog: { ...this.snapshot.catalog, revision: this.snapshot.catalog.revision + 1, servers: this.entries.length },
    });
  }
}
