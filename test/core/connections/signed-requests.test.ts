// Requests to a server that wants a sign-in: they carry credentials, wait for a person without anyone losing patience, and what
// goes wrong with a sign-in is not held against the server.
import { describe, expect, it } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { CircuitBreaker } from '../../../core/connections/circuit-breaker.ts';
import { HttpPeer } from '../../../core/connections/http-peer.ts';
import { readBody } from '../../../core/connections/http-messages.ts';
import { type Credentials, NO_CREDENTIALS, type Refusal, type RequestAuth } from '../../../core/oauth/request-auth.ts';
import { parseFrame } from '../../../core/connections/frame.ts';
import { HttpMcpServer, respond } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';

class ScriptedAuth implements RequestAuth {
  readonly refusals: Refusal[] = [];
  token = 'one';
  next: (refusal: Refusal) => Promise<void> = () => Promise.resolve();
  failure: PortolanError | undefined;

  credentials(): Credentials {
    if (this.failure !== undefined) throw this.failure;
    return { headers: { authorization: `Bearer ${this.token}` }, generation: 1 };
  }

  async refused(refusal: Refusal): Promise<void> {
    this.refusals.push(refusal);
    await this.next(refusal);
  }

  noteResponse(): void {}
}

async function rig(auth: RequestAuth): Promise<{ server: HttpMcpServer; peer: HttpPeer; breaker: CircuitBreaker }> {
  const server = await HttpMcpServer.start({ sessions: false });
  const clock = new ManualClock();
  const breaker = new CircuitBreaker({ clock });
  const peer = new HttpPeer({ url: new URL(server.url), headers: {}, clock, connectMs: 5_000, breaker, auth });
  return { server, peer, breaker };
}

const CALL = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"save"}}');
const post = (peer: HttpPeer, onWaiting?: (isWaiting: boolean) => void) =>
  peer.open({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: CALL,
    frame: parseFrame(CALL, 'client'),
    onWaiting,
    signal: new AbortController().signal,
  });

function takes(server: HttpMcpServer, token: string, status = 401, challenge = 'Bearer error="invalid_token"'): void {
  const reply = (request: Parameters<typeof server.usual>[0], response: Parameters<typeof server.usual>[1]) => {
    if (request.headers.authorization === `Bearer ${token}`) respond(response, 200, { ok: true });
    else response.writeHead(status, { 'www-authenticate': challenge }).end('no');
  };
  for (const http of ['tools/call', 'POST', 'GET', 'DELETE']) server.on(http, reply);
}

describe('HttpPeer with a sign-in', () => {
  it('AUT-21: puts the credentials on every request, and none in the address', async () => {
    const { server, peer } = await rig(new ScriptedAuth());
    takes(server, 'one');
    for (const method of ['POST', 'GET', 'DELETE'] as const) {
      await peer.open({ method, headers: {}, signal: new AbortController().signal });
    }
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 3 }, () => 'Bearer one'),
    );
    expect(server.seen.every(({ path }) => path === '/mcp')).toBe(true);
  });

  it('sends a refused request again, byte for byte, when there are other credentials', async () => {
    const auth = new ScriptedAuth();
    const { server, peer } = await rig(auth);
    takes(server, 'two');
    auth.next = () => {
      auth.token = 'two';
      return Promise.resolve();
    };
    const response = await post(peer);
    expect((await readBody(response)).toString()).toBe('{"ok":true}');
    expect(server.seen.map(({ body }) => body.toString())).toEqual([CALL.toString(), CALL.toString()]);
    expect(auth.refusals).toMatchObject([
      {
        status: 401,
        what: 'save',
        mayWait: true,
        challenges: [{ scheme: 'bearer', params: { error: 'invalid_token' } }],
      },
    ]);
  });

  it('asks for more rights on a 403 that wants them, and takes any other 403 as it is', async () => {
    const auth = new ScriptedAuth();
    const { server, peer } = await rig(auth);
    takes(server, 'two', 403, 'Bearer error="insufficient_scope", scope="write"');
    auth.next = () => Promise.reject(new PortolanError('SCOPE_REFUSED', 'no', { data: { sent: false } }));
    await expect(post(peer)).rejects.toMatchObject({ code: 'SCOPE_REFUSED' });
    takes(server, 'two', 403, 'Bearer');
    expect((await post(peer)).statusCode).toBe(403);
    expect(auth.refusals).toHaveLength(1);
  });

  it('gives up after a few tries, whatever the owner of the tokens says', async () => {
    const auth = new ScriptedAuth();
    const { server, peer } = await rig(auth);
    takes(server, 'never');
    expect((await post(peer)).statusCode).toBe(401);
    expect(server.seen.length).toBeLessThanOrEqual(5);
  });

  it('does not hold a failed sign-in against the server', async () => {
    const auth = new ScriptedAuth();
    auth.failure = new PortolanError('CONNECT_REFUSED', 'the authorization server is away', { data: { sent: false } });
    const { server, peer, breaker } = await rig(auth);
    for (let n = 0; n < 20; n++) await expect(post(peer)).rejects.toMatchObject({ code: 'CONNECT_REFUSED' });
    expect(() => breaker.admit()).not.toThrow();
    expect(server.seen).toEqual([]);
  });

  it('lets nobody wait for a request that nothing depends on', async () => {
    const auth = new ScriptedAuth();
    const { server, peer } = await rig(auth);
    takes(server, 'never');
    auth.next = () => Promise.reject(new PortolanError('NEEDS_SIGN_IN', 'no', { data: { sent: false } }));
    const listening = peer.open({ method: 'GET', headers: {}, isBonus: true, signal: new AbortController().signal });
    await expect(listening).rejects.toMatchObject({ code: 'NEEDS_SIGN_IN' });
    expect(auth.refusals).toMatchObject([{ mayWait: false }]);
  });

  it('OA-17, PRX-21: takes no token along to another origin', async () => {
    const auth = new ScriptedAuth();
    const { server, peer } = await rig(auth);
    const other = await HttpMcpServer.start({ sessions: false });
    server.on('POST', (_request, response) => void response.writeHead(307, { location: other.url }).end());
    server.on('tools/call', (_request, response) => void response.writeHead(307, { location: other.url }).end());
    await expect(post(peer)).rejects.toMatchObject({ code: 'URL_REFUSED' });
    expect(other.seen).toEqual([]);
  });

  it('is as it was for a server without a sign-in', async () => {
    const none: RequestAuth = {
      credentials: () => NO_CREDENTIALS,
      refused: () => Promise.reject(new Error('not asked')),
      noteResponse: () => undefined,
    };
    const { server, peer } = await rig(none);
    server.on('tools/call', (_request, response) => respond(response, 200, { ok: true }));
    expect((await post(peer)).statusCode).toBe(200);
    expect(server.seen[0]?.headers).not.toHaveProperty('authorization');
  });
});
