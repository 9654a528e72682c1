// Era detection over the host's own connections: a probe is an ordinary start of the session that asked.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../core/base/logger.ts';
import { StateDb } from '../../../core/base/state-db.ts';
import { Connections } from '../../../core/connections/connections.ts';
import { EraDetector } from '../../../core/eras/era-detector.ts';
import { EraStore } from '../../../core/eras/era-store.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { systemClock } from '../../../core/base/clock.ts';
import { EraRig, remoteEntry } from '../../support/era-rig.ts';
import { headerTool, modernParams, ModernServer } from '../../support/modern-server.ts';
import { Recorder, request } from '../../support/stdio-server.ts';
import { everythingApproved, freshPins } from '../../support/pins.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

function setUp(entry: ServerEntry): {
  connections: Connections;
  detector: EraDetector;
  entries: Map<string, ServerEntry>;
} {
  const entries = new Map([[entry.name, entry]]);
  const connections = new Connections({
    catalog: { get: (name) => entries.get(name), list: () => [...entries.values()] },
    resolve: async (each) => ({ ...each, secretValues: [] }),
    approvals: everythingApproved,
    pins: freshPins(),
    runDir: join(tempDir(), 'run'),
    logger: silentLogger,
    loginShell: 'never',
    audit: () => undefined,
    onStatus: () => undefined,
    onStatusRemoved: () => undefined,
  });
  const state = StateDb.open(join(tempDir(), 'state.db'));
  onTestFinished(async () => {
    await connections.close();
    state.close();
  });
  const detector = new EraDetector({
    store: new EraStore(state),
    clock: systemClock,
    openRaw: (name, sessionId, events, era) => connections.open(name, sessionId, events, era),
    entryOf: (name) => entries.get(name),
    log: () => undefined,
  });
  return { connections, detector, entries };
}

test.each(['unknown-method', 'exit'])(
  'ERA-08: after a probe with %s the same session starts the server again',
  async (kind) => {
    const { connections, detector } = setUp(new EraRig().addStdio(kind));
    expect(await detector.detect(kind, 's1')).toEqual({ era: 'legacy' });
    const events = new Recorder();
    const upstream = await connections.open(kind, 's1', events, 'legacy');
    upstream.send(request(1, 'initialize'));
    expect(await events.result(1)).toHaveProperty('serverInfo');
    connections.noteHandshake(kind, { protocolVersion: '2025-11-25', serverInfo: { name: kind, version: '1' } }, 's1');
    expect(connections.status(kind)).toMatchObject({ state: 'ready', pids: [upstream.pid] });
  },
);

test('a modern process is used on by the session whose probe started it', async () => {
  const { connections, detector } = setUp(new EraRig().addStdio('modern'));
  const { opened } = await detector.detect('modern', 's1');
  const events = new Recorder();
  opened?.redirect(events);
  opened?.upstream.send(request(1, 'tools/list'));
  await events.result(1);
  expect(connections.status('modern').pids).toEqual([opened?.upstream.pid]);
  await opened?.upstream.close();
  expect(events.closed).toHaveLength(1);
});

test('HTM-06: what one session has learnt of the tools helps the others, until the entry changes', async () => {
  const server = await ModernServer.start();
  server.tools = [headerTool('deploy')];
  const { connections } = setUp(remoteEntry(server.url));
  const send = async (session: string, method: string, more: object = {}): Promise<void> => {
    const events = new Recorder();
    const upstream = await connections.open('remote', session, events, 'modern');
    upstream.send(request(1, method, modernParams(more)));
    await until(() => events.frames.length === 1, `${method} is answered`);
  };
  const call = { name: 'deploy', arguments: { region: 'eu' } };
  await send('s1', 'tools/list');
  await send('s2', 'tools/call', call);
  expect(server.seen.map(({ method }) => method)).toEqual(['tools/list', 'tools/call']);
  await connections.catalogChanged({ added: [], changed: ['remote'], removed: [] });
  await send('s3', 'tools/call', call);
  expect(server.seen.slice(2).map(({ method }) => method)).toEqual(['tools/call', 'tools/list', 'tools/call']);
});
