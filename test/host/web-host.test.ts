// The loopback web host refuses everything that is not its own page with its own token.
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpText, rawRequest } from '../support/raw-http.ts';
import { until } from '../support/until.ts';
import { rpcLines, type WebRig, webRig } from '../support/web-rig.ts';

async function ask(rig: WebRig, lines: readonly string[], body = '{}') {
  return rawRequest(rig.port, httpText(lines, body));
}

const swap = (lines: readonly string[], name: string, ...replacement: string[]) =>
  lines.flatMap((line) => (line.startsWith(`${name}:`) ? replacement : [line]));

describe('web host', () => {
  it('answers a proper call of its own page', async () => {
    const rig = await webRig();
    const answer = await ask(rig, rpcLines(rig, rig.token()));
    expect(answer.status).toBe(200);
    expect(rig.calls()).toBe(1);
  });

  it('GW-02 refuses every Host but its own, once, in origin form', async () => {
    const rig = await webRig();
    const lines = rpcLines(rig, rig.token());
    const { port } = rig;
    const hosts = [
      'evil.test',
      `evil.test:${port}`,
      'localhost',
      `localhost:${port}`,
      `127.0.0.1.evil.test:${port}`,
      `127.0.0.1.:${port}`,
      '127.0.0.1',
      '127.0.0.1:80',
      `127.0.0.1:0${port}`,
      `127.1:${port}`,
      `2130706433:${port}`,
      `0x7f000001:${port}`,
      `0x7f.1:${port}`,
      `0177.0.0.1:${port}`,
      `[::1]:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      `::1:${port}`,
      `0.0.0.0:${port}`,
      `0:${port}`,
      '',
      ' ',
      `127.0.0.1:${port},evil.test`,
      `127.0.0.1:${port} evil.test`,
      `evil.test@127.0.0.1:${port}`,
      `127.0.0.1:${port}/`,
      `127.0.0.1:${port}?`,
      `127.0.0.1:${port}#`,
      `http://127.0.0.1:${port}`,
      `127.0.0.1:${port}.evil.test`,
      `127.0.0.2:${port}`,
      `１２７.0.0.1:${port}`,
      `127.0.0.1:+${port}`,
      `127.0.0.1:${port}:1`,
      `127.0.0.1\t:${port}`,
      `"127.0.0.1:${port}"`,
    ];
    for (const host of hosts) {
      const { status } = await ask(rig, swap(lines, 'Host', `Host: ${host}`));
      expect([host, [400, 403].includes(status)]).toEqual([host, true]);
    }
    const own = `Host: ${rig.authority}`;
    const others = [
      swap(lines, 'Host'),
      swap(lines, 'Host', own, own),
      swap(lines, 'Host', own, 'Host: evil.test'),
      swap(lines, 'Host', 'Host: evil.test', own),
      [`POST http://evil.test/rpc/system/status HTTP/1.1`, ...lines.slice(1)],
      [`POST http://${rig.authority}/rpc/system/status HTTP/1.1`, ...lines.slice(1)],
      [`POST //evil.test/rpc/system/status HTTP/1.1`, ...lines.slice(1)],
    ];
    for (const variant of others) expect([400, 403, 404]).toContain((await ask(rig, variant)).status);
    expect(rig.calls()).toBe(0);
  });

  it('GW-03 refuses any other Origin before it reads the body', async () => {
    const rig = await webRig();
    const lines = rpcLines(rig, rig.token());
    const origins = [
      'null',
      'http://evil.test',
      `https://${rig.authority}`,
      `http://localhost:${rig.port}`,
      'http://127.0.0.1',
      'http://127.0.0.1:1',
      'chrome-extension://abcdefghijklmnop',
      'moz-extension://x',
      'file://',
      `http://${rig.authority}.evil.test`,
      'vscode-webview://x',
      '',
      `http://${rig.authority}/`,
      `HTTP://${rig.authority}`,
    ];
    for (const origin of origins) {
      // The announced body is never sent: an answer proves that nobody waits for it.
      const variant = swap(swap(lines, 'Origin', `Origin: ${origin}`), 'Content-Length', 'Content-Length: 1000000');
      expect([origin, (await ask(rig, variant, '')).status]).toEqual([origin, 403]);
    }
    for (const site of ['cross-site', 'same-site']) {
      expect((await ask(rig, [...lines, `Sec-Fetch-Site: ${site}`])).status).toBe(403);
    }
    expect(rig.calls()).toBe(0);
    expect(rig.host.refused.get('origin')).toBe(origins.length);
  });

  it('GW-04 wants a live token in its header, and slows down who guesses', async () => {
    const rig = await webRig();
    const token = rig.token();
    const lines = rpcLines(rig, token);
    const wrong = [
      swap(lines, 'Authorization'),
      swap(lines, 'Authorization', 'Authorization: Bearer'),
      swap(lines, 'Authorization', `Authorization: Basic ${token}`),
      swap(lines, 'Authorization', `Authorization: Bearer ${token}x`),
      swap(lines, 'Authorization', `Authorization: Bearer ${token.slice(0, -1)}`),
      swap(lines, 'Authorization', `Cookie: token=${token}`),
      [`POST /rpc/system/status?token=${token} HTTP/1.1`, ...swap(lines.slice(1), 'Authorization')],
    ];
    for (const variant of wrong) expect((await ask(rig, variant)).status).toBe(401);
    const statuses = new Set<number>();
    for (let n = 0; n < 200; n += 1) {
      statuses.add((await ask(rig, swap(lines, 'Authorization', `Authorization: Bearer guess${n}`))).status);
    }
    expect([...statuses]).toEqual([401, 429]);
    expect((await ask(rig, lines)).status).toBe(200);
    expect(rig.calls()).toBe(1);
  });

  it('GW-04 gives one session for one code, and none for 10,000 guesses', async () => {
    const rig = await webRig();
    const code = rig.sessions.createCode();
    const open = (text: string) => {
      const body = JSON.stringify({ code: text });
      return ask(
        rig,
        [
          'POST /session HTTP/1.1',
          `Host: ${rig.authority}`,
          `Origin: http://${rig.authority}`,
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
          'Connection: close',
        ],
        body,
      );
    };
    const first = await open(code);
    expect(first.status).toBe(200);
    expect(JSON.parse(first.body)).toEqual({ token: expect.stringMatching(/^[\w-]{43}$/) });
    expect((await open(code)).status).toBe(401);
    for (let n = 0; n < 10_000; n += 1) rig.sessions.redeem(`guess ${n}`);
    expect((await open('one more')).status).toBe(429);
    expect(rig.sessions.size).toBe(1);
  });

  it('GW-05 gives no effect to what a foreign page can send without leave', async () => {
    const rig = await webRig();
    const lines = rpcLines(rig, rig.token());
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json, text/plain',
      'application/csp-report',
      '',
    ]) {
      expect((await ask(rig, swap(lines, 'Content-Type', `Content-Type: ${type}`))).status).toBe(415);
    }
    const plain = swap(swap(lines, 'Content-Type'), 'Content-Length');
    expect((await ask(rig, ['GET /rpc/system/status HTTP/1.1', ...plain.slice(1)], '')).status).toBe(405);
    expect(
      (await ask(rig, ['GET / HTTP/1.1', ...plain.slice(1), 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'], ''))
        .status,
    ).toBe(400);
    expect(rig.calls()).toBe(0);
  });

  it('GW-06 sends the security headers with every answer, and neither CORS nor cookies', async () => {
    const rig = await webRig();
    const page = ['GET / HTTP/1.1', `Host: ${rig.authority}`, 'Connection: close'];
    const answers = [
      await ask(rig, page, ''),
      await ask(rig, rpcLines(rig, rig.token())),
      await ask(rig, ['GET /nothing HTTP/1.1', ...page.slice(1)], ''),
      await ask(rig, ['GET / HTTP/1.1', 'Host: evil.test', 'Connection: close'], ''),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 403]);
    for (const { head } of answers) {
      for (const header of [
        "content-security-policy: default-src 'none'; script-src 'self'",
        'x-content-type-options: nosniff',
        'cache-control: no-store',
        'cross-origin-resource-policy: same-origin',
        'cross-origin-opener-policy: same-origin',
        'referrer-policy: no-referrer',
      ]) {
        expect(head.toLowerCase()).toContain(header);
      }
      expect(head).not.toMatch(/access-control|set-cookie/i);
    }
  });

  it('GW-09 closes on ambiguous framing', async () => {
    const rig = await webRig();
    const lines = rpcLines(rig, rig.token());
    const variants = [
      httpText([...lines, 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
      httpText([...swap(lines, 'Content-Length'), 'Transfer-Encoding: chunked'], '2;ext=1\r\n{}\r\n0\r\n\r\n'),
      httpText([...lines, 'Content-Length: 3'], '{}'),
      httpText([...lines, 'Content-Length: +2'], '{}'),
      `${lines.join('\n')}\n\n{}`,
      httpText([...lines, 'X-Folded: a\r\n b'], '{}'),
      httpText([...lines, 'X-Space : a'], '{}'),
      httpText([...lines, 'X-Nul: a\0b'], '{}'),
      'GET / HTTP/9.9\r\n\r\n',
      'nonsense\r\n\r\n',
    ];
    for (const [index, variant] of variants.entries()) {
      const { status } = await rawRequest(rig.port, variant);
      expect([index, status === 400 || status === 411 || status === 403]).toEqual([index, true]);
    }
    expect(rig.calls()).toBe(0);
  });

  it('GW-10 bounds headers and bodies and serves nothing outside its list', async () => {
    const rig = await webRig();
    const page = (path: string) => [`GET ${path} HTTP/1.1`, `Host: ${rig.authority}`, 'Connection: close'];
    const many = Array.from({ length: 200 }, (_, n) => `X-${n}: 1`);
    expect((await ask(rig, [...page('/'), ...many], '')).status).toBe(431);
    expect((await ask(rig, [...page('/'), `X-Big: ${'a'.repeat(64 * 1024)}`], '')).status).toBe(431);
    const big = swap(rpcLines(rig, rig.token()), 'Content-Length', `Content-Length: ${100 * 1024 * 1024}`);
    expect((await ask(rig, big, '')).status).toBe(413);
    for (const path of [
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/../../etc/passwd',
      '/assets/..',
      '/assets/../index.html',
      '/secret.bin',
      '/assets',
      '/index.html%00.js',
      '/.env',
    ]) {
      expect([path, (await ask(rig, page(path), '')).status]).toEqual([path, 404]);
    }
    const asset = await ask(rig, page('/assets/app-abc.js'), '');
    expect([asset.status, asset.body]).toEqual([200, 'export {};']);
    expect(asset.head).toContain('Content-Type: text/javascript');
  });

  it('GW-11 answers other methods with 405', async () => {
    const rig = await webRig();
    for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS', 'PROPFIND']) {
      expect([method, (await ask(rig, [`${method} / HTTP/1.1`, `Host: ${rig.authority}`], '')).status]).toEqual([
        method,
        405,
      ]);
    }
    expect((await ask(rig, ['CONNECT evil.test:443 HTTP/1.1', `Host: ${rig.authority}`], '')).status).toBe(405);
    expect(
      (
        await ask(rig, [
          'POST / HTTP/1.1',
          `Host: ${rig.authority}`,
          'Content-Type: application/json',
          'Content-Length: 2',
        ])
      ).status,
    ).toBe(404);
  });

  it('GW-08 still serves its page under 500 slow headers and 200 slow bodies', async () => {
    const rig = await webRig();
    const lines = rpcLines(rig, rig.token());
    const slow = [
      ...Array.from({ length: 500 }, () => `GET / HTTP/1.1\r\nHost: ${rig.authority}\r\nX-Slow: `),
      ...Array.from({ length: 200 }, () =>
        httpText(swap(rpcLines(rig, 'stolen'), 'Content-Length', 'Content-Length: 1000'), '{'),
      ),
    ];
    const sockets = slow.map((text) => {
      const socket = connect(rig.port, '127.0.0.1', () => socket.write(text));
      socket.on('error', () => undefined);
      return socket.resume();
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await Promise.all(sockets.map((socket) => until(() => !socket.connecting, 'the flood has arrived')));
    for (let n = 0; n < 50; n += 1) expect((await ask(rig, lines)).status).toBe(200);
    const open = () => sockets.filter((socket) => !socket.destroyed).length;
    await until(() => open() <= 128, 'no more than 128 are kept');
  });

  it('GW-17 ends a revoked session’s stream while another’s goes on', async () => {
    const rig = await webRig();
    const [first, second] = [rig.token(), rig.token()];
    const stream = async (token: string) => {
      const response = await fetch(`${rig.host.base}/rpc/system/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
      });
      const reader = response.body?.getReader();
      let text = '';
      let ended = false;
      const pump = async (): Promise<void> => {
        for (;;) {
          const chunk = await reader?.read();
          if (chunk === undefined || chunk.done) return;
          text += new TextDecoder().decode(chunk.value);
        }
      };
      void pump()
        .catch(() => undefined)
        .finally(() => {
          ended = true;
        });
      return { text: () => text, ended: () => ended };
    };
    const [a, b] = [await stream(first), await stream(second)];
    await until(() => rig.events.readers === 2, 'both streams are open');
    expect((await ask(rig, rpcLines(rig, first, '{}', '/session/end'))).status).toBe(200);
    await until(a.ended, 'the first stream ends', 1_000);
    rig.events.publish({ type: 'server-removed', name: 'still-here' });
    await until(() => b.text().includes('still-here'), 'the second stream goes on');
    expect(b.ended()).toBe(false);
    expect((await ask(rig, rpcLines(rig, first))).status).toBe(401);
  });
});
