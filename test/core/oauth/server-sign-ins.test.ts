// Servers that are signed in and out, move, and leave.
import { describe, expect, it } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { AuthRig, request } from '../../support/oauth/auth-rig.ts';
import { until } from '../../support/until.ts';

const only = (n: number) => (token: string | undefined) => token === `Bearer access-${n}`;

describe('ServerSignIns', () => {
  it('OA-27: another authorization server gets nothing of the old one', async () => {
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    rig.flows.issuer = 'https://new.example';
    rig.flows.refreshFailure = new PortolanError('TOKEN_REFUSED', 'invalid_grant', { data: { final: true } });
    const call = request(rig.auth(), (token) => token === 'Bearer access-2');
    await until(() => rig.signIns.desk.list()[0]?.calls === 1, 'the calls wait');
    expect(rig.flows.refreshedAt).toEqual(['https://as.example']);
    expect(rig.signIns.desk.list()[0]?.authorizationHost).toBe('new.example');
    await rig.signIn();
    expect(await call).toMatchObject({ status: 200 });
    expect(rig.signIns.status('docs').issuer).toBe('https://new.example');

    // After a restart nothing of the old one is known but its tokens.
    const next = new AuthRig(rig.tokens);
    next.flows.issuer = 'https://third.example';
    next.add();
    next.waitMs = 0;
    await expect(request(next.auth(), () => false)).rejects.toMatchObject({ code: 'NEEDS_SIGN_IN' });
    expect(next.flows.asked.refresh).toBe(0);
    expect(next.tokens.kept.size).toBe(0);
  });

  it('writes ids and digests to the audit log, never a token', async () => {
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    await request(rig.auth(), only(2));
    await rig.signIns.signOut('docs');
    const kinds = rig.audit.map(({ kind }) => kind);
    for (const kind of [
      'signin.started',
      'token.issued',
      'signin.finished',
      'token.refreshed',
      'signin.ended',
      'token.revoked',
    ]) {
      expect(kinds).toContain(kind);
    }
    expect(JSON.stringify(rig.audit)).not.toMatch(/access-\d|refresh-\d/);
  });

  it('OA-25: signing out removes and revokes the tokens, later when that cannot be done now', async () => {
    const rig = new AuthRig();
    rig.add();
    await rig.signIn();
    expect(await rig.signIns.signOut('docs')).toBe('yes');
    expect(rig.flows.revoked).toEqual(['refresh-1']);
    expect(rig.tokens.kept.size).toBe(0);
    expect(rig.told).toContain('gone docs');
    expect(rig.signIns.status('docs').state).toBe('not-needed');
    await rig.signIn();
    rig.flows.discoveryFailure = new PortolanError('CONNECT_TIMEOUT', 'offline');
    expect(await rig.signIns.signOut('docs')).toBe('later');
    expect(rig.tokens.keys('token/')).toEqual([]);
    rig.flows.discoveryFailure = undefined;
    rig.clock.advance(15 * 60_000);
    await until(() => rig.tokens.kept.size === 0, 'nothing is kept');
    expect(rig.flows.revoked).toEqual(['refresh-1', 'refresh-2']);
  });

  it('a renamed server keeps its tokens, a changed one loses them, and a removed one has them until that cannot be undone', async () => {
    const rig = new AuthRig();
    const entry = rig.add();
    await rig.signIn();
    rig.entries.splice(0, 1, { ...entry, name: 'manual' });
    await rig.signIns.catalogChanged({ added: ['manual'], changed: [], removed: ['docs'] });
    expect(await request(rig.auth('manual'), only(1))).toMatchObject({ status: 200 });
    expect(rig.signIns.status('manual').state).toBe('signed-in');
    const moved = { ...entry, name: 'manual', endpoint: { ...entry.endpoint, url: 'https://other.example/mcp' } };
    rig.entries.splice(0, 1, moved as never);
    await rig.signIns.catalogChanged({ added: [], changed: ['manual'], removed: [] });
    expect(rig.tokens.kept.size).toBe(0);
    await rig.signIn('manual');
    const [kept] = rig.entries.splice(0, 1);
    await rig.signIns.catalogChanged({ added: [], changed: [], removed: ['manual'] });
    rig.entries.push(kept ?? entry);
    await rig.signIns.catalogChanged({ added: ['manual'], changed: [], removed: [] });
    const used = await rig.auth('manual').credentials({ method: 'POST', url: new URL('https://other.example/mcp') });
    expect(used.headers).toEqual({ authorization: 'Bearer access-2' });
  });
});
