// The core parts of a host in miniature: real behaviour over memory, so that the host's own files can be tried with
// nothing else running. A server named `echo` answers every call with its arguments; `slow` waits for `release`.
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { AuditEvent } from '../../core/audit/audit-event.ts';
import type { CoreParts } from '../../host/parts.ts';
import type { GatewayPort, LocalClientPort } from '../../host/ports.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { AuditSummary } from '../../shared/model/audit-record.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { serverOptionsSchema } from '../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../shared/model/server-status.ts';
import { settingsSchema, type VaultState } from '../../shared/model/system.ts';
import { noClients, offGateway } from './absent-parts.ts';
import { littleApproval, littleGate } from './little-approvals.ts';
import { littleFiles } from './little-inputs.ts';
import { LittleSignIns } from './little-sign-ins.ts';
import { littleNotices, littleTasks } from './little-tasks.ts';
import { until } from './until.ts';

export interface LittleParts extends CoreParts {
  readonly signIns: LittleSignIns;
  readonly recorded: AuditEvent[];
  readonly closedServers: string[];
  /** Streams that shims were attached with, newest last, and what came with them. */
  readonly attached: { sessionId: string; stream: Duplex; resume?: Buffer; pending?: readonly Buffer[] }[];
  /** Lets every call to `slow` go on. */
  release(): void;
}

const AT = '2026-01-01T00:00:00.000Z';

export function littleParts(idleExitMinutes = 10): LittleParts {
  const recorded: AuditEvent[] = [];
  const listeners = new Set<(records: AuditSummary[]) => void>();
  const entries = new Map<string, ServerEntry>();
  const secrets = new Map<string, string>();
  const profiles = new Map<string, Profile>();
  const released = Promise.withResolvers<void>();
  let settings = settingsSchema.parse({ idleExitMinutes });
  const options = serverOptionsSchema.parse({});
  const endpoint = { type: 'stdio' as const, command: 'true', args: [], env: {} };
  for (const name of ['echo', 'slow']) entries.set(name, { name, endpoint, options });
  entries.set('off', { name: 'off', endpoint, options: { ...options, enabled: false } });

  const entryOf = (name: string): ServerEntry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new PortolanError('SERVER_NOT_FOUND', `no server ${name}`);
    return entry;
  };
  const profileOf = (name: string): Profile => {
    const profile = profiles.get(name);
    if (profile === undefined) throw new PortolanError('PROFILE_NOT_FOUND', `no profile ${name}`);
    return profile;
  };
  const putProfile = (profile: Profile): Profile => {
    profiles.set(profile.name, profile);
    return profile;
  };
  const statusOf = (name: string): ServerStatus => ({
    name: entryOf(name).name,
    state: 'ready',
    enabled: true,
    since: AT,
    pids: [],
    sessions: 0,
    callsToday: 0,
  });
  const put = async (entry: ServerEntry): Promise<ServerEntry> => {
    entries.set(entry.name, entry);
    return entry;
  };
  const audit: CoreParts['audit'] = {
    append: (event) => {
      recorded.push(event);
      const seq = recorded.length;
      const summary = {
        seq,
        id: `r${seq}`,
        at: AT,
        kind: event.kind,
        outcome: event.outcome,
        what: event.what ?? event.kind,
      };
      for (const listener of listeners) listener([summary]);
      return { id: summary.id };
    },
    state: () => ({ records: recorded.length, writable: true }),
    setDurability: () => undefined,
    list: async () => ({ records: [], matching: 0, total: recorded.length }),
    get: async () => {
      throw new PortolanError('NOT_FOUND', 'no such record');
    },
    verify: async (onProgress) => {
      onProgress?.(0, recorded.length);
      return { ok: true, verified: recorded.length, total: recorded.length, at: AT, tookMs: 0, headHash: '' };
    },
    clientUse: async () => [],
    subscribe: (fn) => {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
  };
  let vault: VaultState = { state: 'not-probed', backend: 'memory', kind: 'memory' };
  const attached: LittleParts['attached'] = [];
  const closedServers: string[] = [];
  const signIns = new LittleSignIns();
  return {
    recorded,
    attached,
    closedServers,
    tasks: littleTasks(),
    notices: littleNotices,
    release: released.resolve,
    audit,
    ...littleGate,
    catalog: {
      state: () => ({ revision: 1, path: '/catalog.json', servers: entries.size, canUndo: false }),
      list: () => [...entries.values()],
      get: (name) => entries.get(name),
      add: put,
      update: async (name, patch) => {
        const entry = entryOf(name);
        return put({
          ...entry,
          endpoint: patch.endpoint ?? entry.endpoint,
          options: { ...entry.options, ...patch.options },
        });
      },
      remove: async (name) => entries.delete(entryOf(name).name),
      rename: async (name, to) => {
        const entry = entryOf(name);
        entries.delete(name);
        return put({ ...entry, name: to });
      },
      setEnabled: async (name, enabled) => {
        const entry = entryOf(name);
        return put({ ...entry, options: { ...entry.options, enabled } });
      },
      profiles: () => [...profiles.values()],
      profile: (name) => profiles.get(name),
      createProfile: async (profile) => putProfile(profile),
      updateProfile: async (name, patch) => putProfile({ ...profileOf(name), ...patch }),
      renameProfile: async (name, to) => {
        const profile = profileOf(name);
        profiles.delete(name);
        return putProfile({ ...profile, name: to });
      },
      removeProfile: async (name) => profiles.delete(profileOf(name).name),
      identities: () => [],
      undo: async () => {
        throw new PortolanError('NOTHING_TO_UNDO', 'nothing to undo');
      },
    },
    clients: noClients,
    connections: {
      status: statusOf,
      list: () => [...entries.keys()].map(statusOf),
      logs: (name) => {
        const line = { seq: 1, at: AT, source: 'stderr' as const, text: `${entryOf(name).name} says hello` };
        return { lines: (afterSeq) => (afterSeq < 1 ? [line] : []), subscribe: () => () => undefined };
      },
      roots: () => [],
      stopRoot: async () => false,
      stopServer: async () => undefined,
      approval: async (name) => littleApproval(entryOf(name)),
      approvalChanged: () => undefined,
      approve: async (name) => littleApproval(entryOf(name)),
      locate: async () => ({ file: '/bin/true', interpreter: undefined }),
      open: async () => {
        throw new PortolanError('UNSUPPORTED', 'nothing can be opened here');
      },
      noteHandshake: () => undefined,
    },
    gateway: littleGateway({ entryOf, attached, closedServers, released: released.promise }),
    questions: {
      list: () => [],
      answer: () => {
        throw new PortolanError('NOT_FOUND', 'no such question');
      },
    },
    identities: signIns.identities,
    ...littleFiles(),
    signIns,
    httpGateway: offGateway,
    settings: {
      get: () => settings,
      set: async (patch) => {
        settings = { ...settings, ...patch };
        return settings;
      },
    },
    telemetry: {
      state: () => ({ on: false, traces: false, metrics: false, spans: { queued: 0, sent: 0, dropped: 0 } }),
      configure: async () => undefined,
    },
    vault: {
      state: () => vault,
      probe: async () => (vault = { state: 'unlocked', backend: 'memory', kind: 'memory' }),
      set: async (name, value) => {
        secrets.set(name, value);
        return { name, changedAt: AT };
      },
      remove: async (name) => {
        if (!secrets.delete(name)) throw new PortolanError('SECRET_NOT_FOUND', `no secret ${name}`);
      },
      list: () => [...secrets.keys()].map((name) => ({ name, changedAt: AT })),
      orphan: () => undefined,
      unlock: async () => (vault = { ...vault, state: 'unlocked' }),
      lock: async () => (vault = { ...vault, state: 'locked' }),
      use: async (kind) => (vault = { state: 'unlocked', backend: kind, kind }),
    },
    resolve: async ({ name, endpoint, options: own }) => ({ name, endpoint, options: own, secretValues: [] }),
  };
}

function littleGateway(state: {
  entryOf(name: string): ServerEntry;
  attached: LittleParts['attached'];
  closedServers: string[];
  released: Promise<void>;
}): GatewayPort {
  let inFlight = 0;
  const open = new Map<string, { server: string; stream: Duplex }>();
  const clientOf = (server: string): LocalClientPort => ({
    serverInfo: { name: server, version: '1' },
    protocolVersion: '2025-11-25',
    ping: async () => undefined,
    listTools: async () => ({ server, tools: [{ name: 'echo' }], problems: [], at: AT }),
    callTool: async (tool, args, options) => {
      inFlight += 1;
      try {
        options.onProgress?.({ progress: 1, total: 2 });
        const aborted = Promise.withResolvers<void>();
        options.signal?.addEventListener('abort', () => aborted.resolve());
        if (server === 'slow') await Promise.race([state.released, aborted.promise]);
        return { isError: false, result: { tool, args }, bytes: 0, tookMs: 0, record: randomUUID() };
      } finally {
        inFlight -= 1;
      }
    },
  });
  return {
    attach: ({ stream, server, sessionId, resume, pending }) => {
      state.attached.push({
        sessionId,
        stream,
        ...(resume === undefined ? {} : { resume }),
        ...(pending === undefined ? {} : { pending }),
      });
      open.set(sessionId, { server, stream });
      stream.on('close', () => open.delete(sessionId));
      for (const bytes of pending ?? []) stream.write(bytes);
      stream.pipe(stream);
    },
    localClient: async (_caller, server) => clientOf(state.entryOf(server).name),
    sessions: () =>
      [...open].map(([id, { server }]) => ({ id, server, client: { name: 'x' }, since: AT, inFlight: 0, calls: 0 })),
    inFlight: () => inFlight,
    drain: async () => {
      await until(() => inFlight === 0, 'no call is in flight');
      return [...open].map(([sessionId, { stream }]) => {
        stream.end();
        return { sessionId, pending: [Buffer.from('kept over\n')] };
      });
    },
    profilesChanged: async () => undefined,
    listedTools: () => undefined,
    closeSession: async () => false,
    closeServer: async (name) => {
      state.closedServers.push(name);
    },
  };
}
