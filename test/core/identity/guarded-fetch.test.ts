import type { LookupFunction } from 'node:net';
import type { customFetch, HttpRequestOptions } from 'oauth4webapi';
import { expect, test, vi } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { answering, guarded, HERE, serve } from '../../support/oauth/guarded.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const PUBLIC = new URL('https://8.8.8.8/mcp');

/** Spellings of addresses that lead to this machine, into private networks or to the metadata of a cloud. */
const SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '１２７.0.0.1',
  '127。0。0。1',
  '0',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '169.254.169.254',
  '2852039166',
  '10.0.0.1',
  '192.168.0.1',
  '100.64.0.1',
  'localhost',
  'LOCALHOST',
];

test('OA-11 no spelling of a private or metadata address gets a connection', async () => {
  const server = await serve((_request, response) => void response.end('{}'));
  const fetch = guarded({ home: PUBLIC });
  for (const spelling of SPELLINGS) {
    for (const scheme of ['https', 'http']) {
      const error = await rejected(fetch(`${scheme}://${spelling}:${server.port}/`));
      expect([spelling, ['ADDRESS_BLOCKED', 'URL_REFUSED'].includes(error.code)]).toEqual([spelling, true]);
    }
  }
  expect(server.connections()).toBe(0);
});

test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '169.254.169.254', '64:ff9b::7f00:1'])(
  'OA-11 a name whose address is %s gets no connection, also when another of its addresses is public',
  async (address) => {
    const server = await serve((_request, response) => void response.end('{}'));
    const fetch = guarded({ home: PUBLIC, lookup: answering(['203.0.113.9'], ['8.8.8.8', address]) });
    expect((await rejected(fetch(`https://login.example:${server.port}/`))).code).toBe('ADDRESS_BLOCKED');
    expect((await rejected(fetch(`https://login.example:${server.port}/`))).code).toBe('ADDRESS_BLOCKED');
    expect(server.connections()).toBe(0);
  },
);

test('this machine is open to a server of this machine, and the metadata of a cloud is open to nobody', async () => {
  const server = await serve((_request, response) => void response.end('{"a":1}'));
  const fetch = guarded({ home: HERE });
  expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).json()).toEqual({ a: 1 });
  for (const open of [guarded({ home: HERE }), guarded({ allowPrivateNetwork: true })]) {
    expect((await rejected(open('https://169.254.169.254/latest'))).code).toBe('ADDRESS_BLOCKED');
  }
});

test('a public name that leads to this machine does not open this machine', async () => {
  const server = await serve((_request, response) => void response.end('{}'));
  const home = new URL('https://mcp.example/mcp');
  const fetch = guarded({ home, lookup: answering(['127.0.0.1']) });
  expect((await rejected(fetch(`http://127.0.0.1:${server.port}/`))).code).toBe('ADDRESS_BLOCKED');
  expect(server.connections()).toBe(0);
});

test.each([
  ['10.0.0.1', undefined, 'never'],
  ['fd12::1', undefined, 'never'],
  ['8.8.8.8', undefined, 'private'],
  ['8.8.8.8', true, 'never'],
  ['127.0.0.1', undefined, 'private'],
])('with a server at %s (allowPrivateNetwork: %s), the first address in the way is %s', async (at, allow, kind) => {
  const lookup: LookupFunction = (host, options, callback) => {
    const answer = host === 'mcp.example' ? [at] : ['8.8.8.8', '192.168.1.1', '169.254.169.254'];
    answering(answer)(host, options, callback);
  };
  const home = new URL('https://mcp.example/mcp');
  const fetch = guarded({ home, lookup, ...(allow === undefined ? {} : { allowPrivateNetwork: allow }) });
  expect((await rejected(fetch('https://login.example/'))).data['kind']).toBe(kind);
});

test('plain http to a name that does not lead to this machine is refused', async () => {
  const fetch = guarded({ allowPrivateNetwork: true, lookup: answering(['10.0.0.1']) });
  expect((await rejected(fetch('http://localhost:1/'))).code).toBe('ADDRESS_BLOCKED');
  expect((await rejected(fetch('http://login.example/'))).code).toBe('URL_REFUSED');
});

test('OA-10 the connection goes to the address that was checked, whatever the DNS says next', async () => {
  const server = await serve((_request, response) => void response.end('{}'));
  const lookup = vi.fn(answering(['127.0.0.1'], ['10.0.0.1']));
  const fetch = guarded({ home: HERE, lookup });
  expect((await fetch(`http://localhost:${server.port}/`)).status).toBe(200);
  expect(lookup).toHaveBeenCalledTimes(1);
  expect((await rejected(fetch(`http://localhost:${server.port}/`))).code).toBe('ADDRESS_BLOCKED');
  expect(server.connections()).toBe(1);
});

test.each([
  ['https://10.0.0.1/', 'ADDRESS_BLOCKED'],
  ['https://[::ffff:a00:1]/', 'ADDRESS_BLOCKED'],
  ['http://169.254.169.254/latest', 'URL_REFUSED'],
  ['http://login.example/', 'URL_REFUSED'],
  ['https://user:pw@127.0.0.1/', 'URL_REFUSED'],
  ['file:///etc/passwd', 'URL_REFUSED'],
  ['https://[broken', 'URL_REFUSED'],
])('OA-10 each hop of a redirect is checked: %s is %s', async (location, code) => {
  const server = await serve(({ url }, response) => {
    response.writeHead(302, { location: url === '/first' ? '/second' : location }).end();
  });
  const fetch = guarded({ home: HERE });
  const error = await rejected(fetch(`http://127.0.0.1:${server.port}/first`, { redirect: 'follow' }));
  expect(error.code).toBe(code);
  expect(server.connections()).toBe(2);
});

test('OA-10 a chain of redirects ends, and credentials do not go to another origin', async () => {
  const other = await serve(({ headers }, response) => void response.end(JSON.stringify(headers)));
  const server = await serve(({ url }, response) => {
    const location = url === '/away' ? `http://127.0.0.1:${other.port}/` : '/round';
    response.writeHead(302, { location }).end();
  });
  const fetch = guarded({ home: HERE });
  const base = `http://127.0.0.1:${server.port}`;
  expect((await rejected(fetch(`${base}/round`, { redirect: 'follow' }))).code).toBe('URL_REFUSED');
  expect(server.connections()).toBe(6);
  const headers = { authorization: 'Bearer hunter2', accept: 'application/json' };
  const seen = (await (await fetch(`${base}/away`, { redirect: 'follow', headers })).json()) as Record<string, string>;
  expect([seen['authorization'], seen['accept']]).toEqual([undefined, 'application/json']);
});

test.each([301, 302, 303, 307, 308])('OA-10 a POST is never redirected (%i)', async (status) => {
  const other = await serve((_request, response) => void response.end());
  const server = await serve((_request, response) => {
    response.writeHead(status, { location: `http://127.0.0.1:${other.port}/` }).end();
  });
  const answer = await guarded({ home: HERE })(`http://127.0.0.1:${server.port}/token`, {
    method: 'POST',
    body: new URLSearchParams({ code: 'c' }),
    redirect: 'follow',
  });
  expect(answer.status).toBe(status);
  expect(other.connections()).toBe(0);
});

test('a form is sent as such, and the answer comes with its headers', async () => {
  const server = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.end(JSON.stringify({ body, type: request.headers['content-type'], method: request.method }));
    });
  });
  const fetch: NonNullable<HttpRequestOptions<'POST', URLSearchParams>[typeof customFetch]> = guarded({ home: HERE });
  const answer = await fetch(`http://127.0.0.1:${server.port}/`, {
    method: 'POST',
    headers: {},
    body: new URLSearchParams({ a: 'b c' }),
    redirect: 'manual',
  });
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await answer.json()).toEqual({
    body: 'a=b+c',
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
    method: 'POST',
  });
});

test('OA-24 an answer over the limit is given up while it comes', async () => {
  let written = 0;
  const server = await serve((_request, response) => {
    const chunk = Buffer.alloc(16_384, 0x20);
    const more = (): void => {
      written += chunk.length;
      if (written < 64 * 1024 * 1024 && !response.destroyed) response.write(chunk, () => setImmediate(more));
    };
    more();
  });
  const jwks = guarded({ home: HERE, maxBytes: 256 * 1024 });
  const error = await rejected(jwks(`http://127.0.0.1:${server.port}/jwks`));
  expect([error.code, error.data['maxBytes']]).toEqual(['METADATA_INVALID', 262_144]);
  expect(written).toBeLessThan(16 * 1024 * 1024);
});

test.each(['nothing', 'a head alone', 'a drop now and then'])('an answer of %s ends with the time', async (what) => {
  const clock = new ManualClock();
  let isAsked = false;
  const server = await serve((_request, response) => {
    isAsked = true;
    if (what !== 'nothing') response.writeHead(200).write(' ');
    if (what === 'a drop now and then') clock.setTimeout(() => void response.write(' '), 10_000);
  });
  const outcome = rejected(guarded({ home: HERE, clock })(`http://127.0.0.1:${server.port}/`));
  await until(() => isAsked, 'the request arrives');
  clock.advance(14_999);
  clock.advance(1);
  expect((await outcome).code).toBe('REQUEST_TIMEOUT');
  expect(clock.waiting).toBe(0);
});

test('a name that nobody answers for ends with the time', async () => {
  const clock = new ManualClock();
  const outcome = rejected(guarded({ clock, lookup: () => undefined })('https://login.example/'));
  clock.advance(15_000);
  expect((await outcome).code).toBe('REQUEST_TIMEOUT');
});

test('a caller who gives up is told so, before and during the request', async () => {
  let isAsked = false;
  const server = await serve(() => void (isAsked = true));
  const fetch = guarded({ home: HERE });
  const url = `http://127.0.0.1:${server.port}/`;
  expect((await rejected(fetch(url, { signal: AbortSignal.abort() }))).code).toBe('SIGN_IN_CANCELLED');
  expect(server.connections()).toBe(0);
  const stop = new AbortController();
  const outcome = rejected(fetch(url, { signal: stop.signal }));
  await until(() => isAsked, 'the request arrives');
  stop.abort();
  expect((await outcome).code).toBe('SIGN_IN_CANCELLED');
});

test('what is not HTTP, and a status that is none, is an error of the peer', async () => {
  const server = await serve((request, response) => {
    request.socket.end(request.url === '/text' ? 'hello\r\n\r\n' : 'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n');
    response.destroy();
  });
  const fetch = guarded({ home: HERE });
  for (const path of ['/text', '/999']) {
    const error = await rejected(fetch(`http://127.0.0.1:${server.port}${path}`));
    expect([path, error.code]).toEqual([path, 'PROTOCOL_ERROR']);
  }
});
