// The listener of a sign-in: one answer, the right one, whoever else knocks; and a page that gives nothing away.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { listenForRedirect, type Redirect, type RedirectOptions } from '../../../core/identity/loopback-redirect.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { httpText, rawRequest } from '../../support/raw-http.ts';
import { rejected } from '../../support/thrown.ts';

async function listening(options: Partial<RedirectOptions> & { state?: string } = {}): Promise<Redirect> {
  const { state = 'right', ...rest } = options;
  const accept = (params: URLSearchParams): boolean => params.get('state') === state;
  const redirect = await listenForRedirect({ clock: new ManualClock(), accept, ...rest });
  onTestFinished(() => redirect.close());
  return redirect;
}

const portOf = (redirect: Redirect): number => Number(new URL(redirect.uri).port);

/** Sends one request as bytes, so that method, target and Host are exactly these. */
function knock(
  redirect: Redirect,
  { method = 'GET', target = '/callback?code=c&state=right', headers = [] as string[] } = {},
) {
  const host = headers.some((line) => /^host:/i.test(line)) ? [] : [`Host: 127.0.0.1:${portOf(redirect)}`];
  return rawRequest(portOf(redirect), httpText([`${method} ${target} HTTP/1.1`, ...host, ...headers]));
}

/** Whether the answer has come, without waiting for it. */
async function answered(redirect: Redirect): Promise<boolean> {
  return Promise.race([redirect.answer.then(() => true), delay(0).then(() => false)]);
}

test('the address is a path on 127.0.0.1, and the answer is the query that the browser brings', async () => {
  const redirect = await listening();
  expect(redirect.uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  const page = fetch(`${redirect.uri}?code=c%2Fd&state=right&iss=https%3A%2F%2Fas.example`);
  expect(Object.fromEntries(await redirect.answer)).toEqual({ code: 'c/d', state: 'right', iss: 'https://as.example' });
  redirect.finish('signed-in');
  redirect.close();
  expect(await (await page).text()).toContain('Signed in');
});

test.each([
  ['another path', { target: '/callback/?code=c&state=right' }, 404],
  ['a path that is spelled otherwise', { target: '/%63allback?code=c&state=right' }, 404],
  ['dot segments', { target: '/x/../callback?code=c&state=right' }, 404],
  ['a whole address as target', { target: 'http://127.0.0.1/callback?code=c&state=right' }, 404],
  ['HEAD, as a scanner of links sends it', { method: 'HEAD' }, 405],
  ['POST', { method: 'POST', headers: ['Content-Length: 0'] }, 405],
  ['OPTIONS', { method: 'OPTIONS' }, 405],
  ['a prefetch', { headers: ['Sec-Purpose: prefetch;prerender'] }, 503],
  ['localhost as Host', { headers: ['Host: localhost'] }, 421],
  ['a rebound name as Host', { headers: ['Host: evil.example'] }, 421],
  ['no state', { target: '/callback?code=c' }, 400],
  ['a wrong state', { target: '/callback?code=c&state=wrong' }, 400],
  ['two states', { target: '/callback?code=c&state=wrong&state=right' }, 400],
])('OA-12: %s is turned away, and the sign-in goes on', async (_title, request, status) => {
  const redirect = await listening();
  expect(await knock(redirect, request)).toMatchObject({ status });
  expect(await answered(redirect)).toBe(false);
  const page = knock(redirect);
  expect((await redirect.answer).get('code')).toBe('c');
  redirect.finish('signed-in');
  expect(await page).toMatchObject({ status: 200 });
});

test('OA-12: one code: a second answer gets nothing, and afterwards nobody listens', async () => {
  const redirect = await listening();
  const page = knock(redirect, { target: '/callback?code=first&state=right' });
  await redirect.answer;
  expect(await knock(redirect, { target: '/callback?code=second&state=right' })).toMatchObject({ status: 410 });
  redirect.finish('signed-in');
  await page;
  expect((await redirect.answer).get('code')).toBe('first');
  await expect(fetch(redirect.uri)).rejects.toThrow('fetch failed');
});

test('OA-12: it waits 5 minutes, no longer', async () => {
  const clock = new ManualClock();
  const redirect = await listening({ clock });
  clock.advance(299_999);
  expect(await knock(redirect, { target: '/callback' })).toMatchObject({ status: 400 });
  clock.advance(1);
  expect(await rejected(redirect.answer)).toMatchObject({ code: 'SIGN_IN_EXPIRED' });
  await expect(fetch(redirect.uri)).rejects.toThrow('fetch failed');
  expect(clock.waiting).toBe(0);
});

test.each(['signed-in', 'failed'] as const)('OA-12: the page of "%s" gives nothing away', async (end) => {
  const redirect = await listening();
  const secret = '/callback?code=s3cret-code&state=right&error=x&error_description=%3Cb%3Eboo%3C%2Fb%3E';
  const page = knock(redirect, { target: secret });
  await redirect.answer;
  redirect.finish(end);
  const { head, body } = await page;
  expect(head).toMatch(
    /content-security-policy: default-src 'none'; style-src 'sha256-[^;]+; base-uri 'none'; form-action 'none'; frame-ancestors 'none'/i,
  );
  for (const header of [
    'cache-control: no-store',
    'referrer-policy: no-referrer',
    'x-content-type-options: nosniff',
    'connection: close',
  ])
    expect(head.toLowerCase()).toContain(header);
  expect(head).not.toMatch(/set-cookie|location|access-control/i);
  expect(body).not.toMatch(/s3cret|right|boo|<script|<a |<img|https?:|\son\w+=/);
  expect(body).toContain(end === 'signed-in' ? 'You can close this tab' : 'The sign-in failed');
});

test('the browser learns how it ended, and is not kept waiting when nobody says', async () => {
  const clock = new ManualClock();
  const redirect = await listening({ clock });
  const page = knock(redirect);
  await redirect.answer;
  clock.advance(30_000);
  expect((await page).body).toContain('Back to Portolan');
});

test('closing before the answer cancels the sign-in', async () => {
  const redirect = await listening();
  redirect.close();
  expect(await rejected(redirect.answer)).toMatchObject({ code: 'SIGN_IN_CANCELLED' });
  await expect(fetch(redirect.uri)).rejects.toThrow('fetch failed');
});

test('OA-13: after 10,000 bogus callbacks the right one wins', async () => {
  const redirect = await listening();
  let turnedAway = 0;
  const many = async (worker: number): Promise<void> => {
    for (let i = 0; i < 500; i++) {
      const answer = await knock(redirect, { target: `/callback?code=x&state=${worker}-${i}` });
      if (answer.status === 400) turnedAway += 1;
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, worker) => many(worker)));
  expect(turnedAway).toBe(10_000);
  const page = knock(redirect);
  expect((await redirect.answer).get('code')).toBe('c');
  redirect.finish('signed-in');
  await page;
});

test('OA-13: connections that say nothing do not keep the right one out', async () => {
  const redirect = await listening();
  const hanging = Array.from({ length: 300 }, () => rawRequest(portOf(redirect), 'GET /callback?code='));
  const page = knock(redirect);
  await redirect.answer;
  redirect.finish('signed-in');
  await page;
  await Promise.all(hanging);
});

test('OA-13: two sign-ins at once: each gets its own answer, never the other one', async () => {
  const [one, two] = [await listening({ state: 'one' }), await listening({ state: 'two' })];
  expect(await knock(one, { target: '/callback?code=b&state=two' })).toMatchObject({ status: 400 });
  const pages = [
    knock(two, { target: '/callback?code=b&state=two' }),
    knock(one, { target: '/callback?code=a&state=one' }),
  ];
  expect([(await one.answer).get('code'), (await two.answer).get('code')]).toEqual(['a', 'b']);
  one.finish('signed-in');
  two.finish('signed-in');
  await Promise.all(pages);
});

test('OA-13: a port that is taken is named, and left to whoever has it', async () => {
  const first = await listening();
  const error = await rejected(listening({ port: portOf(first) }));
  expect(error).toMatchObject({ code: 'ADDRESS_IN_USE', data: { port: portOf(first) } });
  expect(error.message).toContain(String(portOf(first)));
  const page = knock(first);
  await first.answer;
  first.finish('signed-in');
  await page;
});

test('OA-15: parameters never lead the browser anywhere', async () => {
  const redirect = await listening();
  const lures = ['redirect', 'redirect_uri', 'url', 'next', 'return_to', 'target'].map(
    (name) => `${name}=${encodeURIComponent('https://evil.example/')}`,
  );
  const bogus = await knock(redirect, { target: `/callback?${lures.join('&')}` });
  const page = knock(redirect, { target: `/callback?code=c&state=right&${lures.join('&')}` });
  await redirect.answer;
  redirect.finish('signed-in');
  for (const { status, head, body } of [bogus, await page]) {
    expect(Math.floor(status / 100)).not.toBe(3);
    expect(head).not.toMatch(/^(?:location|refresh|link):/im);
    expect(body).not.toMatch(/evil|http-equiv/);
  }
});
