// What the forms of identities and of a server's sign-in accept, and what they send.
import { describe, expect, it } from 'vitest';
import { identityDraft, identityOf, identityProblems } from '../../renderer/features/identities/identity-draft.ts';
import { authDraftOf, authProblems, readyAuth } from '../../renderer/features/servers/auth-draft.ts';
import { identitySchema } from '../../shared/model/identity.ts';
import { serverAuthSchema } from '../../shared/model/server-auth.ts';
import { identities } from '../support/sign-in-data.ts';

const GOOD = { ...identityDraft(), name: 'acme', issuer: ' https://login.acme.example ', clientId: ' c ' };

describe('an identity in its form', () => {
  it('is sent as the contract has it, without empty fields', () => {
    expect(identityProblems(GOOD, [])).toEqual({});
    const identity = identityOf({ ...GOOD, title: ' Acme ', redirectPort: 8123, way: 'device' });
    expect(identitySchema.parse(identity)).toEqual({
      name: 'acme',
      title: 'Acme',
      issuer: 'https://login.acme.example',
      clientId: 'c',
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      way: 'device',
      redirectPort: 8123,
    });
    expect(identityOf(GOOD)).not.toHaveProperty('title');
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: '-x' }],
    ['name', { name: 'taken' }],
    ['issuer', { issuer: 'login.acme.example' }],
    ['issuer', { issuer: 'http://login.acme.example' }],
    ['issuer', { issuer: 'javascript:alert(1)' }],
    ['issuer', { issuer: 'https://user:password@login.acme.example' }],
    ['issuer', { issuer: 'https://login.acme.example/?tenant=1' }],
    ['clientId', { clientId: ' ' }],
    ['scopes', { scopes: 'profile email' }],
    ['scopes', { scopes: 'openid "quoted"' }],
  ] as const)('refuses %s of %o', (field, part) => {
    expect(Object.keys(identityProblems({ ...GOOD, ...part }, ['taken']))).toEqual([field]);
  });

  it('takes a provider on this computer, as for development', () => {
    expect(identityProblems({ ...GOOD, issuer: 'http://127.0.0.1:9000' }, [])).toEqual({});
  });

  it('opens with what is held, and never with a secret', () => {
    const [acme] = identities(0);
    expect(identityDraft(acme)).toMatchObject({ name: 'acme', issuer: 'https://login.acme.example', clientSecret: '' });
  });
});

describe('the sign-in of a server in its form', () => {
  it('saves nothing for a server that needs nothing', () => {
    expect(readyAuth('tickets', authDraftOf(undefined), undefined)).toEqual({ auth: undefined, secrets: {} });
  });

  it('keeps what it does not show, and takes out what was emptied', () => {
    const held = serverAuthSchema.parse({
      way: 'enterprise',
      identity: 'acme',
      privateKey: '${secret:k}',
      keyId: '7',
      scopes: ['a', 'b'],
      redirectPort: 8123,
    });
    const draft = {
      ...authDraftOf(held),
      way: 'browser' as const,
      identity: '',
      scopes: ' c ',
      redirectPort: undefined,
    };
    expect(readyAuth('tickets', draft, held).auth).toEqual({
      way: 'browser',
      privateKey: '${secret:k}',
      keyId: '7',
      scopes: ['c'],
    });
  });

  it('puts a client secret into the keychain and a reference into the entry', () => {
    const draft = { ...authDraftOf(undefined), clientId: 'c', clientSecret: 'hush' };
    const { auth, secrets } = readyAuth('tickets', draft, undefined);
    expect(secrets).toEqual({ 'tickets-client-secret': 'hush' });
    expect(serverAuthSchema.parse(auth)).toEqual({
      way: 'auto',
      clientId: 'c',
      clientSecret: '${secret:tickets-client-secret}',
    });
    expect(JSON.stringify(auth)).not.toContain('hush');
    const held = serverAuthSchema.parse({ clientId: 'c', clientSecret: '${secret:mine}' });
    expect(readyAuth('tickets', { ...authDraftOf(held), clientSecret: 'new' }, held)).toMatchObject({
      auth: { clientSecret: '${secret:mine}' },
      secrets: { mine: 'new' },
    });
    expect(readyAuth('tickets', authDraftOf(held), held)).toEqual({ auth: held, secrets: {} });
  });

  it.each([
    ['issuer', { issuer: 'nowhere' }],
    ['clientSecret', { clientSecret: 'x' }],
    ['scopes', { scopes: 'a\\b' }],
  ] as const)('refuses %s of %o', (field, part) => {
    expect(Object.keys(authProblems({ ...authDraftOf(undefined), ...part }))).toEqual([field]);
  });
});
