// The Connections object over real processes: who may open, what the status says, when a start is refused.
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../../core/base/clock.ts';
import { silentLogger } from '../../../core/base/logger.ts';
import { Connections } from '../../../core/connections/connections.ts';
import type { ServerAuditEvent } from '../../../core/connections/server-audit.ts';
import { PortolanError } from '../../../shared/errors.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { everythingApproved, freshPins } from '../../support/pins.ts';
import { lives } from '../../support/processes.ts';
import { evilEntry, initialize, Recorder, request } from '../../support/stdio-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected, thrown } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const INFO = { protocolVersion: '2025-11-25', serverInfo: { name: 'evil-stdio', version: '1.0.0' } };

function setUp(
  entries: readonly ServerEntry[],
  options: { clock?: Clock; audit?: (event: ServerAuditEvent) => void } = {},
) {
  const catalog = new Map(entries.map((entry) => [entry.name, entry]));
  const statuses: ServerStatus[] = [];
  const removed: string[] = [];
  const audited: ServerAuditEvent[] = [];
  const connections = new Connections({
    catalog: { get: (name) => catalog.get(name), list: () => [...catalog.values()] },
    resolve: async (entry) => ({ ...entry, secretValues: [] }),
    approvals: everythingApproved,
    pins: freshPins(),
    runDir: join(tempDir(), 'run'),
    logger: silentLogger,
    loginShell: 'never',
    audit: options.audit ?? ((event) => void audited.push(event)),
    onStatus: (status) => void statuses.push(status),
    onStatusRemoved: (name) => void removed.push(name),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  onTestFinished(async () => {
    const { clock } = options;
    const pump = clock instanceof ManualClock ? setInterval(() => clock.advance(100), 5) : undefined;
    await connections.close();
    clearInterval(pump);
  });
  const open = async (name: string, sessionId = 's1') => {
    const events = new Recorder();
    return { events, upstream: await connections.open(name, sessionId, events) };
  };
  return { catalog, connections, statuses, removed, audited, open };
}

describe('open', () => {
  test('refuses what is not in the catalog, what is disabled, and everything once closing', async () => {
    const { connections, open } = setUp([evilEntry('off', [], {}, { enabled: false })]);
    expect((await rejected(open('nobody'))).code).toBe('SERVER_NOT_FOUND');
    expect((await rejected(open('off'))).code).toBe('SERVER_DISABLED');
    expect(thrown(() => connections.status('nobody')).code).toBe('SERVER_NOT_FOUND');
    await connections.close();
    expect((await rejected(open('off'))).code).toBe('HOST_DRAINING');
  });

  test('tells the life of a server in its status, each state once', async () => {
    const { connections, statuses, audited, open } = setUp([evilEntry('one', [])]);
    const { upstream, events } = await open('one');
    upstream.send(initialize());
    await events.result(0);
    connections.noteHandshake('one', INFO);
    connections.noteTools('one', 1);
    expect(connections.status('one')).toMatchObject({
      ...INFO,
      state: 'ready',
      toolCount: 1,
      sessions: 1,
      pids: [upstream.pid],
    });
    await upstream.close();
    expect(statuses.map(({ state, pids, sessions }) => [state, pids.length, sessions])).toEqual([
      ['starting', 0, 1],
      ['starting', 1, 1],
      ['ready', 1, 1],
      ['ready', 1, 1],
      ['ready', 1, 1],
      ['stopped', 0, 0],
    ]);
    expect(new Set(statuses.map((status) => JSON.stringify(status))).size).toBe(statuses.length);
    expect(audited.map(({ kind, outcome, session }) => [kind, outcome, session])).toEqual([
      ['server.started', 'allowed', 's1'],
      ['server.stopped', 'allowed', 's1'],
    ]);
  });

  test('a crash leaves the reason in the status, the log and the audit', async () => {
    const { connections, audited, open } = setUp([evilEntry('one', [])]);
    const { upstream, events } = await open('one');
    upstream.send(request(1, 'test/exit', { code: 9 }));
    await until(() => events.closed.length > 0, 'the exit is told');
    expect(connections.status('one')).toMatchObject({
      state: 'failed',
      reason: { code: 'SERVER_EXITED' },
      pids: [],
      sessions: 0,
    });
    expect(connections.logs('one').lines().at(-1)?.text).toContain('exit code 9');
    expect(audited.at(-1)).toMatchObject({
      kind: 'server.stopped',
      outcome: 'error',
      reason: { code: 'SERVER_EXITED' },
    });
  });

  test('without an audit log nothing is started', async () => {
    const refuse = () => {
      throw new PortolanError('AUDIT_NOT_WRITABLE', 'The log cannot be written.');
    };
    const { connections, open } = setUp([evilEntry('one', [])], { audit: refuse });
    expect((await rejected(open('one'))).code).toBe('AUDIT_NOT_WRITABLE');
    expect(connections.status('one')).toMatchObject({ state: 'failed', pids: [] });
  });

  test('SUP-18: a session has one process: opening again ends the first one before', async () => {
    const { open } = setUp([evilEntry('one', [])]);
    const first = await open('one');
    const second = await open('one');
    expect([lives(first.upstream.pid ?? 0), lives(second.upstream.pid ?? 0)]).toEqual([false, true]);
    const other = await open('one', 's2');
    expect([lives(second.upstream.pid ?? 0), lives(other.upstream.pid ?? 0)]).toEqual([true, true]);
  });
});

describe('the start timeout', () => {
  test('SUP-15: a handshake after 29 seconds is in time', async () => {
    const clock = new ManualClock();
    const { connections, open } = setUp([evilEntry('slow', [])], { clock });
    const { upstream } = await open('slow');
    clock.advance(29_000);
    connections.noteHandshake('slow', INFO);
    clock.advance(5_000);
    expect([connections.status('slow').state, lives(upstream.pid ?? 0)]).toEqual(['ready', true]);
  });

  test('SUP-15: after 31 seconds the start has failed with the reason, and no process is left', async () => {
    const clock = new ManualClock();
    const { connections, open } = setUp([evilEntry('slow', ['silent', 'stay'])], { clock });
    const { upstream, events } = await open('slow');
    upstream.send(initialize());
    clock.advance(31_000);
    await until(() => {
      clock.advance(100);
      return events.closed.length > 0;
    }, 'the connection is closed');
    expect(events.failures.map(({ id, error }) => [id, error.code])).toEqual([['0', 'SERVER_START_TIMEOUT']]);
    expect(events.closed.map(({ code }) => code)).toEqual(['SERVER_START_TIMEOUT']);
    expect(connections.status('slow')).toMatchObject({
      state: 'failed',
      reason: { code: 'SERVER_START_TIMEOUT' },
      pids: [],
    });
    expect(lives(upstream.pid ?? 0)).toBe(false);
  });

  test('a handshake that names no session belongs to the start that has answered, not to one that hangs', async () => {
    const clock = new ManualClock();
    const { catalog, connections, open } = setUp([evilEntry('slow', ['silent'])], { clock });
    const hanging = await open('slow', 's1');
    catalog.set('slow', evilEntry('slow', []));
    const good = await open('slow', 's2');
    good.upstream.send(initialize());
    await good.events.result(0);
    connections.noteHandshake('slow', INFO);
    clock.advance(31_000);
    await until(() => {
      clock.advance(100);
      return hanging.events.closed.length > 0;
    }, 'the one that hangs is ended');
    expect(good.events.closed).toEqual([]);
    expect(connections.status('slow').state).toBe('degraded');
  });
});

describe('a server that keeps crashing', () => {
  const crashing = () => evilEntry('false', [], { command: '/bin/false', args: [] });

  test('SUP-10: is started five times in ten seconds at most, then after waits of up to a minute', async () => {
    const clock = new ManualClock();
    const { connections, open } = setUp([crashing()], { clock });
    const starts: number[] = [];
    const refusals = new Set<string>();
    for (let now = 0; now < 300_000; now += 250) {
      const attempt = await open('false').catch((error: unknown) => refusals.add((error as PortolanError).code));
      if ('events' in attempt) {
        starts.push(now);
        await until(() => attempt.events.closed.length > 0, 'it has crashed');
      }
      clock.advance(250);
    }
    const busiest = Math.max(...starts.map((from) => starts.filter((at) => at >= from && at - from < 10_000).length));
    expect(busiest).toBe(5);
    expect(starts.length).toBeGreaterThan(7);
    expect(starts.length).toBeLessThan(60);
    expect([...refusals]).toEqual(['SERVER_CRASH_LOOP']);
    expect(connections.status('false').state).toBe('failed');
  });

  test('SUP-11: a run of 60 seconds forgets the crashes before it', async () => {
    const clock = new ManualClock();
    const entry = evilEntry('one', []);
    const { connections, open } = setUp([entry], { clock });
    const crash = async () => {
      const { upstream, events } = await open('one');
      upstream.send(request(1, 'test/exit', { code: 1 }));
      await until(() => events.closed.length > 0, 'it has crashed');
    };
    for (let i = 0; i < 5; i += 1) await crash();
    const refused = await rejected(open('one'));
    expect(refused.code).toBe('SERVER_CRASH_LOOP');
    clock.advance(Number(refused.data['waitMs']));
    const { upstream, events } = await open('one');
    connections.noteHandshake('one', INFO);
    clock.advance(60_000);
    upstream.send(request(1, 'test/exit', { code: 1 }));
    await until(() => events.closed.length > 0, 'it has crashed');
    for (let i = 0; i < 5; i += 1) await crash();
    expect((await rejected(open('one'))).code).toBe('SERVER_CRASH_LOOP');
  });

  test.each([8, -8])('CON-03: a wall clock that jumps by %i hours changes no wait', async (hours) => {
    const clock = new ManualClock();
    const { open } = setUp([crashing()], { clock });
    for (let i = 0; i < 5; i += 1) {
      const { events } = await open('false');
      await until(() => events.closed.length > 0, 'it has crashed');
    }
    const { waitMs } = (await rejected(open('false'))).data;
    clock.jump(hours * 3_600_000);
    expect((await rejected(open('false'))).data['waitMs']).toBe(waitMs);
    clock.advance(Number(waitMs));
    await open('false');
  });

  test('a deliberate stop forgets the crashes: a person may restart at once', async () => {
    const clock = new ManualClock();
    const { connections, open } = setUp([crashing()], { clock });
    for (let i = 0; i < 5; i += 1) {
      const { events } = await open('false');
      await until(() => events.closed.length > 0, 'it has crashed');
    }
    expect((await rejected(open('false'))).code).toBe('SERVER_CRASH_LOOP');
    await connections.stopServer('false');
    expect(connections.status('false').state).toBe('stopped');
    await open('false');
  });

  test('SUP-16: a start that fails is not repeated by itself', async () => {
    const { connections, open } = setUp([evilEntry('none', [], { command: '/no/such/program', args: [] })]);
    expect((await rejected(open('none'))).code).toBe('SPAWN_NOT_FOUND');
    expect(connections.status('none')).toMatchObject({ state: 'failed', reason: { code: 'SPAWN_NOT_FOUND' } });
  });
});

describe('stopServer and the catalog', () => {
  test('ends all sessions of a server and of no other', async () => {
    const { connections, open } = setUp([evilEntry('one', []), evilEntry('two', [])]);
    const [a, b, other] = await Promise.all([open('one', 's1'), open('one', 's2'), open('two')]);
    await connections.stopServer('one');
    expect([a, b, other].map(({ upstream }) => lives(upstream.pid ?? 0))).toEqual([false, false, true]);
    expect([a, b].map(({ events }) => events.closed.length)).toEqual([1, 1]);
    expect(connections.list().map(({ name, state }) => [name, state])).toEqual([
      ['one', 'stopped'],
      ['two', 'starting'],
    ]);
  });

  test('a removed entry is stopped and its status withdrawn, an added one is told', async () => {
    const { catalog, connections, removed, statuses, open } = setUp([evilEntry('one', [])]);
    const { upstream } = await open('one');
    catalog.delete('one');
    catalog.set('new', evilEntry('new', []));
    await connections.catalogChanged({ added: ['new'], changed: [], removed: ['one'] });
    expect([removed, lives(upstream.pid ?? 0), statuses.at(-1)?.name]).toEqual([['one'], false, 'one']);
    expect(statuses.map(({ name }) => name)).toContain('new');
  });

  test('calls are counted per day and told in batches', async () => {
    const clock = new ManualClock();
    const { connections, statuses } = setUp([evilEntry('one', [])], { clock });
    for (let i = 0; i < 1_000; i += 1) connections.noteCall('one');
    expect(statuses).toEqual([]);
    clock.advance(250);
    expect(statuses.map(({ callsToday }) => callsToday)).toEqual([1_000]);
    clock.advance(24 * 3_600_000);
    expect(connections.status('one').callsToday).toBe(0);
  });
});
