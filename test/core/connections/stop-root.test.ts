// Ending one process of a server, and only one that this host started.
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../core/base/logger.ts';
import { Connections } from '../../../core/connections/connections.ts';
import { serverOptionsSchema } from '../../../shared/model/server-entry.ts';
import { everythingApproved, freshPins } from '../../support/pins.ts';
import { tempDir } from '../../support/temp-dir.ts';

it('ends the tree of one of its own roots, tells its session, and leaves every other process alone', async () => {
  const endpoint = {
    type: 'stdio' as const,
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1e6)'],
    env: {},
  };
  const entry = { name: 'one', endpoint, options: serverOptionsSchema.parse({}) };
  const connections = new Connections({
    approvals: everythingApproved,
    pins: freshPins(),
    catalog: { list: () => [entry], get: () => entry },
    resolve: async (held) => ({ ...held, secretValues: [] }),
    runDir: tempDir(),
    logger: silentLogger,
    audit: () => undefined,
    onStatus: () => undefined,
    onStatusRemoved: () => undefined,
    loginShell: 'never',
  });
  onTestFinished(() => connections.close());
  const closed: string[] = [];
  const events = (session: string) => ({
    onFrame: () => undefined,
    onRequestFailed: () => undefined,
    onLog: () => undefined,
    onClosed: () => void closed.push(session),
  });
  const [first, second] = await Promise.all(['a', 'b'].map((id) => connections.open('one', id, events(id))));
  expect(connections.roots().map(({ server, sessionId }) => [server, sessionId])).toEqual([
    ['one', 'a'],
    ['one', 'b'],
  ]);
  expect(await connections.stopRoot(process.pid)).toBe(false);
  expect(await connections.stopRoot(first?.pid ?? 0)).toBe(true);
  expect(closed).toEqual(['a']);
  expect(connections.roots().map(({ pid }) => pid)).toEqual([second?.pid]);
});
