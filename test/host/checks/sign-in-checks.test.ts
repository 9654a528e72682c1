// `portolan doctor` at servers that want a sign-in: each thing that can be wrong ends the walk at its own step.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FoundSignIn, SignInChecks } from '../../../host/checks/sign-in-probes.ts';
import { PortolanError } from '../../../shared/errors.ts';
import type { ServerSignIn } from '../../../shared/model/identity.ts';
import { check, expectStopAt, http } from '../../support/check-rig.ts';
import { HttpMcpServer, respond } from '../../support/http-mcp-server.ts';

const ISSUER = 'https://login.example.com/tenant';
const FOUND: FoundSignIn = { named: ISSUER, issuer: ISSUER, pkceMethods: ['S256'], registrations: ['dynamic'] };
const STEPS = ['metadata', 'issuer', 'pkce', 'registration', 'redirect', 'sign-in'];

/** A server that answers 401 and says where its metadata are. */
async function guarded(): Promise<{ url: string; metadata: string }> {
  const server = await HttpMcpServer.start();
  const metadata = `${server.origin}/.well-known/oauth-protected-resource/mcp`;
  server.on(
    'server/discover',
    (_request, response) =>
      void response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }).end(),
  );
  server.on('GET /.well-known/oauth-protected-resource/mcp', (_request, response) =>
    respond(response, 200, { resource: server.url, authorization_servers: [ISSUER] }),
  );
  return { url: server.url, metadata };
}

function checks(
  found: Partial<FoundSignIn> | PortolanError = {},
  status: Partial<ServerSignIn> = {},
): SignInChecks & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    discover: async (server, { resourceMetadata }) => {
      asked.push([server.href, resourceMetadata]);
      if (found instanceof PortolanError) throw found;
      return { ...FOUND, ...found };
    },
    server: (server) => ({
      server,
      way: 'browser',
      state: 'signed-out',
      scopes: [],
      renews: false,
      bound: false,
      ...status,
    }),
  };
}

const outcomes = ({ of }: Awaited<ReturnType<typeof check>>) => STEPS.map((id) => `${id} ${of(id).outcome}`);

describe('a server that wants a sign-in', () => {
  test('all in order but nobody signed in: the last step says how to', async () => {
    const { url, metadata } = await guarded();
    const signInChecks = checks();
    const checked = await check(http(url), { signInChecks });
    expect(outcomes(checked)).toEqual([...STEPS.slice(0, -1).map((id) => `${id} ok`), 'sign-in failed']);
    expectStopAt(checked, 'sign-in', 'NEEDS_SIGN_IN');
    expect(checked.of('sign-in').hint).toBe('Sign in with: portolan login patient');
    expect(signInChecks.asked).toEqual([[url, metadata]]);
  });

  test('signed in: until when, and the walk goes on', async () => {
    const { url } = await guarded();
    const signInChecks = checks({}, { state: 'signed-in', expiresAt: '2026-11-22T12:00:00Z', renews: true });
    const checked = await check(http(url), { signInChecks });
    expect(checked.of('sign-in')).toMatchObject({
      outcome: 'ok',
      detail: 'signed in until 2026-11-22T12:00:00Z, renewed by itself',
    });
    expect(checked.of('era').outcome).not.toBe('skipped');
  });

  test('refused by the provider: its reason, and no step after it', async () => {
    const { url } = await guarded();
    const reason = { code: 'IDP_REFUSED', message: 'not assigned' };
    const checked = await check(http(url), { signInChecks: checks({}, { state: 'refused', reason }) });
    expectStopAt(checked, 'sign-in', 'IDP_REFUSED');
    expect(checked.of('sign-in').detail).toBe('not assigned');
  });

  const EVIL = `${ISSUER}.evil.example`;
  const thrown = new PortolanError('ISSUER_MISMATCH', 'no', { data: { expected: ISSUER, received: EVIL } });
  test.each([
    ['told by the probe', { issuer: EVIL }],
    ['told by the discovery', thrown],
  ])('another issuer than the named one ends it with both strings: %s', async (_title, found) => {
    const { url } = await guarded();
    const checked = await check(http(url), { signInChecks: checks(found) });
    expectStopAt(checked, 'issuer', 'ISSUER_MISMATCH');
    expect(checked.of('issuer').detail).toBe(`expected ${ISSUER}, received ${EVIL}`);
  });

  test.each([
    ['issuer', 'METADATA_NOT_FOUND', new PortolanError('METADATA_NOT_FOUND', 'nothing there')],
    ['pkce', 'PKCE_UNSUPPORTED', { pkceMethods: undefined }],
    ['pkce', 'PKCE_UNSUPPORTED', { pkceMethods: ['plain'] }],
    ['registration', 'REGISTRATION_NEEDED', { registrations: [] }],
  ] as const)('ends at %s with %s', async (step, code, found) => {
    const { url } = await guarded();
    expectStopAt(await check(http(url), { signInChecks: checks(found) }), step, code);
  });

  test('a redirect port that another program holds is told', async () => {
    const { url } = await guarded();
    const holder = createServer();
    await new Promise<void>((resolve) => {
      holder.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void holder.close());
    const { port } = holder.address() as AddressInfo;
    const checked = await check(http(url), { signInChecks: checks(), options: { auth: { redirectPort: port } } });
    expectStopAt(checked, 'redirect', 'ADDRESS_IN_USE');
  });

  test('what a way does not need is not asked: no code, a client id of its own, never', async () => {
    const { url } = await guarded();
    const of = async (auth: object, found: Partial<FoundSignIn> = {}) =>
      outcomes(await check(http(url), { signInChecks: checks(found), options: { auth } })).slice(1, 5);
    expect(await of({ way: 'client-credentials' }, { pkceMethods: [] })).toEqual([
      'issuer ok',
      'pkce skipped',
      'registration ok',
      'redirect skipped',
    ]);
    expect((await of({ clientId: 'c' }, { registrations: [] }))[2]).toBe('registration ok');
    expect(await of({ way: 'none' })).toEqual([
      'issuer skipped',
      'pkce skipped',
      'registration skipped',
      'redirect skipped',
    ]);
  });

  test('a credential in a header, or a server that asks for nothing, leaves the sign-in alone', async () => {
    const { url } = await guarded();
    const signInChecks = checks();
    const withKey = await check(http(url, 'streamable-http', { Authorization: 'Bearer old' }), { signInChecks });
    expect(outcomes(withKey).slice(1, 5)).toEqual(STEPS.slice(1, 5).map((id) => `${id} skipped`));
    expect(withKey.of('sign-in').code).toBe('NEEDS_SIGN_IN');
    const open = await HttpMcpServer.start();
    const checked = await check(http(open.url), { signInChecks });
    expect(outcomes(checked)).toEqual([...STEPS.slice(0, -1).map((id) => `${id} skipped`), 'sign-in ok']);
    expect(signInChecks.asked).toEqual([]);
  });
});
