// The authorization server that tests sign in at does what they rely on.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi';
import { expect, onTestFinished, test } from 'vitest';
import { PUBLIC_CLIENT, startOidcProvider } from './oidc-provider-rig.ts';

const RESOURCE = 'https://mcp.example/mcp';

/** An address that answers everything with the query it was asked with. */
async function anywhere(): Promise<string> {
  const server = createServer((request, response) => response.end(request.url?.split('?')[1]));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
}

test('a fetch of the authorization endpoint is a sign-in; refresh tokens rotate, and an old one ends it', async () => {
  const rig = await startOidcProvider();
  const redirectUri = await anywhere();
  const verifier = generateRandomCodeVerifier();
  const url = new URL(rig.as.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    client_id: PUBLIC_CLIENT,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid offline_access read',
    prompt: 'consent',
    resource: RESOURCE,
    state: 's',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const answer = new URLSearchParams(await (await fetch(url)).text());
  expect([answer.get('iss'), answer.get('error_description')]).toEqual([rig.issuer, null]);
  const token = async (form: Record<string, string>): Promise<{ status: number; body: Record<string, string> }> => {
    const body = new URLSearchParams({ client_id: PUBLIC_CLIENT, resource: RESOURCE, ...form });
    const response = await fetch(rig.as.token_endpoint ?? '', { method: 'POST', body });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const first = await token({
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  expect(first).toMatchObject({ status: 200, body: { scope: 'read', token_type: 'Bearer' } });
  const refresh = (body: Record<string, string>) =>
    token({ grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' });
  const second = await refresh(first.body);
  expect(second.status).toBe(200);
  expect(await refresh(first.body)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect(await refresh(second.body)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});
