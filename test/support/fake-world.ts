// The state behind the fake host: it changes as a real one would and tells every change as an event.
import { matchesFilter } from '../../renderer/features/activity/record-filter.ts';
import type { AuditFilter, AuditPage, AuditSummary, AuditVerdict } from '../../shared/model/audit-record.ts';
import type { ExportPlan } from '../../shared/model/import-result.ts';
import type { Question } from '../../shared/model/question.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { LogLine, ServerStatus } from '../../shared/model/server-status.ts';
import type { HostEvent, SecretInfo, Settings, Snapshot } from '../../shared/model/system.ts';
import type { Tool } from '../../shared/model/tool.ts';
import { before, entries, logLines, sessions, statuses, tools } from './fake-host-data.ts';
import { records } from './fake-records.ts';

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
  snapshot: Snapshot;
  noClients = false;
  fileChanged = false;
  exported: string | undefined;
  cancelled = 0;
  lastEvent = 1000;
  /** What the window sent, for tests that look at it. */
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
    this.secrets = empty
      ? []
      : [
          { name: 'github-authorization', changedAt: before(this.now, 19 * 86_400_000), usedBy: ['github'] },
          { name: 'postgres-prod-pgpassword', changedAt: before(this.now, 3_600_000), usedBy: ['postgres-prod'] },
          { name: 'old-token', changedAt: before(this.now, 90 * 86_400_000), usedBy: [] },
        ];
    this.snapshot = {
      host: {
        pid: 4120,
        version: '0.1.0',
        startedAt: before(this.now, 76 * 3_600_000),
        dataDir: '/home/maya/.local/share/Portolan',
        socket: '/home/maya/.local/share/Portolan/run/host.sock',
        draining: false,
        sessions: 7,
        inFlight: 0,
        rssBytes: 62_000_000,
      },
      catalog: {
        revision: 12,
        path: '/home/maya/.local/share/Portolan/catalog.json',
        servers: this.entries.length,
        canUndo: true,
      },
      servers: empty ? [] : statuses(this.now),
      sessions: empty ? [] : sessions(this.now),
      audit: { records: this.records.length, writable: true, ...(empty ? {} : { lastVerdict: this.#verdict(60_000) }) },
      vault: { state: 'unlocked', backend: 'Secret Service' },
      settings: {
        idleExitMinutes: 10,
        auditDurability: 'default',
        firstRunDone: !empty,
        singleKeyShortcuts: true,
        telemetry: { headers: {}, traces: false, metrics: false },
      },
      questions: [],
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
    this.emit({ type: 'server', server: status });
    return status;
  }

  setSettings(patch: { [Key in keyof Settings]?: Settings[Key] | undefined }): Settings {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const settings = { ...this.snapshot.settings, ...given };
    this.snapshot = { ...this.snapshot, settings };
    this.emit({ type: 'settings', settings });
    return settings;
  }

  /** Servers ask a person these; answering takes one away. */
  setQuestions(questions: Question[]): void {
    this.snapshot = { ...this.snapshot, questions };
    this.emit({ type: 'questions', questions });
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
    this.emit({ type: 'server-removed', name });
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
    const blocked = client === 'claude-desktop';
    return {
      planId: `export-${client}`,
      diff: {
        client,
        path: client === 'cursor' ? '/home/maya/.cursor/mcp.json' : `/home/maya/.config/${client}/mcp.json`,
        exists: true,
        changed: this.exported === undefined,
        lines: [
          { kind: 'same', old: 1, new: 1, text: '{' },
          { kind: 'same', old: 2, new: 2, text: '  // my servers, keep the order' },
          { kind: 'same', old: 3, new: 3, text: '  "mcpServers": {' },
          { kind: 'del', old: 4, text: '    "github": {' },
          { kind: 'del', old: 5, text: '      "url": "https://mcp.acme.example/github",' },
          { kind: 'del', old: 6, text: '      "headers": { "Authorization": "Bearer ••••••••••" }' },
          { kind: 'del', old: 7, text: '    },' },
          {
            kind: 'add',
            new: 4,
            text: '    "github": { "command": "/opt/Portolan/portolan", "args": ["connect", "github"] },',
          },
          { kind: 'gap', text: '12 lines unchanged' },
          { kind: 'same', old: 20, new: 17, text: '  }' },
          { kind: 'same', old: 21, new: 18, text: '}' },
        ],
      },
      servers: [{ name: 'github', clientName: 'github', action: 'replace' }],
      blockers: blocked
        ? [
            {
              code: 'CLIENT_RUNNING',
              message: 'Claude Desktop writes this file again when it quits, and would undo the change.',
            },
          ]
        : [],
      reload: 'Restart the client.',
    };
  }

  #verdict(ago: number): AuditVerdict {
    const total = this.records.length;
    return { ok: true, verified: total, total, at: before(Date.now(), ago), tookMs: 120, headHash: HEAD };
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
