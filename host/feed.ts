// From the parts' callbacks to the event stream: bursts become single events, ten a second per subject at most.
import type { Clock } from '../core/base/clock.ts';
import type { AuditSummary } from '../shared/model/audit-record.ts';
import type { IdentityStatus, ServerSignIn, SignIn } from '../shared/model/identity.ts';
import type { Question } from '../shared/model/question.ts';
import type { Profile } from '../shared/model/profile.ts';
import type { Task } from '../shared/model/task.ts';
import type { ServerStatus, Session } from '../shared/model/server-status.ts';
import type { AuditState, CatalogState, VaultState } from '../shared/model/system.ts';
import { coalesce } from './coalesce.ts';
import type { EventHub } from './events.ts';

/** Records in one audit event; a window that missed some asks for the list. */
const MAX_RECORDS_PER_EVENT = 200;

export interface Feed {
  server(status: ServerStatus): void;
  serverRemoved(name: string): void;
  sessions(sessions: readonly Session[]): void;
  auditRecords(records: readonly AuditSummary[]): void;
  auditState(): void;
  catalog(state: CatalogState): void;
  profiles(profiles: readonly Profile[]): void;
  vault(state: VaultState): void;
  toolsChanged(server: string): void;
  questions(waiting: Question[]): void;
  task(task: Task): void;
  signIns(list: readonly SignIn[]): void;
  identities(list: readonly IdentityStatus[]): void;
  serverSignIn(status: ServerSignIn): void;
  stop(): void;
}

/** `auditState` answers with the log's state at the moment of an event; undefined while it is being opened. */
export function createFeed(events: EventHub, options: { clock: Clock; auditState(): AuditState | undefined }): Feed {
  const { clock } = options;
  const servers = coalesce<ServerStatus | string>(
    (items) => {
      const last = new Map(items.map((item) => [typeof item === 'string' ? item : item.name, item]));
      const [removed, states]: [string[], ServerStatus[]] = [[], []];
      for (const item of last.values()) {
        if (typeof item === 'string') removed.push(item);
        else states.push(item);
      }
      events.publish({ type: 'servers', servers: states, removed });
    },
    { clock, maxItems: 20_000 },
  );
  const sessions = coalesce<readonly Session[]>(
    (items) => events.publish({ type: 'sessions', sessions: [...(items.at(-1) ?? [])] }),
    { clock, maxItems: 1 },
  );
  const audit = coalesce<AuditSummary>(
    (records) => {
      const state = options.auditState();
      if (state !== undefined) events.publish({ type: 'audit', state, records });
    },
    { clock, maxItems: MAX_RECORDS_PER_EVENT },
  );
  const tasks = coalesce<Task>(
    (items) => {
      const last = new Map(items.map((task) => [task.id, task]));
      for (const task of last.values()) events.publish({ type: 'task', task });
    },
    { clock, maxItems: 10_000 },
  );
  const serverSignIns = coalesce<ServerSignIn>(
    (items) => {
      const last = new Map(items.map((status) => [status.server, status]));
      for (const serverSignIn of last.values()) events.publish({ type: 'server-sign-in', serverSignIn });
    },
    { clock, maxItems: 10_000 },
  );
  return {
    server: (status) => servers.add(status),
    serverRemoved: (name) => servers.add(name),
    sessions: (list) => sessions.add(list),
    auditRecords: (records) => audit.add(...records),
    auditState: () => audit.add(),
    catalog: (catalog) => events.publish({ type: 'catalog', catalog }),
    profiles: (profiles) => events.publish({ type: 'profiles', profiles: [...profiles] }),
    vault: (vault) => events.publish({ type: 'vault', vault }),
    toolsChanged: (server) => events.publish({ type: 'tools-changed', server }),
    task: (task) => tasks.add(task),
    questions: (questions) => events.publish({ type: 'questions', questions }),
    signIns: (list) => events.publish({ type: 'sign-ins', signIns: [...list] }),
    identities: (list) => events.publish({ type: 'identities', identities: [...list] }),
    serverSignIn: (status) => serverSignIns.add(status),
    stop: () => {
      serverSignIns.stop();
      tasks.stop();
      servers.stop();
      sessions.stop();
      audit.stop();
    },
  };
}
