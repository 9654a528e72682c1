// A platform’s token as the way in: read anew each time, presented once, named nowhere.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { type Assertion, workloadTokens } from '../../../core/oauth/workload.ts';
import { clientAt, RESOURCE, type TokenEndpoint, tokenEndpoint } from '../../support/oauth/token-endpoint.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';

const ANSWER = { json: { access_token: 'at', token_type: 'Bearer', refresh_token: 'unasked' } };
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2IifQ.c2ln';

const ask = ({ place, fetch }: TokenEndpoint, assertion: Assertion) =>
  workloadTokens({ discovery: place, fetch, clock: systemClock, scope: ['read'], assertion });

test('the assertion is presented with the resource, and no client is named', async () => {
  const server = await tokenEndpoint(ANSWER);
  const tokens = await ask(server, { text: `${JWT}\n` });
  expect(server.asked[0]?.form).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: JWT,
    resource: RESOURCE,
    scope: 'read',
  });
  expect(server.asked[0]?.headers).not.toHaveProperty('authorization');
  expect(tokens).toMatchObject({ grant: 'workload', clientId: '', resource: RESOURCE });
  expect(tokens).not.toHaveProperty('refreshToken');
});

test('a client is named where the server wants one', async () => {
  const { place, fetch, asked } = await tokenEndpoint(ANSWER);
  const client = clientAt(place, 'job');
  const tokens = await workloadTokens({
    discovery: place,
    client,
    fetch,
    clock: systemClock,
    scope: [],
    assertion: { text: JWT },
  });
  expect([tokens.clientId, asked[0]?.form['client_id']]).toEqual(['job', 'job']);
});

test('a file is read anew for each request', async () => {
  const server = await tokenEndpoint(ANSWER);
  const file = join(tempDir(), 'token');
  for (const signature of ['b25l', 'dHdv']) {
    writeFileSync(file, `${JWT}${signature}\n`);
    await ask(server, { file });
  }
  expect(server.asked.map(({ form }) => form['assertion'])).toEqual([`${JWT}b25l`, `${JWT}dHdv`]);
});

test('what was refused is not presented again, and stands in no message', async () => {
  const server = await tokenEndpoint({
    status: 400,
    json: { error: 'invalid_grant', error_description: `bad ${JWT}` },
  });
  const error = await rejected(ask(server, { text: JWT }));
  expect(error).toMatchObject({ code: 'TOKEN_REFUSED', data: { final: true } });
  expect(error.message).not.toContain(JWT.slice(-12));
  expect(server.asked).toHaveLength(1);
});

test.each<[string, Assertion, string]>([
  ['a file that is not there', { file: '/nonexistent/token' }, 'FILE_NOT_READABLE'],
  ['a folder', { file: '/' }, 'FILE_NOT_READABLE'],
  ['an endless file', { file: '/dev/zero' }, 'TOKEN_INVALID'],
  ['words', { text: 'no s3cret token' }, 'TOKEN_INVALID'],
  ['nothing', { text: '' }, 'TOKEN_INVALID'],
])('%s is no assertion: nothing is sent', async (_title, assertion, code) => {
  const server = await tokenEndpoint(ANSWER);
  const error = await rejected(ask(server, assertion));
  expect(error.code).toBe(code);
  expect(error.message).not.toContain('s3cret');
  expect(server.asked).toEqual([]);
});
