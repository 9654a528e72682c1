// Tokens with more rights, and tokens without a person.
import { describe, expect, it } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { AuthRig, request, SERVER } from '../../support/oauth/auth-rig.ts';
import { until } from '../../support/until.ts';

const any = (token: string | undefined): boolean => token !== undefined;
const only = (n: number) => (token: string | undefined) => token === `Bearer access-${n}`;

describe('TokenSource', () => {
  it('AUT-20, OA-29: asks for the union of rights, for the tool that needs them', async () => {
    const rig = new AuthRig();
    rig.add('docs', SERVER, { way: 'auto', scopes: ['read'] });
    await rig.signIn();
    const call = request(rig.auth(), (token) => (token === 'Bearer access-1' ? 'write' : true), { what: 'save' });
    await until(() => rig.signIns.desk.list()[0]?.calls === 1, 'the calls wait');
    expect(rig.signIns.desk.list()).toMatchObject([
      { kind: 'step-up', tool: 'save', scopes: ['read', 'write'], newScopes: ['write'] },
    ]);
    await rig.signIns.start('docs', { way: undefined, again: false });
    rig.flows.people.at(-1)?.finish();
    expect(await call).toMatchObject({ status: 200, sent: ['Bearer access-1', 'Bearer access-2'] });
  });

  it('PRX-06: steps up three times for one operation, and not again', async () => {
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    const call = request(rig.auth(), () => 'admin', { what: 'save' });
    const seen = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const isNew = (id = ''): boolean => id !== '' && !seen.has(id);
      await until(() => isNew(rig.signIns.desk.list()[0]?.id), 'the server asks for more');
      seen.add(rig.signIns.desk.list()[0]?.id ?? '');
      await rig.signIns.start('docs', { way: undefined, again: false });
      rig.flows.people.at(-1)?.finish();
    }
    await expect(call).rejects.toMatchObject({ code: 'SCOPE_REFUSED' });
    await expect(request(rig.auth(), () => 'admin', { what: 'save' })).rejects.toMatchObject({ code: 'SCOPE_REFUSED' });
    expect(rig.flows.people).toHaveLength(4);
  });

  it('remembers that a person did not grant a right', async () => {
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    const call = request(rig.auth(), () => 'admin', { what: 'save' });
    await until(() => rig.signIns.desk.list()[0]?.calls === 1, 'the calls wait');
    await rig.signIns.start('docs', { way: undefined, again: false });
    rig.flows.people.at(-1)?.fail(new PortolanError('SIGN_IN_REFUSED', 'access_denied'));
    await expect(call).rejects.toMatchObject({ code: 'SCOPE_REFUSED', data: { sent: false } });
    await expect(request(rig.auth(), () => 'admin', { what: 'save' })).rejects.toMatchObject({ code: 'SCOPE_REFUSED' });
    expect(rig.flows.people).toHaveLength(2);
  });

  it('gets tokens without a person where the entry says how, with the union of rights, once', async () => {
    const rig = new AuthRig();
    rig.add('docs', SERVER, { way: 'client-credentials', clientId: 'client', scopes: ['read'] });
    expect((await request(rig.auth(), any)).status).toBe(200);
    expect(rig.flows.asked.grant).toBe(1);
    const more = await request(rig.auth(), (token) => (token === 'Bearer access-1' ? 'write' : true));
    expect(more.status).toBe(200);
    expect(rig.flows.wanted.at(-1)?.scope).toEqual(['read', 'write']);
    await expect(request(rig.auth(), () => 'write')).rejects.toMatchObject({ code: 'SCOPE_REFUSED' });
    expect(rig.flows.asked.grant).toBe(2);
  });

  it('renews a token without a person before it ends, and asks no person when that is refused', async () => {
    const rig = new AuthRig();
    rig.add('docs', SERVER, { way: 'client-credentials', clientId: 'client' });
    await request(rig.auth(), any);
    rig.clock.advance(3_600_000);
    expect(await request(rig.auth(), only(2))).toMatchObject({ sent: ['Bearer access-2'] });
    rig.flows.grantFailure = new PortolanError('TOKEN_REFUSED', 'unauthorized_client');
    rig.clock.advance(3_600_000);
    await expect(request(rig.auth(), any)).rejects.toMatchObject({ code: 'TOKEN_REFUSED', data: { sent: false } });
    expect(rig.signIns.desk.list()).toEqual([]);
    expect(rig.signIns.status('docs').state).toBe('refused');
  });

  it('a refusal by the identity provider is final: no person is asked', async () => {
    const rig = new AuthRig();
    rig.flows.identity = 'work';
    rig.flows.grantFailure = new PortolanError('IDP_REFUSED', 'not assigned');
    rig.add();
    await expect(request(rig.auth(), any)).rejects.toMatchObject({ code: 'IDP_REFUSED' });
    expect(rig.signIns.desk.list()).toEqual([]);
    expect(rig.flows.people).toEqual([]);
  });

  it('waits for the identity when that has to sign in, and goes on through it', async () => {
    const rig = new AuthRig();
    rig.flows.identity = 'work';
    rig.flows.grantFailure = new PortolanError('NEEDS_SIGN_IN', 'work', { data: { identity: 'work' } });
    rig.add();
    const call = request(rig.auth(), any);
    await until(() => rig.signIns.desk.list()[0]?.calls === 1, 'the calls wait');
    expect(rig.signIns.desk.list()).toMatchObject([{ kind: 'identity', target: 'work' }]);
    rig.flows.grantFailure = undefined;
    rig.signIns.identityReady('work');
    expect((await call).status).toBe(200);
    expect(rig.signIns.status('docs')).toMatchObject({ way: 'enterprise', identity: 'work', state: 'signed-in' });
    await rig.signIns.identityGone('work');
    expect(rig.tokens.kept.size).toBe(0);
  });
});
