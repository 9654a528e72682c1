// What a collector is told of calls, through a real gateway in front of a recorder.
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../core/base/logger.ts';
import { parseFrame } from '../../../core/connections/frame.ts';
import { Telemetry } from '../../../core/gateway/telemetry.ts';
import { traceParentOf } from '../../../core/gateway/trace-context.ts';
import { serverEntrySchema } from '../../../shared/model/server-entry.ts';
import type { TelemetrySettings } from '../../../shared/model/telemetry.ts';
import { attachTo, gatewayOf } from '../../support/gateway-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryAudit } from '../../support/memory-audit.ts';
import { OtlpCollector } from '../../support/otlp-collector.ts';
import { RecordingSource } from '../../support/recording-upstream.ts';
import { until } from '../../support/until.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const SECRETS = { arguments: { password: 'hunter2-argument' } };

async function rig(settings: Partial<TelemetrySettings> = {}, endpoint: object = { type: 'stdio', command: 'none' }) {
  const collector = await OtlpCollector.start();
  const clock = new ManualClock();
  const entry = serverEntrySchema.parse({ name: 'notes', endpoint, options: {} });
  const catalog = { get: () => entry, list: () => [entry] };
  const telemetry = new Telemetry({
    clock,
    logger: silentLogger,
    settings: { endpoint: collector.url, headers: {}, traces: true, metrics: true, ...settings },
    resolve: async ({ endpoint: url, headers }) => ({ url, headers }),
    entryOf: () => entry,
  });
  onTestFinished(() => telemetry.close());
  const audit = new MemoryAudit();
  audit.onAppend = (event) => telemetry.noteRecord(event);
  const source = new RecordingSource();
  const { gateway } = gatewayOf({ source, audit, catalog, clock, telemetry });
  const { client } = attachTo(gateway, 'notes');
  await client.initialize();
  /** One request, answered after `ms` with the given members of a response. */
  const call = async (params: object, answer: string, ms = 50, method = 'tools/call') => {
    const id = client.begin(method, params);
    await until(() => source.last.frames.some((frame) => frame.id === String(id)), 'the request left');
    clock.advance(ms);
    source.last.say(`{"jsonrpc":"2.0","id":${String(id)},${answer}}`);
    await until(() => client.messages.some((message) => message.id === id), 'the answer came');
    return String(id);
  };
  const collected = async (name: string) => {
    await telemetry.close();
    expect(collector.faults).toEqual([]);
    return collector.spans.filter((span) => span.name === name);
  };
  return { collector, clock, telemetry, source, client, gateway, audit, call, collected };
}

describe('spans', () => {
  test('EXP-01 BRG-15: a call is a server span below the caller and a client span below that, without its payload', async () => {
    const { call, collected, source, collector } = await rig();
    const meta = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'a=1' };
    const id = await call({ name: 'find', ...SECRETS, _meta: meta }, '"result":{"text":"secret-result"}');
    const sent = source.last.frames.find((frame) => frame.id === id);
    const spans = await collected('tools/call find');
    expect(spans.map(({ kind, traceId, isError, ms }) => ({ kind, traceId, isError, ms }))).toEqual([
      { kind: 'server', traceId: TRACE, isError: false, ms: 50 },
      { kind: 'client', traceId: TRACE, isError: false, ms: 50 },
    ]);
    expect(spans[0]?.parentSpanId).toBe(SPAN);
    expect(spans[1]?.parentSpanId).toBe(spans[0]?.spanId);
    expect(sent && traceParentOf(sent)).toEqual({ traceId: TRACE, spanId: spans[1]?.spanId, isSampled: true });
    const common = {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'find',
      'mcp.protocol.version': '2025-11-25',
      'jsonrpc.request.id': id,
      'portolan.server.name': 'notes',
    };
    expect(spans[0]?.attributes).toEqual(common);
    expect(spans[1]?.attributes).toEqual({ ...common, 'network.transport': 'pipe' });
    expect(collector.bodies.join('\n')).not.toMatch(/hunter2|secret-result/);
  });

  test('a remote server is named by host and port, and not when a reference could be in the host', async () => {
    const url = 'https://mcp.example.com/mcp?key=${secret:KEY}';
    const { call, collected } = await rig({}, { type: 'streamable-http', url });
    await call({ name: 'find' }, '"result":{}');
    const [, client] = await collected('tools/call find');
    expect(client?.attributes).toMatchObject({
      'network.transport': 'tcp',
      'server.address': 'mcp.example.com',
      'server.port': 443,
    });
    const hidden = await rig({}, { type: 'sse', url: 'https://${secret:HOST}/mcp' });
    await hidden.call({ name: 'find' }, '"result":{}');
    expect(Object.keys((await hidden.collected('tools/call find'))[1]?.attributes ?? {})).not.toContain(
      'server.address',
    );
  });

  test.each([
    ['"result":{"isError":true}', { 'error.type': 'tool_error' }],
    ['"error":{"code":-32602,"message":"hunter2"}', { 'error.type': '-32602', 'rpc.response.status_code': '-32602' }],
    ['"error":{"code":"x","message":""}', { 'error.type': '_OTHER', 'rpc.response.status_code': '_OTHER' }],
  ])('EXP-01: a failure is told by its kind alone: %s', async (answer, expected) => {
    const { call, collected, collector } = await rig();
    await call({ name: 'find' }, answer);
    const spans = await collected('tools/call find');
    for (const span of spans) expect(span).toMatchObject({ isError: true, attributes: expected });
    expect(spans).toHaveLength(2);
    expect(collector.bodies.join('\n')).not.toContain('hunter2');
  });

  test('a call that was refused before it left has one span', async () => {
    const { client, audit, collected } = await rig();
    audit.failure = new Error('the disk is full');
    const id = client.begin('tools/call', { name: 'find' });
    await until(() => client.messages.some((message) => message.id === id), 'it was refused');
    audit.failure = undefined;
    const spans = await collected('tools/call find');
    expect(spans.map(({ kind, attributes }) => [kind, attributes['error.type']])).toEqual([['server', 'INTERNAL']]);
  });

  test('a caller that does not sample is followed: its context passes as it is', async () => {
    const { call, collected, source } = await rig();
    const traceparent = `00-${TRACE}-${SPAN}-00`;
    const id = await call({ name: 'find', _meta: { traceparent } }, '"result":{}');
    const sent = source.last.frames.find((frame) => frame.id === id);
    expect(sent?.message['params']).toMatchObject({ _meta: { traceparent } });
    expect(await collected('tools/call find')).toEqual([]);
  });

  test('EXP-07: 10,000 resources and 2,000 tools that a client makes up leave few names', async () => {
    const { telemetry, collector, clock } = await rig({ metrics: true });
    const queued = () => telemetry.state().spans.queued;
    const empty = async () => {
      while (queued() > 0) {
        const before = queued();
        clock.advance(5_000);
        await until(() => queued() < before, 'a batch was sent');
      }
    };
    const end = (method: string, params: object) => {
      const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
      const frame = parseFrame(Buffer.from(text), 'client');
      const session = { id: 's', server: 'notes', caller: { name: 'x' } };
      const trace = telemetry.begin(frame);
      const exchange = { session, frame, id: '1', method, startedAt: clock.monotonic(), sent: false, ended: true };
      const answer = parseFrame(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{}}'), 'server');
      telemetry.end({ ...exchange, ...(trace && { trace }) }, { kind: 'answered', frame: answer }, undefined);
    };
    for (let index = 0; index < 10_000; index++) {
      end('resources/read', { uri: `file:///home/maya/${String(index)}` });
      if (index % 5 === 0) end('tools/call', { name: `tool-${String(index)}` });
      if (index % 500 === 0) end(`made/up-${String(index)}`, {});
      // Room in the queue, so that every name could arrive.
      if (index % 500 === 499) await empty();
    }
    await telemetry.close();
    expect(collector.faults).toEqual([]);
    const names = new Set(collector.spans.map(({ name }) => name));
    expect(names.size).toBe(1_000 + 3 + 1);
    for (const name of ['resources/read', 'tools/call _OTHER', '_OTHER', 'tools/call tool-0'])
      expect(names).toContain(name);
    expect(collector.bodies.join('\n')).not.toContain('/home/maya');
    const points = collector.metrics.get('mcp.server.operation.duration') ?? [];
    expect(points.length).toBeLessThanOrEqual(1_000);
    expect(points.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(12_020);
    expect(points.some(({ attributes }) => attributes['otel.metric.overflow'] === true)).toBe(true);
  });
});

describe('metrics', () => {
  test('EXP-01: durations of operations on both sides, in seconds and by kind of failure', async () => {
    const { call, telemetry, collector } = await rig({ traces: false });
    await call({ name: 'find' }, '"result":{}', 150);
    await call({ name: 'find' }, '"result":{}', 250);
    await call({ name: 'find' }, '"result":{"isError":true}', 10);
    await telemetry.close();
    expect(collector.faults).toEqual([]);
    expect(collector.spans).toEqual([]);
    for (const name of ['mcp.server.operation.duration', 'mcp.client.operation.duration']) {
      const points = (collector.metrics.get(name) ?? []).filter((point) => point.attributes['gen_ai.tool.name']);
      expect(points.map(({ attributes, count, sum }) => [attributes['error.type'], count, sum])).toEqual([
        [undefined, 2, 0.4],
        ['tool_error', 1, 0.01],
      ]);
      expect(points.flatMap(({ attributes }) => Object.keys(attributes))).not.toContain('jsonrpc.request.id');
    }
  });

  test('EXP-01: durations of sessions and connections', async () => {
    const { telemetry, collector, clock, gateway, audit } = await rig();
    audit.append({ kind: 'server.started', outcome: 'allowed', server: 'notes', session: 's' });
    clock.advance(90_000);
    const reason = { code: 'SERVER_EXITED', message: '' };
    audit.append({ kind: 'server.stopped', outcome: 'error', server: 'notes', session: 's', reason });
    await gateway.close();
    await telemetry.close();
    expect(collector.faults).toEqual([]);
    expect(collector.metrics.get('mcp.client.session.duration')).toEqual([
      {
        attributes: { 'portolan.server.name': 'notes', 'network.transport': 'pipe', 'error.type': 'SERVER_EXITED' },
        count: 1,
        sum: 90,
      },
    ]);
    expect(collector.metrics.get('mcp.server.session.duration')).toEqual([
      { attributes: { 'portolan.server.name': 'notes', 'mcp.protocol.version': '2025-11-25' }, count: 1, sum: 90 },
    ]);
  });
});

test('BRG-15 EXP-06: baggage leaves neither with requests nor with notifications', async () => {
  const { client, source } = await rig({ traces: false, metrics: false });
  const _meta = { baggage: 'user=maya' };
  client.notify('notifications/roots/list_changed', { _meta });
  client.begin('tools/list', { _meta });
  await until(() => source.last.methods.includes('tools/list'), 'both left');
  const sent = source.last.frames.slice(-2).map(({ bytes }) => bytes.toString());
  expect(sent[0]).toContain('roots/list_changed');
  expect(sent.join('')).not.toContain('maya');
});

test('nothing is sent and no byte is changed while it is off; settings take effect at once', async () => {
  const { call, telemetry, collector, source } = await rig({ traces: false, metrics: false });
  const traceparent = `00-${TRACE}-${SPAN}-01`;
  const id = await call({ name: 'find', _meta: { traceparent } }, '"result":{}');
  const sent = source.last.frames.find((frame) => frame.id === id);
  expect(sent?.bytes.toString()).toBe(
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"find","_meta":{"traceparent":"${traceparent}"}}}`,
  );
  expect(telemetry.state()).toMatchObject({ on: false });
  await telemetry.configure({ endpoint: collector.url, headers: { 'x-key': 'k' }, traces: true, metrics: false });
  await call({ name: 'find' }, '"result":{}');
  await telemetry.configure({ endpoint: collector.url, headers: {}, traces: false, metrics: false });
  await call({ name: 'find' }, '"result":{}');
  await telemetry.close();
  expect(collector.spans.map(({ kind }) => kind)).toEqual(['server', 'client']);
  expect(collector.headers.map((headers) => headers['x-key'])).toEqual(['k']);
});
