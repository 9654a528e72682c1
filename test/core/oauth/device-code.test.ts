// Signing in on another device: at a real server, and at one that hesitates, fails and lies.
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { type DeviceSignIn, startDeviceSignIn } from '../../../core/oauth/device-code.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { guarded, HERE } from '../../support/oauth/guarded.ts';
import { PUBLIC_CLIENT, startOidcProvider } from '../../support/oauth/oidc-provider-rig.ts';
import { clientAt, RESOURCE, type ScriptedAnswer, tokenEndpoint } from '../../support/oauth/token-endpoint.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const CODES = {
  device_code: 'dc',
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://as.example/device',
  expires_in: 600,
  interval: 5,
};
const TOKENS = { json: { access_token: 'at', token_type: 'Bearer' } };
const says = (error: string, status = 400): ScriptedAnswer => ({ status, json: { error } });

async function scripted(codes: object, ...answers: ScriptedAnswer[]) {
  const clock = new ManualClock();
  const { place, fetch, asked } = await tokenEndpoint({ json: codes }, ...answers);
  // Requests have the machine’s clock: only the pace is the test’s.
  const start = async (): Promise<DeviceSignIn> => {
    const signIn = await startDeviceSignIn({
      discovery: place,
      client: clientAt(place),
      fetch,
      clock,
      scope: ['read'],
    });
    onTestFinished(() => signIn.cancel());
    return signIn;
  };
  /** Lets time pass until the next question, and says how long that was, in seconds. */
  const nextQuestion = async (): Promise<number> => {
    const before = asked.length;
    const wait = await until(() => (clock.waiting > 0 ? clock.nextIn : 0), 'it waits to ask');
    clock.advance(wait);
    await until(() => asked.length > before, 'it asks');
    return wait / 1000;
  };
  return { clock, asked, start, nextQuestion };
}

test('at a real server, after the person agreed there', async () => {
  const rig = await startOidcProvider();
  const place = { issuer: rig.issuer, as: rig.as, resource: RESOURCE, dpopBound: true };
  const clock = new ManualClock(Date.now());
  const client = clientAt(place, PUBLIC_CLIENT);
  const signIn = await startDeviceSignIn({
    discovery: place,
    client,
    fetch: guarded({ home: HERE }),
    clock,
    scope: ['read'],
  });
  expect(signIn.userCode).toMatch(/^\w{4}-\w{4}$/);
  expect(signIn.completeUrl).toContain(signIn.userCode);
  expect(signIn.expiresAt).toBe(clock.now() + 600_000);
  await rig.decideDevice(signIn.verificationUrl, signIn.userCode, 'confirm');
  clock.advance(5_000);
  expect(await signIn.done).toMatchObject({ grant: 'device', tokenType: 'dpop', resource: RESOURCE, scope: ['read'] });
  expect(rig.forms.find(({ route }) => route === 'device_authorization')?.form).toMatchObject({ resource: RESOURCE });
});

test('at a real server, when the person says no', async () => {
  const rig = await startOidcProvider();
  const place = { issuer: rig.issuer, as: rig.as, resource: RESOURCE, dpopBound: false };
  const clock = new ManualClock(Date.now());
  const client = clientAt(place, PUBLIC_CLIENT);
  const signIn = await startDeviceSignIn({
    discovery: place,
    client,
    fetch: guarded({ home: HERE }),
    clock,
    scope: ['read'],
  });
  await rig.decideDevice(signIn.verificationUrl, signIn.userCode, 'abort');
  clock.advance(5_000);
  expect(await rejected(signIn.done)).toMatchObject({ code: 'SIGN_IN_REFUSED', data: { error: 'access_denied' } });
});

test('it asks at the pace of the server, more slowly when told so or when the network fails', async () => {
  const pending = says('authorization_pending');
  const answers = [
    pending,
    says('slow_down'),
    pending,
    { drop: true },
    { status: 503, text: 'later' },
    pending,
    TOKENS,
  ];
  const { asked, start, nextQuestion } = await scripted(CODES, ...answers);
  const signIn = await start();
  const waits: number[] = [];
  while (waits.length < 7) waits.push(await nextQuestion());
  expect(waits).toEqual([5, 5, 10, 10, 20, 40, 40]);
  expect(await signIn.done).toMatchObject({ accessToken: 'at', grant: 'device' });
  expect(asked[1]?.form).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: 'dc',
    client_id: 'portolan',
    resource: RESOURCE,
  });
});

test.each([
  ['expired_token', 'SIGN_IN_EXPIRED'],
  ['access_denied', 'SIGN_IN_REFUSED'],
  ['invalid_grant', 'TOKEN_REFUSED'],
])('%s ends it', async (error, code) => {
  const { start, nextQuestion, asked } = await scripted(CODES, says(error));
  const signIn = await start();
  await nextQuestion();
  expect((await rejected(signIn.done)).code).toBe(code);
  expect(asked).toHaveLength(2);
});

test('after its time a code is not asked about, whatever the server still says', async () => {
  const { clock, start, asked } = await scripted({ ...CODES, expires_in: 4 }, TOKENS);
  const signIn = await start();
  clock.advance(5_000);
  expect((await rejected(signIn.done)).code).toBe('SIGN_IN_EXPIRED');
  expect(asked).toHaveLength(1);
});

test('cancelling ends it at once', async () => {
  const { clock, start, asked } = await scripted(CODES, TOKENS);
  const signIn = await start();
  signIn.cancel();
  expect((await rejected(signIn.done)).code).toBe('SIGN_IN_CANCELLED');
  expect([clock.waiting, asked.length]).toEqual([0, 1]);
});

test('nobody is made to wait for ever, and what is shown is plain', async () => {
  const codes = { ...CODES, user_code: '\u202eAB\u001b[2J-1<b>', expires_in: 1e12, interval: 1e9 };
  const { clock, start } = await scripted(codes, TOKENS);
  const signIn = await start();
  expect(signIn.userCode).toBe('AB-1');
  expect(signIn.expiresAt).toBe(clock.now() + 1_800_000);
  expect(clock.nextIn).toBe(60_000);
});

test.each([
  ['an address that is not encrypted', { ...CODES, verification_uri: 'http://as.example/device' }, 'URL_REFUSED'],
  ['an address that runs something', { ...CODES, verification_uri_complete: 'javascript:alert(1)' }, 'URL_REFUSED'],
  ['no code to type', { ...CODES, user_code: '' }, 'TOKEN_INVALID'],
  ['a code that nobody can type', { ...CODES, user_code: 'x'.repeat(65) }, 'TOKEN_INVALID'],
  ['no code of the device', { ...CODES, device_code: undefined }, 'TOKEN_INVALID'],
  ['an error', { error: 'invalid_scope' }, 'TOKEN_REFUSED'],
])('a server that gives %s is not used', async (_title, codes, code) => {
  const { start, asked } = await scripted(codes, TOKENS);
  expect((await rejected(start())).code).toBe(code);
  expect(asked).toHaveLength(1);
});

test('a server without the device flow is named', async () => {
  const { place, fetch } = await tokenEndpoint({});
  const { device_authorization_endpoint: _none, ...as } = place.as;
  const starting = startDeviceSignIn({
    discovery: { ...place, as },
    client: clientAt(place),
    fetch,
    clock: systemClock,
    scope: [],
  });
  expect((await rejected(starting)).code).toBe('METADATA_INVALID');
});
