// Every layer between a session and its server passes on the word that a full server has room again.
import { expect, onTestFinished, test } from 'vitest';
import { serverEntrySchema } from '../../../shared/model/server-entry.ts';
import type { Upstream, UpstreamEvents } from '../../../core/connections/upstream.ts';
import { openWithHumanAnswers } from '../../../core/eras/human-answers.ts';
import { bridgeLegacyClient } from '../../../core/eras/legacy-client/legacy-client-bridge.ts';
import { ProbeFeed } from '../../../core/eras/probe-feed.ts';
import { WarmUpstream } from '../../../core/eras/warm/warm-upstream.ts';
import { TestHuman } from '../../support/bridge-rig.ts';
import { ECHO_SERVER, realConnections } from '../../support/gateway-rig.ts';
import { HttpMcpServer } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RecordingUpstream } from '../../support/recording-upstream.ts';
import { initialize, Recorder, request } from '../../support/stdio-server.ts';
import { thrown } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

type Open = (events: UpstreamEvents) => Promise<Upstream>;

const LAYERS: Readonly<Record<string, (open: Open, events: UpstreamEvents) => Promise<unknown>>> = {
  'answers by a person, legacy': (open, events) =>
    openWithHumanAnswers({ server: 's', client: () => 'c', open, events, human: new TestHuman() }, 'legacy'),
  'answers by a person, modern': (open, events) =>
    openWithHumanAnswers({ server: 's', client: () => 'c', open, events, human: new TestHuman() }, 'modern'),
  'the bridge for legacy clients': async (open, events) => {
    const clock = new ManualClock();
    const options = { server: 's', client: () => 'c', open, events, clock, human: undefined, startMs: 1_000 };
    const upstream = await bridgeLegacyClient(options);
    onTestFinished(() => upstream.close());
  },
  'the kept answers of a server': (open, events) =>
    new WarmUpstream({
      store: { get: () => undefined, set: () => undefined, drop: () => undefined },
      keyOf: (variant) => ({ server: 's', endpoint: 'e', principal: 'p', dialect: 'legacy', variant }),
      dialect: 'legacy',
      transport: 'stdio',
      open,
      events,
    }).open(true),
  'the probe': async (open, events) => {
    const feed = new ProbeFeed();
    await open(feed);
    feed.redirect(events);
  },
};

test.each(Object.keys(LAYERS))('word of room goes through: %s', async (name) => {
  const opened: RecordingUpstream[] = [];
  const events = new Recorder();
  await LAYERS[name]?.((inner) => {
    const upstream = new RecordingUpstream(inner, () => undefined);
    opened.push(upstream);
    return Promise.resolve(upstream);
  }, events);
  const before = events.drains;
  opened[0]?.events.onDrain?.();
  expect(events.drains).toBe(before + 1);
});

test.each(['a supervised process', 'a remote server of unknown transport'])(
  'word of room goes through: %s',
  async (name) => {
    const events = new Recorder();
    const server = await HttpMcpServer.start();
    const endpoint =
      name === 'a supervised process'
        ? { type: 'stdio', command: process.execPath, args: [ECHO_SERVER] }
        : { type: 'http-auto', url: server.url };
    const entry = serverEntrySchema.parse({ name: 'x', endpoint, options: {} });
    const connections = realConnections({ get: () => entry, list: () => [entry] });
    const upstream = await connections.open('x', 'a'.repeat(32), events, 'legacy');
    upstream.send(initialize());
    await events.result(0);
    expect(
      thrown(() => {
        for (let id = 1; ; id++) upstream.send(request(id, 'ping'));
      }).code,
    ).toBe('SERVER_BUSY');
    const { drains } = events;
    await until(() => events.drains > drains, 'an answer has made room');
    upstream.send(request(1_000, 'ping'));
    await events.result(1_000);
  },
);
