// Large worlds for the window: thousands of servers, thousands of findings, every client that is known.
import type { ClientInfo, ImportPlan } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../shared/model/server-status.ts';
import { clients, importPlan } from './fake-clients.ts';
import type { FakeWorld } from './fake-world.ts';

/** Fills `world` with `count` servers called `server-1` and so on. */
export function fillWithServers(world: FakeWorld, count: number): void {
  const names = Array.from({ length: count }, (_, at) => `server-${at + 1}`);
  world.entries = names.map(
    (name): ServerEntry => ({
      name,
      endpoint: { type: 'stdio', command: 'npx', args: ['-y', `@acme/${name}`], env: {} },
      options: { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} },
    }),
  );
  const since = new Date(world.now).toISOString();
  const servers = names.map(
    (name): ServerStatus => ({ name, state: 'stopped', enabled: true, since, pids: [], sessions: 0, callsToday: 0 }),
  );
  world.snapshot = { ...world.snapshot, servers, catalog: { ...world.snapshot.catalog, servers: count } };
}

/** Adds servers of these names, those that are there left alone. */
export function addImported(world: FakeWorld, names: readonly string[]): void {
  for (const name of names) {
    if (world.entries.some((entry) => entry.name === name)) continue;
    world.addEntry({
      name,
      endpoint: { type: 'stdio', command: 'npx', args: ['-y', name], env: {} },
      options: { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} },
    });
  }
}

/** A plan of `count` new servers, every tenth with a secret and every hundredth with a remark. */
export function manyFindings(count: number): ImportPlan {
  const rows = Array.from({ length: count }, (_, at) => ({
    key: String(at + 1),
    name: `found-${at + 1}`,
    transport: 'stdio',
    where: `npx -y @acme/found-${at + 1}`,
    foundIn: [{ client: 'cursor', scope: 'user', path: '/home/maya/.cursor/mcp.json' }],
    action: 'add' as const,
    secrets: at % 10 === 0 ? [`found-${at + 1}.API_KEY`] : [],
    warnings: at % 100 === 0 ? [{ code: 'DEPRECATED_TRANSPORT_SSE' }] : [],
  }));
  return { ...importPlan(), rows, results: [] };
}

/** The clients of the little world and twenty-nine more that are not on this computer. */
export function manyClients(): ClientInfo[] {
  const more = Array.from({ length: 29 }, (_, at): ClientInfo => {
    const name = `Client ${String.fromCharCode(65 + (at % 26))}${at + 6}`;
    const files = at === 0 ? [] : [{ scope: 'user', path: `/home/maya/.client-${at}/mcp.json`, exists: false }];
    const id = `client-${at + 6}`;
    return { id, displayName: name, monogram: 'Cl', found: false, running: false, files, reload: `Restart ${name}.` };
  });
  return [...clients(), ...more];
}
