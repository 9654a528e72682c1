// The sync page's half of the fake host: a few clients, what stands in them, one history, and what drifted.
import type { implement } from '@orpc/server';
import type { contract } from '../../shared/contract/index.ts';
import type { Drift, FilePlan, HistoryEntry, SetDone, SetPlan, SyncMatrix } from '../../shared/model/client-sync.ts';
import { fail } from './fake-fail.ts';

type Cell = SyncMatrix['cells'][number];
type Changes = {
  client: string;
  servers?: string[] | undefined;
  profiles?: string[] | undefined;
  remove?: string[] | undefined;
}[];

const AT = '2026-01-01T12:00:00.000Z';
const PATHS: Readonly<Record<string, string>> = {
  'claude-desktop': '/home/maya/.config/Claude/claude_desktop_config.json',
  cursor: '/home/maya/.cursor/mcp.json',
  vscode: '/home/maya/.config/Code/User/mcp.json',
};

export class FakeSync {
  /** Clients that run, and so stop a set. */
  running = new Set<string>();
  cells: Cell[] = [
    { client: 'claude-desktop', target: 'github', state: 'ours', name: 'github', mode: 'connect' },
    { client: 'cursor', target: 'github', state: 'native', name: 'github' },
    { client: 'cursor', target: 'filesystem', state: 'changed', name: 'filesystem', mode: 'connect' },
  ];
  drift: Drift[] = [];
  history: HistoryEntry[] = [];
  planned: Changes = [];
  readonly #tell: (drift: Drift[]) => void;

  constructor(tell: (drift: Drift[]) => void) {
    this.#tell = tell;
  }

  setDrift(drift: Drift[]): void {
    this.drift = drift;
    this.#tell(drift);
  }

  matrix(): SyncMatrix {
    const client = (id: string, displayName: string, monogram: string) => {
      return { id, displayName, monogram, path: PATHS[id] ?? '', running: this.running.has(id) };
    };
    return {
      clients: [
        client('claude-desktop', 'Claude Desktop', 'CD'),
        client('cursor', 'Cursor', 'CU'),
        client('vscode', 'VS Code', 'VS'),
      ],
      cells: this.cells,
    };
  }

  plan(changes: Changes): SetPlan {
    this.planned = changes;
    const files = changes.map((change): FilePlan => {
      const names = [...(change.servers ?? []), ...(change.profiles ?? [])];
      return {
        client: change.client,
        diff: {
          client: change.client,
          path: PATHS[change.client] ?? '',
          exists: change.client !== 'vscode',
          changed: true,
          lines: [
            { kind: 'same', old: 1, new: 1, text: '{' },
            { kind: 'same', old: 2, new: 2, text: '  "mcpServers": {' },
            ...names.map((name, at) => ({
              kind: 'add' as const,
              new: 3 + at,
              text: `    "${name}": { "command": "/opt/Portolan/portolan", "args": ["connect", "${name}"] },`,
            })),
            ...(change.remove ?? []).map((name, at) => ({
              kind: 'del' as const,
              old: 3 + at,
              text: `    "${name}": { … },`,
            })),
            { kind: 'same', old: 3, new: 3 + names.length, text: '  }' },
          ],
        },
        servers: [
          ...names.map((name) => ({ name, clientName: name, action: 'add' as const })),
          ...(change.remove ?? []).map((name) => ({ name, clientName: name, action: 'remove' as const })),
        ],
        blockers: this.running.has(change.client)
          ? [
              {
                code: 'CLIENT_RUNNING',
                message: 'Claude Desktop writes this file again when it quits, and would undo the change.',
              },
            ]
          : [],
        reload: 'Restart the client.',
      };
    });
    return { planId: 'set-1', files, changed: files.length };
  }

  apply(force: boolean): SetDone {
    const blocked = this.planned.find(({ client }) => this.running.has(client));
    if (blocked !== undefined && !force) throw fail('CLIENT_RUNNING', 'Claude Desktop runs');
    for (const { client, servers = [], remove = [] } of this.planned) {
      const touched = new Set([...servers, ...remove]);
      this.cells = this.cells.filter((cell) => cell.client !== client || !touched.has(cell.target));
      this.cells.push(
        ...servers.map((name) => ({ client, target: name, state: 'ours' as const, name, mode: 'connect' as const })),
      );
    }
    const id = `set-${this.history.length + 1}`;
    const files = this.planned.map(({ client, servers = [], remove = [] }) => {
      return { client, path: PATHS[client] ?? '', servers: [...servers, ...remove] };
    });
    this.history = [{ id, at: AT, by: 'window', files, state: 'written' }, ...this.history];
    this.setDrift([]);
    return {
      id,
      files: files.map(({ client, path }) => ({ client, path, changed: true, reload: 'Restart the client.' })),
    };
  }

  undo(id: string | undefined): SetDone {
    const found = this.history.find((entry) => entry.state === 'written' && (id === undefined || entry.id === id));
    if (found === undefined) throw fail('NOTHING_TO_UNDO', 'There is no export to undo');
    this.history = this.history.map((entry) => (entry === found ? { ...entry, state: 'undone' } : entry));
    return {
      id: found.id,
      files: found.files.map(({ client, path }) => ({ client, path, changed: true, reload: '' })),
    };
  }
}

export function fakeSyncHandlers(os: ReturnType<typeof implement<typeof contract>>, sync: FakeSync) {
  const { clients } = os;
  return {
    matrix: clients.matrix.handler(() => sync.matrix()),
    planSync: clients.planSync.handler(({ input }) => sync.plan(input.changes)),
    applySync: clients.applySync.handler(({ input }) => sync.apply(input.force)),
    history: clients.history.handler(() => sync.history),
    undo: clients.undo.handler(({ input }) => sync.undo(input.id)),
    checkDrift: clients.checkDrift.handler(() => sync.drift),
    planRepair: clients.planRepair.handler(() =>
      sync.plan(sync.drift.map(({ client, target }) => ({ client, servers: [target] }))),
    ),
    forgetDrift: clients.forgetDrift.handler(({ input }) => {
      sync.setDrift(sync.drift.filter(({ id }) => !input.ids.includes(id)));
      return {};
    }),
  };
}
