// Deliveries to collectors that are away, busy, hostile or slow.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, describe, expect, test } from 'vitest';
import type { Timer } from '../../../core/base/clock.ts';
import { silentLogger } from '../../../core/base/logger.ts';
import { Histograms } from '../../../core/gateway/histograms.ts';
import type { Span } from '../../../core/gateway/otlp-json.ts';
import { signalUrl } from '../../../core/gateway/otlp-post.ts';
import { OtlpSender } from '../../../core/gateway/otlp-sender.ts';
import { METRIC } from '../../../core/gateway/telemetry-names.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { certificateFor } from '../../support/certificates.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { OtlpCollector } from '../../support/otlp-collector.ts';
import { thrown } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const span = (index = 0): Span => ({
  traceId: '1'.repeat(32),
  spanId: (index + 1).toString(16).padStart(16, '0'),
  name: 'ping',
  kind: 'server',
  startMs: 1_000,
  endMs: 1_001,
  attributes: {},
  isError: false,
});

/** Also keeps how long each timer was to wait. */
class RecordingClock extends ManualClock {
  delays: number[] = [];

  override setTimeout(fn: () => void, ms: number): Timer {
    this.delays.push(ms);
    return super.setTimeout(fn, ms);
  }
}

function senderTo(url: string | (() => Promise<never>)) {
  const clock = new RecordingClock();
  const histograms = new Histograms();
  const collector = typeof url === 'string' ? async () => ({ url, headers: {} }) : url;
  const sender = new OtlpSender({ clock, logger: silentLogger, collector, histograms });
  onTestFinished(() => {
    const closed = sender.close();
    clock.advance(2_000);
    return closed;
  });
  const add = (count: number) => {
    for (let index = 0; index < count; index++) sender.addSpan(span(index));
  };
  return { clock, histograms, sender, add };
}

describe('batches', () => {
  test('spans wait five seconds, or until there are 512', async () => {
    const collector = await OtlpCollector.start();
    const { add, clock, sender } = senderTo(collector.url);
    add(2);
    clock.advance(4_999);
    expect(sender.state).toEqual({ queued: 2, sent: 0, dropped: 0 });
    expect(collector.requests).toBe(0);
    clock.advance(1);
    await until(() => sender.state.sent === 2, 'they were sent');
    add(512);
    clock.advance(0);
    await until(() => sender.state.sent === 514, 'they were sent');
    expect(collector.requests).toBe(2);
    expect(collector.faults).toEqual([]);
  });

  test('what waits at the end goes out, and metrics with it', async () => {
    const collector = await OtlpCollector.start();
    const { add, histograms, sender } = senderTo(collector.url);
    add(600);
    histograms.record(METRIC.serverOperation, 0.01, {});
    histograms.record(METRIC.serverOperation, 400, {});
    sender.noteMetrics();
    await sender.close();
    expect(sender.state).toEqual({ queued: 0, sent: 600, dropped: 0 });
    expect(collector.metrics.get('mcp.server.operation.duration')).toEqual([{ attributes: {}, count: 2, sum: 400.01 }]);
    expect(collector.faults).toEqual([]);
  });

  test('a collector that never answers holds the end up for two seconds at most', async () => {
    const collector = await OtlpCollector.start();
    collector.answer = () => undefined;
    const { add, clock, sender } = senderTo(collector.url);
    add(1);
    const closed = sender.close();
    await until(() => collector.requests === 1, 'the batch arrived');
    clock.advance(2_000);
    await closed;
    expect(sender.state).toMatchObject({ queued: 0, sent: 0, dropped: 1 });
  });
});

describe('EXP-02: a collector that is away', () => {
  test('the queue is bounded, the rest is counted, and the same batch goes out when it is back', async () => {
    const collector = await OtlpCollector.start();
    let isBack = false;
    const { answer } = collector;
    collector.answer = (response) => (isBack ? answer(response) : void response.writeHead(503).end());
    const { add, clock, sender } = senderTo(collector.url);
    add(3_000);
    expect(sender.state).toEqual({ queued: 2_048, sent: 0, dropped: 952 });
    clock.delays = [];
    clock.advance(0);
    const pauses: number[] = [];
    while (pauses.length < 12) {
      // The limit of one delivery, and the pause after it.
      const [, pause] = await until(
        () => (clock.delays.length === 2 ? clock.delays : undefined),
        'a delivery has failed',
      );
      expect(sender.state.error?.code).toBe('HTTP_STATUS');
      pauses.push(pause ?? 0);
      clock.delays = [];
      clock.advance(60_000);
    }
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...pauses)).toBeGreaterThan(1_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000);
    expect(sender.state).toMatchObject({ queued: 2_048, sent: 0, dropped: 952 });
    isBack = true;
    while (sender.state.queued > 0) {
      await until(() => clock.delays.length === 2 || sender.state.queued === 0, 'a delivery has ended');
      clock.delays = [];
      clock.advance(60_000);
    }
    expect(sender.state).toEqual({ queued: 0, sent: 2_048, dropped: 952 });
    expect(collector.spans).toHaveLength(2_048);
    expect(collector.faults).toEqual([]);
  });

  test('429 with Retry-After is tried again when that is over, not before', async () => {
    const collector = await OtlpCollector.start();
    const { answer } = collector;
    collector.answer = (response) => void response.writeHead(429, { 'retry-after': '120' }).end();
    const { add, clock, sender } = senderTo(collector.url);
    add(1);
    clock.advance(5_000);
    await until(() => sender.state.error !== undefined, 'it was refused');
    collector.answer = answer;
    clock.advance(119_999);
    expect(collector.requests).toBe(1);
    clock.advance(1);
    await until(() => sender.state.sent === 1, 'it was sent');
    expect(sender.state.error).toBeUndefined();
  });

  test('a secret that cannot be read is told, and nothing is sent', async () => {
    const { add, clock, sender } = senderTo(async () => {
      throw new PortolanError('KEYCHAIN_LOCKED', 'The keychain is locked.');
    });
    add(1);
    clock.advance(5_000);
    await until(() => sender.state.error?.code === 'KEYCHAIN_LOCKED', 'it failed');
    expect(sender.state.queued).toBe(1);
  });

  test('an answer that never comes is given up after ten seconds', async () => {
    const collector = await OtlpCollector.start();
    collector.answer = () => undefined;
    const { add, clock, sender } = senderTo(collector.url);
    add(1);
    clock.advance(5_000);
    await until(() => collector.bodies.length === 1, 'the batch arrived');
    clock.advance(10_000);
    await until(() => sender.state.error?.code === 'CONNECT_TIMEOUT', 'it was given up');
    expect(sender.state.queued).toBe(1);
  });
});

test.each([
  [400, '', 0, 3],
  [401, '', 0, 3],
  [413, '', 0, 3],
  [200, '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no"}}', 1, 2],
  [200, '{"partialSuccess":{"rejectedSpans":2}}', 1, 2],
  [200, '{"partialSuccess":{"rejectedSpans":"99"}}', 0, 3],
  [200, '{"partialSuccess":{"errorMessage":"a warning"}}', 3, 0],
  [200, '<html>', 3, 0],
])('EXP-03: %i %s is not tried again, and counted', async (status, body, sent, dropped) => {
  const collector = await OtlpCollector.start();
  collector.answer = (response) => void response.writeHead(status).end(body);
  const { add, clock, sender } = senderTo(collector.url);
  add(3);
  clock.advance(5_000);
  await until(() => sender.state.queued === 0, 'the batch is done');
  expect(sender.state).toMatchObject({ sent, dropped });
  clock.advance(600_000);
  expect(collector.requests).toBe(1);
});

describe('EXP-05: where nothing is sent', () => {
  test('a certificate of an unknown authority', async () => {
    const collector = await OtlpCollector.start(certificateFor(['localhost', '127.0.0.1']));
    const { add, clock, sender } = senderTo(collector.url);
    add(1);
    clock.advance(5_000);
    await until(() => sender.state.error !== undefined, 'it failed');
    expect(sender.state.error?.data['reason']).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(collector.requests).toBe(0);
  });

  test.each([301, 302, 303, 307, 308])('the target of a redirect (%i)', async (status) => {
    const target = await OtlpCollector.start();
    let asked = 0;
    const from = createServer((_request, response) => {
      asked += 1;
      response.writeHead(status, { location: `${target.url}/v1/traces` }).end();
    });
    await new Promise<void>((resolve) => from.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      from.close();
      from.closeAllConnections();
    });
    const { add, clock, sender } = senderTo(`http://127.0.0.1:${String((from.address() as AddressInfo).port)}`);
    add(1);
    clock.advance(5_000);
    await until(() => sender.state.queued === 0, 'it was refused');
    expect(sender.state).toMatchObject({ sent: 0, dropped: 1 });
    expect([asked, target.requests]).toEqual([1, 0]);
  });

  test.each(['http://collector.example.com', 'ftp://127.0.0.1', 'https://user:pass@collector.example.com', 'nonsense'])(
    'an address that is not used: %s',
    (address) => {
      expect(thrown(() => signalUrl(address, 'traces'))).toMatchObject({ code: 'URL_REFUSED' });
    },
  );
});

test.each([
  ['https://c.example.com', 'https://c.example.com/v1/traces'],
  ['https://c.example.com/', 'https://c.example.com/v1/traces'],
  ['https://c.example.com/otlp/?tenant=1', 'https://c.example.com/otlp/v1/traces?tenant=1'],
  ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
])('the address of a signal is below that of the collector: %s', (endpoint, expected) => {
  expect(signalUrl(endpoint, 'traces').href).toBe(expected);
});
