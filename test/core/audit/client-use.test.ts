// What the log's index knows of each client's calls.
import { expect, test } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { auditHome, openLog } from './support.ts';

test('the last use, the calls since a moment and the last hundred times are told for each client and server', async () => {
  const clock = new ManualClock();
  const log = await openLog(auditHome(), { clock });
  const outcome = (client: string, server: string, tookMs: number): void =>
    void log.append({
      kind: 'call.outcome',
      outcome: 'allowed',
      client: { name: client },
      server,
      method: 'tools/call',
      tookMs,
    });
  for (let call = 1; call <= 150; call += 1) {
    outcome('Cursor', 'github', call);
    clock.advance(1_000);
  }
  const since = new Date(clock.now()).toISOString();
  outcome('Cursor', 'github', 7);
  clock.advance(1_000);
  outcome('Codex', 'github', 3);
  log.append({ kind: 'session.opened', outcome: 'allowed', client: { name: 'Idle' }, server: 'github' });
  const uses = await log.clientUse(since);
  expect(uses.map(({ client, server, calls }) => [client, server, calls])).toEqual([
    ['Codex', 'github', 1],
    ['Cursor', 'github', 1],
  ]);
  const cursor = uses.find(({ client }) => client === 'Cursor');
  expect(cursor?.lastAt).toBe(since);
  expect(cursor?.recent).toHaveLength(100);
  expect(cursor?.recent.slice(0, 2).map(({ tookMs }) => tookMs)).toEqual([7, 150]);
});
