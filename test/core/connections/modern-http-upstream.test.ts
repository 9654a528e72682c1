import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { openEvents, respond, sendEvent } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import {
  modernParams as params,
  ModernServer,
  openModern as open,
  refuse,
  VERSION_2026,
} from '../../support/modern-server.ts';
import { until } from '../../support/until.ts';

const progress = (n: number): object => ({ jsonrpc: '2.0', method: 'notifications/progress', params: { progress: n } });

describe('requests', () => {
  test('HTM-01 HTM-02 HTM-03: each message is its own POST with headers from its body', async () => {
    const server = await ModernServer.start();
    const client = open(server, { headers: { 'X-Team': 'a', authorization: 'Bearer t', 'Mcp-Method': 'evil' } });
    await client.ask(1, 'tools/list', params());
    await client.ask(2, 'tools/call', params({ name: 'echo', arguments: { a: 1 } }));
    client.notify('notifications/other', params());
    await until(() => server.seen.length === 3, 'all three came');
    expect(
      server.seen.map(({ http, headers, method }) => [http, method, headers['mcp-method'], headers['mcp-name']]),
    ).toEqual([
      ['POST', 'tools/list', 'tools/list', undefined],
      ['POST', 'tools/call', 'tools/call', 'echo'],
      ['POST', 'notifications/other', 'notifications/other', undefined],
    ]);
    for (const { headers } of server.seen) {
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'accept-encoding': 'identity',
        'mcp-protocol-version': VERSION_2026,
        authorization: 'Bearer t',
        'x-team': 'a',
      });
    }
    expect(client.failures).toEqual([]);
  });

  test.each([
    ['tools/call', { name: 'a' }, 'a'],
    ['prompts/get', { name: 'b' }, 'b'],
    ['resources/read', { uri: 'file:///c', name: 'x' }, 'file:///c'],
    ['tasks/get', { taskId: 'd' }, 'd'],
    ['tasks/update', { taskId: 'e' }, 'e'],
    ['tasks/cancel', { taskId: 'f' }, 'f'],
    ['resources/read', { uri: 'file:///ä b' }, '=?base64?ZmlsZTovLy/DpCBi?='],
    ['tools/call', { name: 'x\r\ny: z' }, '=?base64?eA0KeTogeg==?='],
    ['tools/call', { name: 7 }, undefined],
    ['tools/list', { name: 'g', '': 'h' }, undefined],
    ['completion/complete', { name: 'i' }, undefined],
  ])('HTM-03 HTM-04 HTM-05: %s of %j has the name %s', async (method, of, name) => {
    const server = await ModernServer.start();
    server.on(method, (request, response) => server.reply(request, response, {}));
    await open(server).ask(1, method, params(of));
    expect(server.seen[0]?.headers['mcp-name']).toBe(name);
  });

  test.each([
    ['another', '2027-01-01', '2027-01-01'],
    ['none', undefined, VERSION_2026],
    ['no string', 3, VERSION_2026],
    ['a line break', '2026\r\nx: y', VERSION_2026],
  ])('HTM-02: version in the body: %s', async (_name, version, header) => {
    const server = await ModernServer.start();
    const answer = await open(server).ask(
      1,
      'ping',
      params({}, { 'io.modelcontextprotocol/protocolVersion': version }),
    );
    expect(server.seen[0]?.headers['mcp-protocol-version']).toBe(header);
    expect(answer).toHaveProperty('message.error.code');
  });

  test('FRM-03: the bytes go and come as they are, 50 MB of them, whether JSON or event stream', async () => {
    const server = await ModernServer.start();
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    const text = `{"jsonrpc":"2.0","id":1,"result":{"n":1.50,"big":"${'x\\u00e9'.repeat(7_150_000)}"}}`;
    for (const isStream of [false, true]) {
      server.on('tools/call', (_request, response) => {
        if (isStream) openEvents(response);
        else response.writeHead(200, { 'content-type': 'application/json' });
        response.end(isStream ? `data: ${text}\n\n` : text);
      });
      const client = open(server);
      const frame = await client.ask(1, 'tools/call', params({ name: 'echo' }));
      if (frame instanceof PortolanError) throw frame;
      expect(frame.bytes.length).toBeGreaterThan(50_000_000);
      expect(digest(frame.bytes)).toBe(digest(Buffer.from(text)));
    }
    const sent = Buffer.from(`{"id":"1" , "jsonrpc":"2.0","method":"odd/method","params":{"e":1e2,"u":"\\u00e9"}}`);
    const client = open(server);
    client.upstream.send({
      bytes: sent,
      message: JSON.parse(String(sent)),
      kind: 'request',
      id: '"1"',
      method: 'odd/method',
    });
    await client.outcome('1');
    expect(server.seen.at(-1)?.body).toEqual(sent);
  });
});

describe('answers', () => {
  test('HTM-10 HTM-11: JSON and event streams; what comes on a stream is told to belong to its request', async () => {
    const server = await ModernServer.start();
    server.on('tools/call', (request, response) => {
      openEvents(response);
      response.write(': ping\n\n');
      sendEvent(response, { id: '1', data: progress(1) });
      response.write(':\n\n');
      sendEvent(response, { event: 'other', data: 'x' });
      sendEvent(response, { data: 'no message' });
      sendEvent(response, { data: { jsonrpc: '2.0', id: request.id, result: { resultType: 'complete' } } });
      response.end();
    });
    const client = open(server);
    await client.ask('a', 'tools/call', params({ name: 'echo' }));
    await client.ask(2, 'tools/list', params());
    expect(client.frames.map(({ method, id }) => method ?? id)).toEqual(['notifications/progress', '"a"', '2']);
    expect(client.related).toEqual(['"a"', '"a"', '2']);
    expect(client.failures).toEqual([]);
  });

  test.each<[string, number, object, object]>([
    ['400 with its id', 400, { id: 1, error: { code: -32_602, message: 'm' } }, { id: '1', code: -32_602 }],
    ['400 with id null', 400, { id: null, error: { code: -32_022, message: 'm' } }, { id: '1', code: -32_022 }],
    ['400 without id', 400, { error: { code: -32_021, message: 'm' } }, { id: '1', code: -32_021 }],
    ['404 with its id', 404, { id: 1, error: { code: -32_601, message: 'm' } }, { id: '1', code: -32_601 }],
    ['404 and another code', 404, { id: 1, error: { code: -32_001, message: 'm' } }, { id: '1', code: -32_001 }],
    ['500 with its id', 500, { id: 1, error: { code: -32_603, message: 'm' } }, { id: '1', code: -32_603 }],
    ['400 with another id', 400, { id: 2, error: { code: -32_602, message: 'm' } }, { status: 400, rpcCode: -32_602 }],
    ['500 with id null', 500, { id: null, error: { code: -32_603, message: 'm' } }, { status: 500, rpcCode: -32_603 }],
    ['401', 401, { id: 1, error: { code: -32_000, message: 'm' } }, { status: 401 }],
    ['403', 403, { id: 1, error: { code: -32_000, message: 'm' } }, { status: 403 }],
    ['429', 429, { id: 1, error: { code: -32_000, message: 'm' } }, { status: 429, retryAfterMs: 7_000, sent: true }],
    ['503', 503, {}, { status: 503, retryAfterMs: 7_000, sent: true }],
    ['400 and a result', 400, { id: 1, result: {} }, { status: 400 }],
  ])('a refusal is an answer when it is one: %s', async (_name, status, body, expected) => {
    const server = await ModernServer.start();
    server.on('tools/list', (_request, response) =>
      respond(response, status, { jsonrpc: '2.0', ...body }, { 'retry-after': '7' }),
    );
    const answer = await open(server).ask(1, 'tools/list', params());
    const shown =
      answer instanceof PortolanError
        ? answer.data
        : { id: answer.id, code: (answer.message['error'] as { code: number }).code };
    expect(shown).toMatchObject(expected);
  });

  test.each([
    [413, 'too large', 'Send less at once.'],
    [431, 'headers are too large', 'Use shorter arguments'],
  ])('HTM-25: status %i is told in words', async (status, cause, hint) => {
    const server = await ModernServer.start();
    server.on('tools/call', (request, response) => refuse(response, status, request.id, { code: -1, message: 'no' }));
    const error = await open(server).ask(1, 'tools/call', params({ name: 'echo' }));
    expect(error).toMatchObject({ code: 'HTTP_STATUS', data: { status } });
    expect(error).toHaveProperty('message', expect.stringContaining(cause));
    expect(error).toHaveProperty('hint', expect.stringContaining(hint));
  });

  test('HTM-25: headers that are really too large for a server', async () => {
    const server = await ModernServer.start();
    const error = await open(server).ask(1, 'tools/call', params({ name: 'x'.repeat(20_000) }));
    expect(error).toMatchObject({ code: 'HTTP_STATUS', data: { status: 431, sent: true } });
    expect(await open(server).ask(2, 'tools/list', params())).toMatchObject({ kind: 'response' });
  });

  test('HTM-13: a stream that breaks or ends without an answer fails its request, which is not sent again', async () => {
    const server = await ModernServer.start();
    for (const [id, cut] of [
      [1, 'end'],
      [2, 'destroy'],
    ] as const) {
      server.on('tools/call', (_request, response) => {
        openEvents(response);
        sendEvent(response, { id: '5', retry: 1, data: progress(1) });
        setImmediate(() => (cut === 'end' ? response.end() : response.destroy()));
      });
      const client = open(server);
      const error = await client.ask(id, 'tools/call', params({ name: 'echo' }));
      expect(error).toMatchObject({ code: 'CONNECTION_LOST', data: { sent: true } });
      await client.ask('after', 'tools/list', params());
    }
    expect(server.seen.map(({ http, method }) => `${http} ${method}`)).toEqual(
      ['tools/call', 'tools/list', 'tools/call', 'tools/list'].map((method) => `POST ${method}`),
    );
  });

  test('a server that asks, or answers something else, is not listened to', async () => {
    const server = await ModernServer.start();
    server.on('tools/call', (request, response) => {
      openEvents(response);
      sendEvent(response, { data: { jsonrpc: '2.0', id: 's', method: 'roots/list' } });
      sendEvent(response, { data: { jsonrpc: '2.0', id: 'other', result: {} } });
      sendEvent(response, { data: { jsonrpc: '2.0', id: request.id, result: {} } });
      sendEvent(response, { data: { jsonrpc: '2.0', id: request.id, result: { again: true } } });
      response.end(`data: ${JSON.stringify(progress(9))}\n\n`);
    });
    server.on('other', (_request, response) => {
      openEvents(response);
    });
    const client = open(server);
    client.request('other', 'other', params());
    await client.ask(1, 'tools/call', params({ name: 'echo' }));
    await client.ask(2, 'tools/list', params());
    expect(client.frames.map(({ id }) => id)).toEqual(['1', '2']);
    expect(client.logs).toHaveLength(2);
    expect(client.failures).toEqual([]);
  });

  test('a JSON answer for another request fails the one that was asked', async () => {
    const server = await ModernServer.start();
    server.on('tools/list', (_request, response) => respond(response, 200, { jsonrpc: '2.0', id: 9, result: {} }));
    expect(await open(server).ask(1, 'tools/list', params())).toMatchObject({ code: 'PROTOCOL_ERROR' });
  });

  test('a stream that stays open after its answer is taken back', async () => {
    const server = await ModernServer.start();
    const clock = new ManualClock();
    let closed = false;
    server.on('tools/call', (request, response) => {
      openEvents(response);
      response.once('close', () => (closed = true));
      sendEvent(response, { data: { jsonrpc: '2.0', id: request.id, result: {} } });
    });
    await open(server, { clock }).ask(1, 'tools/call', params({ name: 'echo' }));
    clock.advance(5_000);
    await until(() => closed, 'the stream is closed');
  });
});
