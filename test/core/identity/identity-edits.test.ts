// Adding, changing and removing identities; ID tokens that were got elsewhere.
import { describe, expect, test } from 'vitest';
import { identityOf, openIdentities, signIn } from '../../support/oauth/identities-rig.ts';
import { startIdentityProvider } from '../../support/oauth/identity-provider-rig.ts';
import { nowS, startScriptedIdentityProvider } from '../../support/oauth/scripted-identity-provider.ts';
import { rejected } from '../../support/thrown.ts';

const ISSUER = 'https://id.example.com';

test('what is typed in goes to the keychain, the catalog refers to it, and it leaves with the identity', async () => {
  const { identities, vault, catalogText, audit } = await openIdentities();
  const typed = { clientSecretValue: 'hunter2hunter2', privateKeyValue: 'hunter3hunter3' };
  await identities.add({ identity: identityOf(ISSUER), ...typed });
  expect(identities.get('work')).toMatchObject({
    clientSecret: '${secret:identity.work.client-secret}',
    privateKey: '${secret:identity.work.private-key}',
  });
  expect(await vault.get('identity.work.client-secret')).toBe('hunter2hunter2');
  await identities.update('work', identityOf(ISSUER, { title: 'Work' }), 'hunter4hunter4');
  expect(await vault.get('identity.work.client-secret')).toBe('hunter4hunter4');
  expect(catalogText()).not.toMatch(/hunter/);
  expect(identities.status('work').title).toBe('Work');
  await identities.update('work', identityOf(ISSUER), '');
  expect(identities.get('work')?.clientSecret).toBeUndefined();
  await identities.remove('work');
  expect([vault.list(), identities.list()]).toEqual([[], []]);
  expect(audit.map(({ kind, what }) => `${kind} ${what}`)).toEqual([
    'identity.changed added identity work',
    'identity.changed changed identity work',
    'identity.changed changed identity work',
    'identity.changed removed identity work',
  ]);
});

test('a name that is taken keeps its secret; bad addresses and literal secrets are refused', async () => {
  const { identities, vault } = await openIdentities();
  await identities.add({ identity: identityOf(ISSUER), clientSecretValue: 'the first one' });
  const again = { identity: identityOf(ISSUER, { name: 'WORK' }), clientSecretValue: 'the second one' };
  expect((await rejected(identities.add(again))).code).toBe('DUPLICATE_NAME');
  expect((await rejected(identities.add({ ...again, identity: identityOf(ISSUER) }))).code).toBe('DUPLICATE_NAME');
  expect([await vault.get('identity.work.client-secret'), vault.list().length]).toEqual(['the first one', 1]);
  for (const issuer of ['http://id.example.com', 'https://user:pass@id.example.com', 'https://id.example.com/#x']) {
    expect((await rejected(identities.add({ identity: identityOf(issuer, { name: 'new' }) }))).code).toBe(
      'URL_REFUSED',
    );
  }
  const literal = identityOf(ISSUER, { name: 'new', clientSecret: 'hunter2hunter2' });
  expect((await rejected(identities.add({ identity: literal }))).code).toBe('INPUT_INVALID');
  expect((await rejected(identities.signOut('nobody'))).code).toBe('IDENTITY_NOT_FOUND');
});

test('another issuer or client ends the sign-in and revokes it at the old provider', async () => {
  const provider = await startIdentityProvider();
  const { identities, tokens } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  await identities.update('work', identityOf(provider.issuer, { title: 'Work' }));
  expect((await identities.subjectToken('work')).subject).toBe('ada');
  await identities.update('work', identityOf(ISSUER));
  expect(provider.forms.at(-1)?.route).toBe('revocation');
  expect([identities.status('work').state, tokens.keys('')]).toEqual(['signed-out', []]);
});

test('a sign-in at another provider is not taken for one at this', async () => {
  const provider = await startIdentityProvider();
  const { identities, tokens, reopen } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  const stored = await tokens.read('identity/work');
  await tokens.write('identity/work', (stored?.text ?? '').replaceAll(provider.issuer, 'https://evil.example'));
  const again = reopen();
  await again.start();
  expect(again.status('work').state).toBe('signed-out');
});

describe('an ID token that was got elsewhere', () => {
  test('is checked like one of our own', async () => {
    const provider = await startScriptedIdentityProvider();
    const { identities } = await openIdentities();
    await identities.add({ identity: identityOf(provider.issuer) });
    const take = async (claims: object) => identities.takeIdToken('work', await provider.goodToken({ ...claims }));
    expect(await take({})).toMatchObject({ state: 'signed-in', renews: false, endsAt: expect.any(String) });
    expect((await rejected(take({ iss: ISSUER }))).code).toBe('ISSUER_MISMATCH');
    expect((await rejected(take({ aud: 'other' }))).data['check']).toBe('aud');
    expect((await rejected(take({ exp: nowS() - 120 }))).data['check']).toBe('exp');
    expect((await rejected(take({ iat: nowS() + 86_400 }))).code).toBe('CLOCK_WRONG');
  });

  test('at a provider that publishes no keys: who, for whom and until when are checked, and the rest is said', async () => {
    const provider = await startScriptedIdentityProvider();
    provider.keySet = () => ({ status: 404, body: '{}' });
    const { identities } = await openIdentities();
    const tokenEndpoint = `${provider.issuer}/token`;
    await identities.add({ identity: identityOf(provider.issuer, { tokenEndpoint }) });
    const take = async (claims: object) => identities.takeIdToken('work', await provider.goodToken({ ...claims }));
    const { state, reason } = await take({});
    expect([state, reason?.message]).toEqual([
      'signed-in',
      expect.stringContaining('signature of the ID token was not checked'),
    ]);
    for (const claims of [{ iss: ISSUER }, { aud: 'other' }, { exp: nowS() - 120 }]) {
      expect(['ISSUER_MISMATCH', 'TOKEN_INVALID']).toContain((await rejected(take(claims))).code);
    }
    await signIn(identities);
    expect(identities.status('work').reason?.message).toContain('was not checked');
    await identities.add({ identity: identityOf(provider.issuer, { name: 'strict' }) });
    const token = await provider.goodToken();
    expect((await rejected(identities.takeIdToken('strict', token))).code).toBe('METADATA_NOT_FOUND');
    provider.keySet = () => ({ body: JSON.stringify({ keys: [provider.jwk] }) });
    const changed = token.replace(/.{8}$/, 'AAAAAAAA');
    expect((await rejected(identities.takeIdToken('work', changed))).data['check']).toBe('signature');
  });
});
