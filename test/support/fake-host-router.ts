// Every procedure of the contract over the fake world. Data is checked by the contract itself on the way out.
import { implement, withEventMeta } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import type { Approval } from '../../shared/model/approval.ts';
import type { CheckResult } from '../../shared/model/server-status.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { clients, importPlan } from './fake-clients.ts';
import { addImported } from './fake-many.ts';
import { fakeSyncHandlers } from './fake-sync.ts';
import { fail } from './fake-fail.ts';
import { fileHandlers } from './fake-file-router.ts';
import { reachHandlers } from './fake-reach-router.ts';
import { signInHandlers } from './fake-sign-in-router.ts';
import { registryHandlers } from './fake-registry.ts';
import { detail } from './fake-records.ts';
import { taskHandlers } from './fake-tasks.ts';
import { vaultHandlers } from './fake-vault.ts';
import type { FakeWorld } from './fake-world.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export function fakeRouter(world: FakeWorld) {
  const os = implement(contract);
  const entryOf = (name: string): ServerEntry => {
    const found = world.entries.find((entry) => entry.name === name);
    if (!found) throw fail('SERVER_NOT_FOUND', `No server is named ${name}`);
    return found;
  };
  const statusOf = (name: string) => {
    const found = world.snapshot.servers.find((status) => status.name === name);
    if (!found) throw fail('SERVER_NOT_FOUND', `No server is named ${name}`);
    return found;
  };
  return os.router({
    ...reachHandlers(os, world),
    ...fileHandlers(os, world),
    vault: vaultHandlers(os, world),
    registry: registryHandlers(os.registry, world),
    tasks: taskHandlers(os, world),
    ...signInHandlers(os, world),
    catalog: {
      list: os.catalog.list.handler(() => ({ state: world.snapshot.catalog, servers: [...world.entries] })),
      get: os.catalog.get.handler(({ input }) => entryOf(input.name)),
      add: os.catalog.add.handler(({ input }) => {
        if (world.entries.some((entry) => entry.name === input.name))
          throw fail('DUPLICATE_NAME', `A server named ${input.name} exists`);
        world.received.push({ procedure: 'catalog.add', input });
        return world.addEntry({
          name: input.name,
          endpoint: input.endpoint,
          options: { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} },
        });
      }),
      update: os.catalog.update.handler(({ input }) => {
        world.received.push({ procedure: 'catalog.update', input });
        return world.replaceEntry(input.name, {
          ...entryOf(input.name),
          ...(input.endpoint ? { endpoint: input.endpoint } : {}),
          ...(input.options?.auth ? { options: { ...entryOf(input.name).options, auth: input.options.auth } } : {}),
        });
      }),
      remove: os.catalog.remove.handler(({ input }) => {
        entryOf(input.name);
        world.removeEntry(input.name);
        return {};
      }),
      rename: os.catalog.rename.handler(({ input }) => {
        const renamed = { ...entryOf(input.name), name: input.to };
        world.removeEntry(input.name);
        return world.addEntry(renamed);
      }),
      setEnabled: os.catalog.setEnabled.handler(({ input }) => {
        const held = entryOf(input.name);
        world.setStatus({ ...statusOf(input.name), enabled: input.enabled });
        return world.replaceEntry(input.name, { ...held, options: { ...held.options, enabled: input.enabled } });
      }),
      undo: os.catalog.undo.handler(() => world.undo()),
    },
    clients: {
      list: os.clients.list.handler(() =>
        world.noClients ? clients().map((info) => ({ ...info, found: false })) : (world.clients ?? clients()),
      ),
      planImport: os.clients.planImport.handler(({ input }) => {
        if (input.path !== undefined) throw fail('FILE_NOT_READABLE', `The file ${input.path} does not exist`);
        world.received.push({ procedure: 'clients.planImport', input });
        return world.findings ?? importPlan();
      }),
      applyImport: os.clients.applyImport.handler(({ input }) => {
        const added = (input.keys ?? []).map((key) => key.split(' ')[0] ?? key);
        addImported(world, added);
        return {
          added,
          skipped: [{ name: 'socket', code: 'SERVER_SKIPPED_TYPE', message: 'ws is not supported' }],
          secrets: ['github-authorization'],
        };
      }),
      planExport: os.clients.planExport.handler(({ input }) => world.exportPlan(input.client)),
      applyExport: os.clients.applyExport.handler(({ input }) => {
        if (world.fileChanged) throw fail('FILE_CHANGED', 'The file changed after the preview');
        world.exported = input.planId;
        const id = input.planId.replace('export-', '');
        const { diff, reload } = world.exportPlan(id);
        return { path: diff.path, changed: true, undoId: 'u1', reload };
      }),
      exportText: os.clients.exportText.handler(({ input }) => ({
        client: input.client,
        text: '{}',
        servers: [],
        reload: 'Restart the client.',
      })),
      undoExport: os.clients.undoExport.handler(() => {
        if (world.exported === undefined) throw fail('NOTHING_TO_UNDO', 'nothing was exported');
        world.exported = undefined;
        return { path: '/home/maya/.cursor/mcp.json', changed: true, reload: 'Restart Cursor.' };
      }),
      ...fakeSyncHandlers(os, world.sync),
    },
    servers: {
      list: os.servers.list.handler(() => [...world.snapshot.servers]),
      start: os.servers.start.handler(({ input }) => world.setStatus({ ...statusOf(input.name), state: 'starting' })),
      stop: os.servers.stop.handler(({ input }) =>
        world.setStatus({ ...statusOf(input.name), state: 'stopped', sessions: 0 }),
      ),
      restart: os.servers.restart.handler(({ input }) =>
        world.setStatus({ ...statusOf(input.name), state: 'starting' }),
      ),
      check: os.servers.check.handler(async function* ({ input }) {
        const broken = statusOf(input.name).state === 'failed';
        const titles = [
          'The entry is valid',
          'Its secrets are in the keychain',
          'The program exists',
          'The server answers initialize',
          'The server lists its tools',
        ];
        for (const [at, title] of titles.entries()) {
          const outcome: CheckResult['outcome'] = !broken || at < 2 ? 'ok' : at === 2 ? 'failed' : 'skipped';
          yield {
            id: `check-${at}`,
            title,
            outcome,
            ...(outcome === 'ok' ? { tookMs: 12 * (at + 1) } : {}),
            ...(outcome === 'failed'
              ? {
                  code: 'SPAWN_NOT_FOUND',
                  detail: 'The program /home/maya/bin/notes-mcp does not exist',
                  hint: 'Install the program, or correct the command.',
                }
              : {}),
          };
        }
      }),
      logs: os.servers.logs.handler(async function* ({ input, signal }) {
        yield* world.logs;
        if (input.follow) await aborted(signal);
      }),
      approval: os.servers.approval.handler(({ input }) => approvalOf(input.name)),
      approve: os.servers.approve.handler(({ input }) => {
        world.received.push({ procedure: 'servers.approve', input });
        const { reason: _reason, ...status } = statusOf(input.name);
        world.setStatus({ ...status, state: 'stopped' });
        return { ...approvalOf(input.name), needed: false };
      }),
      sessions: os.servers.sessions.handler(() => [...world.snapshot.sessions]),
    },
    tools: {
      list: os.tools.list.handler(({ input }) => ({
        server: input.name,
        tools: [...world.tools],
        problems: [{ index: 3, message: 'no name' }],
        at: new Date(world.now).toISOString(),
      })),
    },
    calls: {
      call: os.calls.call.handler(async function* ({ input, signal }) {
        world.received.push({ procedure: 'calls.call', input });
        const [task] = world.snapshot.tasks;
        if (input.asTask && task !== undefined) {
          yield { kind: 'task', task };
          return;
        }
        if (input.tool === 'fail_hard') throw fail('OUTCOME_UNKNOWN', 'The server stopped during the call');
        if (input.tool === 'slow_job') {
          yield { kind: 'progress', progress: 31, total: 48, message: 'linking' };
          await aborted(signal);
          world.cancelled += 1;
          return;
        }
        const isChart = input.tool === 'draw_chart';
        const content = isChart
          ? [{ type: 'image', mimeType: 'image/png', data: PIXEL }]
          : world.resultContent(input.arguments);
        yield {
          kind: 'done',
          isError: false,
          result: { content },
          tookMs: 1210,
          bytes: 412,
          record: world.records[0]?.id,
          ...(isChart && { problem: 'The structured content does not fit: it must be \u202eright.' }),
        };
      }),
    },
    audit: {
      list: os.audit.list.handler(({ input }) => world.page(input.filter, input.beforeSeq, input.limit)),
      get: os.audit.get.handler(({ input }) => {
        const found = world.records.find((record) => record.id === input.id || String(record.seq) === input.id);
        if (!found) throw fail('NOT_FOUND', `There is no record ${input.id}`);
        return detail(found, world.records);
      }),
      tail: os.audit.tail.handler(async function* ({ signal }) {
        yield* [];
        await aborted(signal);
      }),
      verify: os.audit.verify.handler(async function* () {
        const total = world.records.length;
        yield { kind: 'progress', verified: Math.floor(total / 2), total };
        yield { kind: 'done', verdict: world.verify() };
      }),
    },
    secrets: {
      list: os.secrets.list.handler(() => ({ vault: world.snapshot.vault, secrets: [...world.secrets] })),
      set: os.secrets.set.handler(({ input }) => world.setSecret(input.name, input.value)),
      remove: os.secrets.remove.handler(({ input }) => {
        world.secrets = world.secrets.filter((secret) => secret.name !== input.name);
        return {};
      }),
    },
    system: {
      status: os.system.status.handler(() => world.snapshot.host),
      snapshot: os.system.snapshot.handler(() => world.snapshot),
      events: os.system.events.handler(async function* ({ signal, lastEventId }) {
        for await (const { id, event } of world.events(Number(lastEventId ?? world.lastEvent), signal)) {
          yield withEventMeta(event, { id: String(id), retry: 200 });
        }
      }),
      setSettings: os.system.setSettings.handler(({ input }) => world.setSettings(input)),
      check: os.system.check.handler(async function* () {
        yield { id: 'host', title: 'The host answers', outcome: 'ok' };
      }),
      telemetry: os.system.telemetry.handler(() => ({
        on: false,
        traces: false,
        metrics: false,
        spans: { queued: 0, sent: 0, dropped: 0 },
      })),
      openWeb: os.system.openWeb.handler(() => ({ url: 'http://127.0.0.1:1/#code=x', base: 'http://127.0.0.1:1' })),
      revokeWeb: os.system.revokeWeb.handler(() => ({ ended: 0 })),
      stop: os.system.stop.handler(() => ({})),
    },
  });
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!signal || signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A server that nobody has approved in this form. */
const unapproved: Omit<Approval, 'name'> = {
  needed: true,
  digest: 'c'.repeat(64),
  entry: {
    state: 'changed',
    hash: 'd'.repeat(64),
    endpoint: {
      type: 'stdio',
      command: 'npx',
      args: ['-y', 'pg-mcp', '\u202Edrop'],
      env: { NODE_OPTIONS: '-r ./x.js' },
    },
    approved: 'e'.repeat(64),
    before: { type: 'streamable-http', url: 'https://pg.example/mcp', headers: {} },
  },
  risks: [
    {
      code: 'UNPINNED',
      at: 'args[1]',
      text: 'No exact version is named.',
      pin: { argument: 1, before: 'pg-mcp@', after: '' },
    },
  ],
  files: [],
};

function approvalOf(name: string): Approval {
  const path = '/home/maya/bin/notes-mcp';
  const file = { path, state: 'changed', pinnedPath: path, pinned: 'a'.repeat(64), now: 'b'.repeat(64) } as const;
  const endpoint = { type: 'stdio' as const, command: path, args: [], env: {} };
  const entry = { state: 'same' as const, hash: 'd'.repeat(64), endpoint };
  if (name === 'postgres-prod') return { ...unapproved, name };
  return { name, needed: true, digest: 'c'.repeat(64), entry, risks: [], files: [file] };
}
