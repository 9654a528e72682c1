// What was sent to a server does not come back in its words; everything else of its answer does.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fetchWithoutEcho } from '../../../core/identity/fetch-without-echo.ts';
import { secretsIn } from '../../support/secret-canary.ts';

const refusal = (words: string): Response =>
  Response.json({ error: 'invalid_grant', error_description: words }, { status: 400, headers: { 'x-kept': 'yes' } });

test('SEC-09 nothing secret of a form, or of Basic credentials, comes back in a refusal, in no spelling', async () => {
  const secret = fc.string({ minLength: 8, maxLength: 60, unit: 'grapheme-ascii' }).map((text) => `#${text}#`);
  const spell = fc.constantFrom<(text: string) => string>(
    (text) => text,
    encodeURIComponent,
    (text) => Buffer.from(text).toString('base64'),
    (text) => Buffer.from(text).toString('hex'),
    JSON.stringify,
  );
  const name = fc.constantFrom('client_secret', 'subject_token', 'assertion', 'refresh_token', 'code', 'Basic');
  await fc.assert(
    fc.asyncProperty(secret, spell, name, async (value, spelled, where) => {
      const form = new URLSearchParams({ grant_type: 'x', ...(where !== 'Basic' && { [where]: value }) });
      const pair = `me:${new URLSearchParams({ v: value }).toString().slice(2)}`;
      const headers = where === 'Basic' ? { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {};
      const fetch = fetchWithoutEcho(async () => refusal(`you sent ${spelled(value)}, which is wrong`));
      const answer = await fetch('https://idp.example/token', { method: 'POST', body: form, headers });
      const text = await answer.text();
      expect(secretsIn(text, { value })).toEqual([]);
      expect(JSON.parse(text)).toMatchObject({
        error: 'invalid_grant',
        error_description: expect.stringMatching(/wrong$/),
      });
      expect([answer.status, answer.headers.get('x-kept')]).toEqual([400, 'yes']);
    }),
    { numRuns: 300 },
  );
});

test('an answer that gives what was asked for is given as it came', async () => {
  const answer = Response.json({ access_token: 'a', refresh_token: 'the-same-again' });
  const body = new URLSearchParams({ refresh_token: 'the-same-again' });
  expect(await fetchWithoutEcho(async () => answer)('https://idp.example/token', { method: 'POST', body })).toBe(
    answer,
  );
});
