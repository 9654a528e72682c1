import { createServer } from 'node:https';
import { expect, onTestFinished, test, vi } from 'vitest';
import { certificateFor } from '../../support/certificates.ts';
import { answering, guarded, HERE, serve } from '../../support/oauth/guarded.ts';
import { listen } from '../../support/oauth/listen.ts';
import { rejected } from '../../support/thrown.ts';

test.each(['0', undefined])(
  'OA-34 nothing is sent to a server with a self-signed certificate (NODE_TLS_REJECT_UNAUTHORIZED=%s)',
  async (setting) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', setting);
    onTestFinished(() => void vi.unstubAllEnvs());
    const requests: string[] = [];
    const server = createServer(certificateFor(['127.0.0.1', 'localhost']), ({ url }) => requests.push(url ?? ''));
    const { port } = await listen(server);
    const fetch = guarded({ home: HERE });
    const headers = { authorization: 'Bearer hunter2' };
    for (const host of ['127.0.0.1', 'localhost']) {
      const error = await rejected(fetch(`https://${host}:${port}/token`, { method: 'POST', headers, body: 'code=c' }));
      expect([error.code, error.data['reason']]).toEqual(['CONNECT_REFUSED', 'DEPTH_ZERO_SELF_SIGNED_CERT']);
    }
    expect(requests).toEqual([]);
  },
);

test('OA-34 a proxy of the environment, which answers 407, is not asked, and a 407 is no success', async () => {
  const proxy = await serve((_request, response) => void response.writeHead(407).end());
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY']) {
    vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
  }
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await serve((_request, response) => void response.writeHead(407).end());
  const answer = await guarded({ home: HERE })(`http://127.0.0.1:${server.port}/token`, { method: 'POST' });
  expect([answer.status, answer.ok, proxy.connections()]).toEqual([407, false, 0]);
});

test('OA-10 the name of the host goes into the handshake, yet the connection to the address that was checked', async () => {
  const names: (string | false)[] = [];
  const SNICallback = (name: string, done: (error: Error | null) => void): void => {
    names.push(name);
    done(null);
  };
  const server = createServer(
    { ...certificateFor(['login.example']), SNICallback },
    (_request, response) => void response.end(),
  );
  const { port } = await listen(server);
  const fetch = guarded({ home: HERE, lookup: answering(['127.0.0.1']) });
  expect((await rejected(fetch(`https://login.example:${port}/`))).data['reason']).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect(names).toEqual(['login.example']);
});
