// The loopback web host refuses everything that is not its own page with its own token.
import { describe, expect, it } from 'vitest';
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
    rig.events.publish({ type: 'servers', servers: [], removed: ['still-here'] });
    await until(() => b.text().includes('still-here'), 'the second stream goes on');
    expect(b.ended()).toBe(false);
    expect((await ask(rig, rpcLines(rig, first))).status).toBe(401);
  });
});
