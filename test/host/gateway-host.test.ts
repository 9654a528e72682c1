// The listener of the HTTP gateway lets in clients with their own token and refuses everything else, without an effect.
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { modernRequest } from '../support/http-client.ts';
import { playedGateway, recordedGateway } from '../support/http-gateway-rig.ts';
import { httpText, rawRequest } from '../support/raw-http.ts';
import { until } from '../support/until.ts';

const BODY = JSON.stringify(modernRequest(1, 'tools/list').body);
const PATH = '/mcp/s/recorder';

/** Header lines of a proper request. */
function linesOf(rig: { host: { port: number } }, token: string, path = PATH, body = BODY): string[] {
  return [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${rig.host.port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'MCP-Protocol-Version: 2026-07-28',
    'Mcp-Method: tools/list',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
}

async function gateway(options: { publicOrigin?: string } = {}) {
  const rig = await recordedGateway(options);
  rig.source.onSend = (frame, upstream) => {
    if (frame.method === 'tools/list') queueMicrotask(() => upstream.answer(frame.id, '{"tools":[]}'));
  };
  const lines = linesOf(rig, rig.added.token);
  const ask = (given: readonly string[], body = BODY) => rawRequest(rig.host.port, httpText(given, body));
  return { ...rig, lines, ask, calls: () => rig.source.opened.flatMap(({ methods }) => methods).length };
}

const swap = (lines: readonly string[], name: string, ...replacement: string[]) =>
  lines.flatMap((line) => (line.startsWith(`${name}:`) ? replacement : [line]));

describe('http gateway', () => {
  it('answers a proper request', async () => {
    const { ask, lines, calls } = await gateway();
    expect((await ask(lines)).status).toBe(200);
    expect(calls()).toBe(1);
  });

  it('GW-02 refuses every Host but its own, once, in origin form', async () => {
    const { ask, lines, calls, host } = await gateway();
    const { port } = host;
    const hosts = [
      'evil.test',
      `evil.test:${port}`,
      `localhost:${port}`,
      `127.0.0.1.evil.test:${port}`,
      `127.0.0.1.:${port}`,
      '127.0.0.1',
      `127.1:${port}`,
      `2130706433:${port}`,
      `0x7f000001:${port}`,
      `0177.0.0.1:${port}`,
      `[::1]:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      '',
      `127.0.0.1:${port},evil.test`,
      `evil.test@127.0.0.1:${port}`,
      `http://127.0.0.1:${port}`,
      `127.0.0.1:${port}.evil.test`,
      'gateway.example',
    ];
    for (const name of hosts) {
      const { status } = await ask(swap(lines, 'Host', `Host: ${name}`));
      expect([name, [400, 403].includes(status)]).toEqual([name, true]);
    }
    const own = `Host: 127.0.0.1:${port}`;
    const others = [
      swap(lines, 'Host'),
      swap(lines, 'Host', own, own),
      swap(lines, 'Host', 'Host: evil.test', own),
      [...swap(lines, 'Host', 'Host: evil.test'), `X-Forwarded-Host: 127.0.0.1:${port}`],
      [`POST http://127.0.0.1:${port}${PATH} HTTP/1.1`, ...lines.slice(1)],
      [`POST //evil.test${PATH} HTTP/1.1`, ...lines.slice(1)],
    ];
    for (const variant of others) expect([400, 403, 404]).toContain((await ask(variant)).status);
    expect(calls()).toBe(0);
  });

  it('GW-03, HTM-23 refuses any Origin before it reads the body', async () => {
    const { ask, lines, calls, host } = await gateway();
    const origins = [
      'null',
      'http://evil.test',
      `http://127.0.0.1:${host.port}`,
      `http://localhost:${host.port}`,
      'chrome-extension://abcdefghijklmnop',
      '',
    ];
    for (const origin of origins) {
      // The announced body is never sent: an answer proves that nobody waits for it.
      const variant = [...swap(lines, 'Content-Length', 'Content-Length: 1000000'), `Origin: ${origin}`];
      expect([origin, (await ask(variant, '')).status]).toEqual([origin, 403]);
    }
    for (const site of ['cross-site', 'same-site', 'same-origin']) {
      expect((await ask([...lines, `Sec-Fetch-Site: ${site}`])).status).toBe(403);
    }
    expect(calls()).toBe(0);
  });

  it('takes its public origin as Host and Origin, and no other', async () => {
    const { ask, lines } = await gateway({ publicOrigin: 'https://gateway.example' });
    const named = swap(lines, 'Host', 'Host: gateway.example');
    expect((await ask(named)).status).toBe(200);
    expect((await ask([...named, 'Origin: https://gateway.example'])).status).toBe(200);
    expect((await ask([...named, 'Origin: http://gateway.example'])).status).toBe(403);
    expect((await ask([...named, 'Origin: https://gateway.example', 'Origin: https://evil.test'])).status).toBe(403);
    expect((await ask(swap(lines, 'Host', 'Host: gateway.example:443'))).status).toBe(403);
    expect((await ask(swap(named, 'Authorization'))).status).toBe(401);
  });

  it('GW-04, HTM-24 wants a live token in its header, and slows down who guesses', async () => {
    const rig = await gateway();
    const { ask, lines, calls, added, clients } = rig;
    const other = clients.add({ name: 'restricted', targets: ['other', 'profile:work'] });
    const revoked = clients.add({ name: 'revoked' });
    clients.revoke(revoked.client.id);
    const bearer = (text: string) => swap(lines, 'Authorization', `Authorization: ${text}`);
    const wrong = [
      swap(lines, 'Authorization'),
      bearer(`Basic ${added.token}`),
      bearer(`Bearer ${added.token}x`),
      bearer(`Bearer ${revoked.token}`),
      swap(lines, 'Authorization', `Cookie: token=${added.token}`),
      [`POST ${PATH}?token=${added.token} HTTP/1.1`, ...swap(lines.slice(1), 'Authorization')],
      [`POST /mcp/o/${added.token}/s/recorder HTTP/1.1`, ...swap(lines.slice(1), 'Authorization')],
    ];
    for (const variant of wrong) expect((await ask(variant)).status).toBe(401);
    expect((await ask(bearer(`Bearer ${other.token}`))).status).toBe(403);
    const statuses = new Set<number>();
    for (let n = 0; n < 100; n += 1) statuses.add((await ask(bearer(`Bearer guess${n}`))).status);
    expect([...statuses].every((status) => status === 401 || status === 429)).toBe(true);
    expect(statuses).toContain(429);
    expect(calls()).toBe(0);
    expect((await ask(lines)).status).toBe(200);
  });

  it('GW-05 gives no effect to what a web page can send without leave', async () => {
    const { ask, lines, calls } = await gateway();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      expect((await ask(swap(lines, 'Content-Type', `Content-Type: ${type}`))).status).toBe(415);
    }
    const plain = swap(swap(lines, 'Content-Type'), 'Content-Length');
    expect((await ask([`GET ${PATH} HTTP/1.1`, ...plain.slice(1), 'Upgrade: websocket'], '')).status).toBe(400);
    expect((await ask([`GET ${PATH} HTTP/1.1`, ...plain.slice(1)], '')).status).toBe(405);
    expect(calls()).toBe(0);
  });

  it('GW-06 sends the security headers with every answer, and neither CORS nor cookies', async () => {
    const { ask, lines } = await gateway();
    const answers = [
      await ask(lines),
      await ask(swap(lines, 'Authorization')),
      await ask(['POST /nothing HTTP/1.1', ...lines.slice(1)]),
      await ask([...lines, 'Origin: http://evil.test']),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 403]);
    for (const { head } of answers) {
      for (const header of [
        "content-security-policy: default-src 'none'",
        'x-content-type-options: nosniff',
        'cache-control: no-store',
        'cross-origin-resource-policy: same-origin',
      ]) {
        expect(head.toLowerCase()).toContain(header);
      }
      expect(head).not.toMatch(/access-control|set-cookie/i);
    }
  });

  it('GW-08 still serves its clients under 500 slow headers and 200 slow bodies', async () => {
    const { ask, lines, host } = await gateway();
    const stolen = swap(lines, 'Authorization', 'Authorization: Bearer stolen');
    const slow = [
      ...Array.from({ length: 500 }, () => `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nX-Slow: `),
      ...Array.from({ length: 200 }, () => httpText(stolen, '{')),
    ];
    const sockets = slow.map((text) => {
      const socket = connect(host.port, '127.0.0.1', () => socket.write(text));
      socket.on('error', () => undefined);
      return socket.resume();
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await Promise.all(sockets.map((socket) => until(() => !socket.connecting, 'the flood has arrived')));
    for (let n = 0; n < 50; n += 1) expect((await ask(lines)).status).toBe(200);
    expect(host.connections).toBeLessThanOrEqual(128);
  });

  it('GW-09 closes on ambiguous framing', async () => {
    const { host, lines, calls } = await gateway();
    const variants = [
      httpText([...lines, 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
      httpText([...swap(lines, 'Content-Length'), 'Transfer-Encoding: chunked'], '2;ext=1\r\n{}\r\n0\r\n\r\n'),
      httpText([...lines, 'Content-Length: 3'], BODY),
      `${lines.join('\n')}\n\n${BODY}`,
      httpText([...lines, 'X-Folded: a\r\n b'], BODY),
      httpText([...lines, 'X-Space : a'], BODY),
      httpText([...lines, 'X-Nul: a\0b'], BODY),
      'nonsense\r\n\r\n',
    ];
    for (const [index, variant] of variants.entries()) {
      const { status } = await rawRequest(host.port, variant);
      expect([index, [400, 403, 411].includes(status)]).toEqual([index, true]);
    }
    expect(calls()).toBe(0);
  });

  it('GW-10 bounds headers and bodies and knows no path but its own', async () => {
    const { ask, lines, calls } = await gateway();
    expect((await ask([...lines, ...Array.from({ length: 200 }, (_, n) => `X-${n}: 1`)])).status).toBe(431);
    expect((await ask([...lines, `X-Big: ${'a'.repeat(64 * 1024)}`])).status).toBe(431);
    const big = swap(lines, 'Content-Length', `Content-Length: ${64 * 1024 * 1024 + 1}`);
    expect((await ask(big, '')).status).toBe(413);
    for (const path of [
      '/',
      '/mcp/s/',
      '/mcp/s/..%2f..%2fetc',
      '/mcp/s/../s/recorder',
      '/mcp/s/recorder/x',
      '/mcp/x/recorder',
      '/mcp/s/rec%6frder',
      '/mcp/o/short/s/recorder',
      '/.well-known/oauth-protected-resource',
    ]) {
      expect([path, (await ask([`POST ${path} HTTP/1.1`, ...lines.slice(1)])).status]).toEqual([path, 404]);
    }
    expect(calls()).toBe(0);
  });

  it('GW-11 answers other methods with 405', async () => {
    const { ask, lines, host } = await gateway();
    for (const method of ['PUT', 'PATCH', 'TRACE', 'OPTIONS', 'HEAD', 'PROPFIND']) {
      const answer = await ask([`${method} ${PATH} HTTP/1.1`, ...lines.slice(1)]);
      expect([method, answer.status]).toEqual([method, 405]);
      expect(answer.head).toMatch(/Allow: GET, POST, DELETE/);
    }
    expect((await rawRequest(host.port, `CONNECT evil.test:443 HTTP/1.1\r\nHost: x\r\n\r\n`)).status).toBe(405);
  });

  it('GW-17 ends a revoked client’s streams at once while another’s go on', async () => {
    const { http, host, clients, added, client, clientOf, sessions } = await playedGateway();
    const other = clientOf(clients.add({ name: 'desktop' }).token);
    const { body, headers } = modernRequest(1, 'subscriptions/listen', { notifications: {} });
    const mine = client.post(PATH, body, headers);
    const theirs = other.post(PATH, body, headers);
    await until(() => sessions.length === 2 && sessions.every(({ last }) => last !== undefined), 'both listen');
    clients.revoke(added.client.id);
    await http.endClient(added.client.id);
    host.cut(added.client.id);
    await until(() => mine.ended, 'the first stream ends', 1_000);
    const still = sessions.find(({ options }) => options.caller.gatewayClient === 'desktop');
    expect(sessions.filter(({ isClosed }) => isClosed)).toHaveLength(1);
    expect(still?.isClosed).toBe(false);
    still?.answer(still.last?.id);
    await other.answered(theirs);
    expect(theirs.status).toBe(200);
    expect((await client.answered(client.post(PATH, body, headers))).status).toBe(401);
  });

  it('a client whose secret is in the path needs no header, and its secret opens nothing as a token', async () => {
    const { ask, lines, clients, calls } = await gateway();
    const { token, client } = clients.add({ name: 'suite', openPath: true });
    const bare = swap(lines, 'Authorization').slice(1);
    expect((await ask([`POST /mcp/o/${token}/s/recorder HTTP/1.1`, ...bare])).status).toBe(200);
    expect((await ask(swap(lines, 'Authorization', `Authorization: Bearer ${token}`))).status).toBe(401);
    expect((await ask([`POST /mcp/o/${token}/s/recorder HTTP/1.1`, ...bare, 'Origin: http://x'])).status).toBe(403);
    clients.revoke(client.id);
    expect((await ask([`POST /mcp/o/${token}/s/recorder HTTP/1.1`, ...bare])).status).toBe(401);
    expect(calls()).toBe(1);
  });

  it('PRX-19 hands a server neither the token nor any other header of the client', async () => {
    const { ask, lines, added, source, audit } = await gateway();
    await ask([...lines, 'X-Secret: canary', 'Cookie: a=canary']);
    const seen = JSON.stringify([source.opened.map(({ frames }) => frames), audit.events]);
    expect(seen).not.toContain(added.token);
    expect(seen).not.toContain('canary');
  });

  it('an unknown server is 404, one that is turned off 409, a host that hands over 503', async () => {
    const rig = await recordedGateway({ known: ['recorder'], disabled: ['off'] });
    const { body, headers } = modernRequest(1, 'tools/list');
    const ask = async (name: string) => {
      const exchange = await rig.client.answered(rig.client.post(`/mcp/s/${name}`, body, headers));
      return [exchange.status, exchange.messages[0]?.error?.data?.code];
    };
    expect(await ask('nothing')).toEqual([404, 'SERVER_NOT_FOUND']);
    expect(await ask('off')).toEqual([409, 'SERVER_DISABLED']);
    rig.http.drain();
    expect(await ask('recorder')).toEqual([503, 'HOST_DRAINING']);
  });
});
