// What a request to a protected server goes through: credentials, refusals, renewals, and a person where there is no other way.
import { describe, expect, it } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { NO_CREDENTIALS } from '../../../core/oauth/request-auth.ts';
import { AuthRig, request, resolved, SERVER } from '../../support/oauth/auth-rig.ts';
import { until } from '../../support/until.ts';

const any = (token: string | undefined): boolean => token !== undefined;
const only = (n: number) => (token: string | undefined) => token === `Bearer access-${n}`;

describe('ServerAuth', () => {
  it('gives the same credentials object to every request with a token, at once', async () => {
    const rig = new AuthRig();
    rig.add();
    const auth = rig.auth();
    const to = { method: 'POST', url: new URL(SERVER) };
    expect(auth.credentials(to)).toBe(NO_CREDENTIALS);
    await rig.signIn();
    const first = auth.credentials(to);
    expect(first).toMatchObject({ headers: { authorization: 'Bearer access-1' } });
    expect(auth.credentials(to)).toBe(first);
  });

  it('OA-18: 500 requests that are refused at once make one token request', async () => {
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    const auth = rig.auth();
    const all = await Promise.all(Array.from({ length: 500 }, () => request(auth, only(2))));
    expect(all.every(({ status }) => status === 200)).toBe(true);
    expect(rig.flows.asked.refresh).toBe(1);
  });

  it('OA-22: renews ahead of the end, whatever the server says of the life of its tokens', async () => {
    for (const [lifeMs, expected] of [
      [3_600_000, 1],
      [undefined, 0],
      [1e15, 0],
    ] as const) {
      const rig = new AuthRig();
      rig.flows.lifeMs = lifeMs;
      rig.add();
      await rig.signIn();
      rig.clock.advance(3_500_000);
      await request(rig.auth(), any);
      await until(() => rig.flows.asked.refresh === expected, 'the tokens were renewed');
    }
  });

  it('OA-22: a life of nothing, a wrong clock and a night of sleep make no storm', async () => {
    for (const lifeMs of [0, -1_000]) {
      const rig = new AuthRig();
      rig.flows.lifeMs = lifeMs;
      rig.add();
      await rig.signIn();
      for (let n = 0; n < 200; n++) await request(rig.auth(), any);
      expect(rig.flows.asked.refresh).toBe(0);
    }
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    for (const change of [
      () => rig.clock.stall(8 * 3_600_000),
      () => rig.clock.jump(-600_000),
      () => rig.clock.jump(600_000),
    ]) {
      const before = rig.flows.asked.refresh;
      change();
      await Promise.all(Array.from({ length: 100 }, () => request(rig.auth(), any)));
      expect(rig.flows.asked.refresh - before).toBeLessThanOrEqual(1);
    }
  });

  it('AUT-21: sends no token without encryption, except on this computer', async () => {
    const rig = new AuthRig();
    rig.add('plain', 'http://mcp.example/mcp');
    await rig.broker.owner('plain', 'http://mcp.example/mcp').install({
      url: 'http://mcp.example/mcp',
      requested: [],
      set: {
        ...rig.flows.set(
          {
            target: { name: '', url: new URL(SERVER), auth: undefined, revision: 'legacy' },
            scope: [],
            discovery: await rig.flows.discover({
              name: '',
              url: new URL('http://mcp.example/mcp'),
              auth: undefined,
              revision: 'legacy',
            }),
          },
          'code',
        ),
      },
    });
    const sent = request(rig.auth('plain'), any, { url: 'http://mcp.example/mcp' });
    await expect(sent).rejects.toMatchObject({ code: 'URL_REFUSED', data: { sent: false } });
    rig.add('here', 'http://127.0.0.1:3000/mcp');
    await rig.signIn('here');
    expect((await request(rig.auth('here'), any, { url: 'http://127.0.0.1:3000/mcp' })).status).toBe(200);
  });

  it('AUT-22: a token for one server never goes to another', async () => {
    const rig = new AuthRig();
    rig.add('one', 'https://one.example/mcp');
    rig.add('two', 'https://two.example/mcp');
    await rig.signIn('one');
    const there = await rig.auth('one').credentials({ method: 'POST', url: new URL('https://two.example/mcp') });
    expect(there).toBe(NO_CREDENTIALS);
    expect(rig.auth('two').credentials({ method: 'POST', url: new URL('https://two.example/mcp') })).toBe(
      NO_CREDENTIALS,
    );
    // The entry names another authorization server, or another client, than the token is from.
    for (const auth of [{ issuer: 'https://other.example' }, { clientId: 'another' }]) {
      rig.entries.splice(0, 1, {
        ...rig.entries[0],
        options: { ...rig.entries[0]?.options, auth: { way: 'auto', ...auth } },
      } as never);
      const used = await rig.auth('one').credentials({ method: 'POST', url: new URL('https://one.example/mcp') });
      expect(used).toBe(NO_CREDENTIALS);
    }
  });

  it('PRX-06: a server that refuses every token gets one refresh, and then the error', async () => {
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    const sent = request(rig.auth(), () => false);
    await expect(sent).rejects.toMatchObject({ code: 'TOKEN_REFUSED', data: { sent: false } });
    expect(rig.flows.asked.refresh).toBe(1);
    await expect(request(rig.auth(), () => false)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    expect(rig.flows.asked.refresh).toBe(1);
  });

  it('waits for a person, and all calls go on together when somebody has signed in', async () => {
    const rig = new AuthRig();
    rig.add();
    const calls = Promise.all(Array.from({ length: 20 }, () => request(rig.auth(), any)));
    await until(() => rig.signIns.desk.list()[0]?.calls === 20, 'the calls wait');
    expect(rig.signIns.desk.list()).toMatchObject([
      {
        kind: 'server',
        target: 'docs',
        state: 'waiting',
        clients: ['editor'],
        tool: 'search',
        authorizationHost: 'as.example',
      },
    ]);
    expect(rig.signIns.status('docs').state).toBe('waiting');
    await rig.signIn();
    expect((await calls).every(({ status }) => status === 200)).toBe(true);
    expect(rig.signIns.desk.list()).toEqual([]);
    expect(rig.signIns.status('docs')).toMatchObject({
      state: 'signed-in',
      way: 'browser',
      renews: true,
      bound: false,
    });
    expect(rig.told).toContain('signed in docs');
  });

  it('gives up after the time that a call waits, says what to run, and works when the sign-in comes later', async () => {
    const rig = new AuthRig();
    rig.add();
    const auth = rig.auth();
    const call = request(auth, any);
    await until(() => rig.signIns.desk.list()[0]?.calls === 1, 'the calls wait');
    rig.clock.advance(45_000);
    const error = await call.catch((cause: unknown) => cause as PortolanError);
    expect(error).toMatchObject({
      code: 'NEEDS_SIGN_IN',
      data: { sent: false, server: 'docs', link: 'portolan://sign-in' },
    });
    expect((error as PortolanError).hint).toContain('portolan login docs');
    expect(rig.signIns.desk.list()).toMatchObject([{ calls: 0, state: 'waiting' }]);
    await rig.signIn();
    expect((await request(auth, any)).status).toBe(200);
  });

  it('does not wait for whom nobody waits', async () => {
    const rig = new AuthRig();
    rig.add();
    await expect(request(rig.auth('docs', false), any)).rejects.toMatchObject({ code: 'NEEDS_SIGN_IN' });
    const left = new AbortController();
    const call = request(rig.auth(), any, { signal: left.signal });
    await until(() => rig.signIns.desk.list()[0]?.calls === 1, 'the calls wait');
    left.abort();
    await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST', data: { sent: false } });
    expect(rig.signIns.desk.list()[0]?.calls).toBe(0);
  });

  it('says at once when the server does not tell where to sign in', async () => {
    const rig = new AuthRig();
    rig.add();
    rig.flows.discoveryFailure = new PortolanError('METADATA_NOT_FOUND', 'none');
    const error = await request(rig.auth(), any).catch((cause: unknown) => cause as PortolanError);
    expect(error).toMatchObject({ code: 'NEEDS_SIGN_IN' });
    expect((error as PortolanError).hint).toContain('header');
    expect(rig.signIns.desk.list()).toEqual([]);
    for (let n = 0; n < 20; n++) await request(rig.auth(), any).catch(() => undefined);
    expect(rig.flows.asked.discover).toBe(1);
  });

  it('leaves servers with a credential of their own, and those that nobody signs in to, alone', () => {
    const rig = new AuthRig();
    const requester = { client: () => 'editor', mayWait: () => true };
    for (const entry of [
      rig.add('header', SERVER, undefined, { Authorization: 'Bearer x' }),
      rig.add('none', SERVER, { way: 'none' }),
    ]) {
      expect(rig.signIns.authOf(resolved(entry), requester)).toBeUndefined();
      expect(rig.signIns.status(entry.name).state).toBe('not-needed');
    }
  });

  it('fails for the cause when the authorization server is away, and asks it rarely', async () => {
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    rig.clock.advance(3_600_000);
    rig.flows.refreshFailure = new PortolanError('CONNECT_REFUSED', 'refused', {
      data: { reason: 'ECONNREFUSED', sent: false },
    });
    for (let n = 0; n < 50; n++) {
      await expect(request(rig.auth(), any)).rejects.toMatchObject({ code: 'TOKEN_REFUSED', data: { sent: false } });
    }
    expect(rig.flows.asked.refresh).toBe(1);
    rig.flows.refreshFailure = undefined;
    rig.clock.advance(70_000);
    expect((await request(rig.auth(), any)).status).toBe(200);
  });
});
