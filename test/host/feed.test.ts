// The feed makes one event of what happened to many servers at once.
import { expect, it } from 'vitest';
import { createFeed } from '../../host/feed.ts';
import { EventHub } from '../../host/events.ts';
import type { ServerStatus } from '../../shared/model/server-status.ts';
import type { HostEvent } from '../../shared/model/system.ts';
import { ManualClock } from '../support/manual-clock.ts';

const status = (name: string, state: ServerStatus['state'] = 'stopped'): ServerStatus => ({
  name,
  state,
  enabled: true,
  since: '2026-01-01T00:00:00.000Z',
  pids: [],
  sessions: 0,
  callsToday: 0,
});

it('tells five thousand servers in one event, the last state of each, and a name is either there or gone', async () => {
  const clock = new ManualClock();
  const hub = new EventHub();
  const feed = createFeed(hub, { clock, auditState: () => undefined });
  const start = hub.lastId();
  for (let at = 0; at < 5_000; at += 1) feed.server(status(`server-${at}`));
  feed.server(status('server-1', 'ready'));
  feed.serverRemoved('server-2');
  feed.serverRemoved('server-3');
  feed.server(status('server-3', 'starting'));
  clock.advance(1_000);
  feed.toolsChanged('the end');
  const events: HostEvent[] = [];
  for await (const { event } of hub.read(start)) {
    if (event.type === 'tools-changed') break;
    events.push(event);
  }
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event?.type !== 'servers') throw new Error('another event');
  expect(event.removed).toEqual(['server-2']);
  expect(event.servers).toHaveLength(4_999);
  const stateOf = (name: string) => event.servers.find((server) => server.name === name)?.state;
  expect([stateOf('server-1'), stateOf('server-2'), stateOf('server-3')]).toEqual(['ready', undefined, 'starting']);
});
