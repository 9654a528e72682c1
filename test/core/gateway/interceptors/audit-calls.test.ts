import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AuditLog, digest } from '../../../../core/audit/audit-log.ts';
import { silentLogger } from '../../../../core/base/logger.ts';
import type { CatalogReader } from '../../../../core/connections/upstream.ts';
import { PortolanError } from '../../../../shared/errors.ts';
import { attachTo, echoGateway, gatewayOf, recorderGateway } from '../../../support/gateway-rig.ts';
import { RecordingSource } from '../../../support/recording-upstream.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const CATALOG: CatalogReader = { get: () => undefined, list: () => [] };

test.each(['tools/call', 'resources/read', 'prompts/get'])(
  'AUD-13: the intent of %s is in the journal before any byte leaves',
  async (method) => {
    const dir = join(tempDir(), 'audit');
    const audit = await AuditLog.open({ dir, cacheDir: join(dir, 'cache'), logger: silentLogger });
    const { gateway, source } = gatewayOf({ source: new RecordingSource(), audit, catalog: CATALOG });
    const { client } = attachTo(gateway, 'recorder');
    await client.initialize();
    const journalled: boolean[] = [];
    source.onSend = (frame) => {
      // Read from the file system, as another process would after this one was killed.
      if (frame.method === method) journalled.push(journalText(dir).includes(`marked-${method}`));
    };
    client.send({ jsonrpc: '2.0', id: `marked-${method}`, method, params: { name: 'x', uri: 'x:y' } });
    await until(() => journalled.length > 0, 'the request left');
    expect(journalled).toEqual([true]);
    await gateway.close();
    await audit.close();
  },
);

test('AUD-13: in strict durability a call waits for the disk, what follows it keeps its place, and a cancellation still works', async () => {
  const { gateway, source, audit } = recorderGateway({ strict: true });
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  const flushes: (() => void)[] = [];
  audit.flush = () => new Promise((resolve) => flushes.push(resolve));
  const first = client.begin('tools/call', { name: 'first' });
  const second = client.begin('tools/call', { name: 'second' });
  client.begin('tools/list');
  client.notify('notifications/cancelled', { requestId: first });
  await until(() => audit.of('call.outcome').length === 1, 'the first is cancelled');
  expect(source.last.methods).toEqual(['initialize', 'notifications/initialized']);
  source.last.answer(String(second), '{"too early":true}');
  for (const resolve of flushes) resolve();
  await until(() => source.last.methods.includes('tools/list'), 'the others left');
  expect(source.last.frames.slice(2).map(({ id, method }) => [id, method])).toEqual([
    [String(second), 'tools/call'],
    ['4', 'tools/list'],
  ]);
  expect(client.lines).toHaveLength(1);
});

test('a call whose intent cannot be written is refused and never leaves', async () => {
  const { gateway, source, audit } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  audit.failure = new PortolanError('AUDIT_NOT_WRITABLE', 'The audit log cannot be written.', {
    hint: 'Free some space.',
  });
  for (const method of ['tools/call', 'resources/read', 'prompts/get']) {
    expect((await client.request(method, { name: 'x' })).error).toEqual({
      code: -33003,
      message: 'AUDIT_NOT_WRITABLE: The audit log cannot be written.',
      data: { code: 'AUDIT_NOT_WRITABLE', hint: 'Free some space.' },
    });
  }
  expect(source.last.methods).toEqual(['initialize', 'notifications/initialized']);
});

test('in strict durability a failed flush refuses the call and closes its intent', async () => {
  const { gateway, source, audit } = recorderGateway({ strict: true });
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  audit.flush = () => Promise.reject(new PortolanError('AUDIT_NOT_WRITABLE', 'The disk failed.'));
  expect((await client.call('x')).error?.data?.code).toBe('AUDIT_NOT_WRITABLE');
  expect(source.last.methods).not.toContain('tools/call');
  expect(audit.pairs().map(({ outcomes }) => outcomes.map(({ outcome }) => outcome))).toEqual([['error']]);
});

test('AUD-14: a call that was cancelled while it waited for a disk that then failed has one outcome and no answer', async () => {
  const { gateway, source, audit } = recorderGateway({ strict: true });
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  let fail: () => void = () => undefined;
  audit.flush = () =>
    new Promise((_, reject) => {
      fail = () => reject(new PortolanError('AUDIT_NOT_WRITABLE', 'The disk failed.'));
    });
  const id = client.begin('tools/call', { name: 'x' });
  client.notify('notifications/cancelled', { requestId: id });
  await until(() => audit.of('call.outcome').length === 1, 'the call is cancelled');
  fail();
  client.notify('marker');
  await until(() => source.last.methods.includes('marker'), 'what followed passed');
  expect(audit.pairs().map(({ outcomes }) => outcomes.map(({ outcome }) => outcome))).toEqual([['cancelled']]);
  expect(client.lines).toHaveLength(1);
});

test('AUD-14: 10,000 calls with random endings have one intent and one outcome each', async () => {
  const { gateway, source, audit } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  let answered = 0;
  client.onMessage = ({ method }) => {
    if (method === undefined) answered++;
  };
  const expected = new Map<string, string>();
  source.onSend = ({ id, method }, server) => {
    if (method !== 'tools/call' || id === undefined) return;
    const ending = Math.floor(Math.random() * 6);
    queueMicrotask(() => {
      if (ending === 0) server.say(`{"jsonrpc":"2.0","id":${id},"error":{"code":-32602,"message":"no"}}`);
      else if (ending === 1) server.answer(id, '{"content":[],"isError":true}');
      else if (ending === 2)
        server.events.onRequestFailed(id, new PortolanError('SERVER_EXITED', 'Gone.', { data: { sent: true } }));
      else if (ending === 3)
        server.events.onRequestFailed(id, new PortolanError('CONNECT_REFUSED', 'No.', { data: { sent: false } }));
      else server.answer(id, '{"content":[]}');
    });
    expected.set(id, ['error', 'error', 'unknown', 'error'][ending] ?? 'allowed');
  };
  for (let first = 1000; first < 11_000; first += 200) {
    for (let id = first; id < first + 200; id++) {
      client.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x', arguments: { id } } });
    }
    await until(() => answered === first + 200 - 1000, 'all are answered');
  }
  const intents = audit.of('call.intent');
  const outcomes = new Map(audit.of('call.outcome').map((event) => [event.related, event.outcome]));
  expect([intents.length, audit.of('call.outcome').length, outcomes.size]).toEqual([10_000, 10_000, 10_000]);
  expect(intents.filter(({ id, requestId = '' }) => outcomes.get(id) !== expected.get(requestId))).toEqual([]);
});

test('digests are those of the exact argument bytes sent and the exact answer bytes received', async () => {
  const { gateway, audit } = echoGateway();
  const { client } = attachTo(gateway, 'echo');
  await client.initialize();
  client.send('{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"arguments": { "text" : "a" } ,"name":"echo"}}');
  await client.answer(9);
  const [pair] = audit.pairs();
  expect(pair?.intent).toMatchObject({ argumentsDigest: digest('{ "text" : "a" }'), argumentsBytes: 16 });
  const line = client.lines.at(-1) ?? '';
  expect(pair?.outcomes).toMatchObject([
    { outcome: 'allowed', resultDigest: digest(line), resultBytes: line.length, tookMs: expect.any(Number) as number },
  ]);
});

test('an error of the tool and an error of the server are both outcomes `error`; the server’s words stay out', async () => {
  const { gateway, audit } = echoGateway();
  const { client } = attachTo(gateway, 'echo');
  await client.initialize();
  await client.call('fail');
  expect((await client.call('no such tool')).error?.message).toBe('Unknown tool: no such tool');
  expect(audit.of('call.outcome').map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['error', { code: 'TOOL_ERROR', message: 'The result says that the tool failed.' }],
    ['error', { code: 'RPC_-32602', message: 'The server answered with an error.' }],
  ]);
});

test.each([
  ['none', [undefined, undefined, undefined, undefined]],
  ['digest', [undefined, expect.any(String), undefined, expect.any(String)]],
  ['redacted', ['{"text":"[secret]"}', expect.any(String), expect.stringContaining('[secret]'), expect.any(String)]],
  ['full', ['{"text":"s3cret"}', expect.any(String), expect.stringContaining('s3cret'), expect.any(String)]],
])('capture `%s` decides what a record holds of a payload', async (capture, kept) => {
  const redact = (text: string) => text.replaceAll('s3cret', '[secret]');
  const { gateway, source, audit } = recorderGateway({ entry: { capture }, redact });
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  const id = client.begin('tools/call', { name: 'x', arguments: { text: 's3cret' } });
  await until(() => source.last.methods.includes('tools/call'), 'the call arrived');
  source.last.answer(String(id), '{"content":["s3cret"]}');
  await client.answer(id);
  const [intent, outcome] = [audit.of('call.intent')[0], audit.of('call.outcome')[0]];
  expect([intent?.payload, intent?.argumentsDigest, outcome?.payload, outcome?.resultDigest]).toEqual(kept);
});

test.each([
  ['full', 'é\u20ac😀'.repeat(50_000)],
  ['redacted', 'é\u20ac😀'.repeat(100_000)],
])('capture `%s` keeps the first 65,536 characters of a payload and looks at little more', async (capture, text) => {
  let longest = 0;
  const redact = (seen: string) => {
    longest = Math.max(longest, seen.length);
    return seen;
  };
  const { gateway, source, audit } = recorderGateway({ entry: { capture }, redact });
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  client.begin('tools/call', { name: 'x', arguments: { text } });
  await until(() => source.last.methods.includes('tools/call'), 'the call arrived');
  expect(audit.of('call.intent')[0]?.payload).toBe(JSON.stringify({ text }).slice(0, 65_536));
  expect(longest).toBeLessThan(text.length);
});

test('SEC-01: of a payload that is cut no piece of a secret is kept, wherever the cut is', async () => {
  const secret = `key-${'s3cret'.repeat(1_000)}`;
  const redact = (text: string) => text.replaceAll(secret, '[r]');
  const { gateway, source, audit } = recorderGateway({ entry: { capture: 'redacted' }, redact });
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  for (const filler of ['', 'é'.repeat(3), 'x'.repeat(60_000), 'x'.repeat(127_000)]) {
    const before = source.last.methods.length;
    client.begin('tools/call', { name: 'x', arguments: { text: filler + secret.repeat(200) } });
    await until(() => source.last.methods.length > before, 'the call arrived');
  }
  const payloads = audit.of('call.intent').map(({ payload }) => payload ?? '');
  expect(payloads).toHaveLength(4);
  expect(payloads.filter((payload) => payload.replaceAll('[r]', '').includes('s3cret'))).toEqual([]);
});

/** Everything in the journal and in the segments that it has been moved to. */
function journalText(dir: string): string {
  return ['journal', 'segments']
    .flatMap((folder) => readdirSync(join(dir, folder)).map((name) => join(dir, folder, name)))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}
