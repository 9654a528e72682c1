// The loopback web host stands floods, ambiguous framing, oversized input and odd methods.
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpText, rawRequest } from '../support/raw-http.ts';
import { until } from '../support/until.ts';
import { rpcLines, type WebRig, webRig } from '../support/web-rig.ts';

async function ask(rig: WebRig, lines: readonly string[], body = '{}') {
  return rawRequest(rig.port, httpText(lines, body));
}

/** Milliseconds within which 99 of 100 calls are answered, in the best of five rounds. */
async function bestP99(rig: WebRig, lines: readonly string[]): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const took: number[] = [];
    for (let n = 0; n < 100; n += 1) {
      const begun = performance.now();
      expect((await ask(rig, lines)).status).toBe(200);
      took.push(performance.now() - begun);
    }
    rounds.push(took.toSorted((a, b) => a - b)[98] ?? 0);
  }
  return Math.min(...rounds);
}

const swap = (lines: readonly string[], name: string, ...replacement: string[]) =>
  lines.flatMap((line) => (line.startsWith(`${name}:`) ? replacement : [line]));

describe('web host limits', () => {
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

  it('GW-08 answers under 500 slow headers and 200 slow bodies about as soon as without them', async () => {
    const rig = await webRig();
    const lines = rpcLines(rig, rig.token());
    const quiet = await bestP99(rig, lines);
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
    // Against a quiet run of the same process, so that a slow machine is slow in both; the best round of each.
    const loud = await bestP99(rig, lines);
    expect(loud / quiet, `p99 was ${quiet.toFixed(1)} ms, under the flood ${loud.toFixed(1)} ms`).toBeLessThan(20);
    const open = () => sockets.filter((socket) => !socket.destroyed).length;
    // Sooner than the time limit for headers, which would close them too.
    await until(() => open() <= 128, 'no more than 128 are kept', 5_000);
  });
});
