// Era detection of HTTP servers. (MCP 2026-07-28, Streamable HTTP, "Backward Compatibility")
import { describe, expect, test } from 'vitest';
import { EraRig, remoteEntry } from '../../support/era-rig.ts';
import { openEvents, type Reply, respond, sendEvent } from '../../support/http-mcp-server.ts';
import { ModernServer, refuse } from '../../support/modern-server.ts';
import { Recorder, request } from '../../support/stdio-server.ts';
import { until } from '../../support/until.ts';

async function withServer(
  discover?: Reply,
  options: object = {},
  type?: string,
): Promise<{ rig: EraRig; server: ModernServer }> {
  const server = await ModernServer.start();
  if (discover !== undefined) server.on('server/discover', discover);
  const rig = new EraRig();
  rig.add(remoteEntry(server.url, options, type));
  return { rig, server };
}

/** Detects, and lets the waits before repeats pass: they are shorter than what the probe has. */
async function repeating(rig: EraRig): Promise<unknown> {
  const pump = setInterval(() => {
    if (rig.clock.nextIn < 4_000) rig.clock.advance(rig.clock.nextIn);
  }, 2);
  return rig.detector.detect('remote', 's1').finally(() => clearInterval(pump));
}

const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (_request, response) =>
    void response.writeHead(code, headers).end('<html>');
const error =
  (http: number, code: number, data?: object): Reply =>
  (asked, response) =>
    refuse(response, http, asked.id, { code, message: 'no', ...(data === undefined ? {} : { data }) });
const nameless =
  (http: number, code: number): Reply =>
  (_asked, response) =>
    refuse(response, http, null, { code, message: 'no' });
const json =
  (body: object): Reply =>
  (_asked, response) =>
    respond(response, 200, body);

describe('PRX-14 ERA-05: what the answer to the probe says', () => {
  test.each<[string, Reply | undefined]>([
    ['a discover result', undefined],
    ['400 and header mismatch', error(400, -32_020)],
    ['400 and a missing capability', error(400, -32_021)],
    ['400 and unsupported version, naming ours', error(400, -32_022, { supported: ['2026-07-28'] })],
    ['400 and unsupported version, naming none', error(400, -32_022)],
    ['the same without id', nameless(400, -32_020)],
    ['the same with status 200', error(200, -32_021)],
  ])('ERA-04 modern: %s', async (_name, reply) => {
    const { rig, server } = await withServer(reply);
    const { era, discovered, opened } = await rig.detector.detect('remote', 's1');
    expect(era).toBe('modern');
    expect(discovered?.serverInfo).toEqual(reply === undefined ? { name: 'modern', version: '3' } : undefined);
    const events = new Recorder();
    opened?.redirect(events);
    opened?.upstream.send(request(1, 'other'));
    await until(() => events.frames.length === 1, 'the connection is used on');
    expect(server.seen.map(({ method }) => method)).toEqual(['server/discover', 'other']);
  });

  test('modern in an event stream', async () => {
    const { rig, server } = await withServer();
    server.answers = 'sse';
    expect(await rig.detector.detect('remote', 's1')).toMatchObject({ era: 'modern', discovered: { ttlMs: 0 } });
  });

  test.each<[string, Reply]>([
    ['404 and unknown method', error(404, -32_601)],
    ['200 and unknown method', error(200, -32_601)],
    ['400 and unknown method', error(400, -32_601)],
    ['ERA-02 400 and a missing session', nameless(400, -32_000)],
    ['ERA-02 400 and an invalid request', error(400, -32_600)],
    ['ERA-02 400 and an old number of a modern error', error(400, -32_001)],
    ['ERA-13 400 and unsupported version, naming legacy ones', error(400, -32_022, { supported: ['2025-06-18'] })],
    ['400 and no body', status(400)],
    ['404', status(404)],
    ['405', status(405)],
    ['406', status(406)],
    ['200 and a page', status(200, { 'content-type': 'text/html' })],
    ['200 and no JSON', status(200, { 'content-type': 'application/json' })],
    ['202', status(202)],
    [
      '200 and another result',
      (asked, response) => respond(response, 200, { jsonrpc: '2.0', id: asked.id, result: {} }),
    ],
    ['200 and an answer to nobody', json({ jsonrpc: '2.0', id: 'x', result: {} })],
  ])('legacy: %s', async (_name, reply) => {
    const { rig, server } = await withServer(reply);
    expect(await rig.detector.detect('remote', 's1')).toEqual({ era: 'legacy' });
    expect(await rig.detector.detect('remote', 's2')).toEqual({ era: 'legacy' });
    expect(server.seen).toHaveLength(1);
    // Its connection is closed: nothing can be sent over it.
    rig.opened[0]?.upstream.send(request(1, 'other'));
    await rig.open('remote', 's1', new Recorder(), 'modern').then((upstream) => upstream.send(request(2, 'last')));
    await until(() => server.seen.some(({ method }) => method === 'last'), 'another connection works');
    expect(server.seen).toHaveLength(2);
  });

  test.each<[string, Reply, object]>([
    ['401', status(401, { 'www-authenticate': 'Bearer' }), { code: 'NEEDS_SIGN_IN', data: { status: 401 } }],
    ['401 and an error', error(401, -32_601), { code: 'NEEDS_SIGN_IN' }],
    ['403', status(403), { code: 'HTTP_STATUS', data: { status: 403 } }],
    ['408', status(408), { code: 'HTTP_STATUS', data: { status: 408 } }],
    ['429', status(429, { 'retry-after': '5' }), { code: 'HTTP_STATUS', data: { retryAfterMs: 5_000 } }],
    ['500', status(500), { code: 'HTTP_STATUS', data: { status: 500 } }],
    ['500 and an error', error(500, -32_603), { code: 'HTTP_STATUS', data: { status: 500, rpcCode: -32_603 } }],
    ['503', status(503), { code: 'HTTP_STATUS' }],
    ['302', status(302, { location: 'https://example.com/' }), { code: 'URL_REFUSED' }],
    ['a cut connection', (_asked, response) => void response.destroy(), { code: 'CONNECTION_LOST' }],
    ['no HTTP', (_asked, response) => void response.socket?.end('oops\r\n\r\n'), { code: 'PROTOCOL_ERROR' }],
    [
      'a stream without an answer',
      (_asked, response) => {
        openEvents(response);
        response.end();
      },
      { code: 'CONNECTION_LOST' },
    ],
    ['only unknown versions', error(400, -32_022, { supported: ['2099-01-01'] }), { code: 'UNSUPPORTED' }],
  ])('ERA-09 no verdict: %s', async (_name, reply, expected) => {
    const { rig, server } = await withServer(reply);
    await expect(repeating(rig)).rejects.toMatchObject(expected);
    server.on('server/discover', server.usual);
    expect(await rig.detector.detect('remote', 's1')).toMatchObject({ era: 'modern' });
  });

  test('ERA-09 no verdict: no answer in time, no server', async () => {
    const { rig, server } = await withServer(() => undefined, { timeouts: { startMs: 900 } });
    const found = rig.detector.detect('remote', 's1');
    const failed = expect(found).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT', data: { timeoutMs: 900 } });
    await until(() => server.seen.length === 1, 'the server is asked');
    rig.clock.advance(900);
    await failed;
    const { rig: other, server: gone } = await withServer();
    await gone.http.stop();
    await expect(repeating(other)).rejects.toMatchObject({ code: 'CONNECT_REFUSED' });
  });
});

test('sessions that ask at the same time share one question, and the first has its connection', async () => {
  const { rig, server } = await withServer();
  const found = await Promise.all(['s1', 's2', 's3'].map((session) => rig.detector.detect('remote', session)));
  expect(server.seen).toHaveLength(1);
  expect(found.map(({ era, discovered, opened }) => [era, discovered !== undefined, opened !== undefined])).toEqual([
    ['modern', true, true],
    ['modern', true, false],
    ['modern', true, false],
  ]);
});

test('sessions that ask at the same time share a failure, and the next asks again', async () => {
  const { rig, server } = await withServer(status(500));
  const found = await Promise.allSettled(['s1', 's2'].map((session) => rig.detector.detect('remote', session)));
  expect(found.map((each) => each.status)).toEqual(['rejected', 'rejected']);
  expect(server.seen).toHaveLength(1);
  await expect(rig.detector.detect('remote', 's3')).rejects.toMatchObject({ code: 'HTTP_STATUS' });
  expect(server.seen).toHaveLength(2);
});

test('HTTP+SSE is legacy, whatever its entry says, and is not asked', async () => {
  const { rig, server } = await withServer(undefined, { protocolEra: 'modern' }, 'sse');
  expect(await rig.detector.detect('remote', 's1')).toEqual({ era: 'legacy' });
  expect(server.seen).toEqual([]);
  expect((await rig.open('remote', 's1', new Recorder(), 'modern')).transport).toBe('sse');
});

test('ERA-06: a server of HTTP+SSE behind http-auto is found by initialize', async () => {
  const { rig, server } = await withServer(status(405), {}, 'http-auto');
  server.on('POST', status(405));
  server.on('GET', (_request, response) => {
    openEvents(response);
    sendEvent(response, { event: 'endpoint', data: '/post' });
  });
  server.on('POST /post', (asked, response) => void response.writeHead(202).end(String(asked.id)));
  const { era } = await rig.detector.detect('remote', 's1');
  const upstream = await rig.open('remote', 's1', new Recorder(), era);
  upstream.send(request(0, 'initialize'));
  await until(() => server.seen.some(({ path }) => path === '/post'), 'initialize is posted to the endpoint');
});
