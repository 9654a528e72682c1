// One sign-in at the organisation opens every server that the organisation allows: a real identity provider with pages, a real
// authorization server, three protected MCP servers, a real browser. Needs a keychain: run with test/support/with-keyring.sh.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { IdentityStatus } from '../../shared/model/identity.ts';
import {
  type EnterpriseRig,
  IDP_SECRET,
  IDP_SECRET_CLIENT,
  RESOURCE_CLIENT,
  RESOURCE_SECRET,
  startEnterprise,
} from '../support/oauth/enterprise-rig.ts';
import {
  type ProtectedServer,
  protectedLegacyServer,
  protectedModernServer,
} from '../support/oauth/guarded-mcp-server.ts';
import { Portolan } from '../support/portolan.ts';
import { RunningCommand } from '../support/running-command.ts';
import { signInBy } from '../support/sign-in-browser.ts';
import { launchBrowser } from '../support/window.ts';

const ADA = { user: 'ada', password: 'correct horse battery staple' };
const NOT_HERS = 'Payroll is for the people of the finance team';

interface Office {
  readonly portolan: Portolan;
  readonly organisation: EnterpriseRig;
  /** Addresses that the organisation does not let ada use. */
  readonly closed: Set<string>;
  readonly servers: Readonly<Record<'tickets' | 'wiki' | 'metrics' | 'payroll', ProtectedServer>>;
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('one sign-in in the browser opens three servers through three proxies, and nobody is asked again', async () => {
  const office = await openOffice();
  await signIn(office);
  for (const [name, mode] of [
    ['tickets', 'legacy'],
    ['wiki', 'auto'],
    ['metrics', 'auto'],
  ] as const) {
    const client = await clientOf(office.portolan, name, mode);
    expect(await client.callTool({ name: 'echo', arguments: {} }), name).toBeDefined();
  }
  const { tickets, wiki, metrics } = office.servers;
  expect([tickets, wiki, metrics].map(({ callers }) => callers)).toEqual([['ada'], ['ada'], ['ada']]);
  expectOneSignIn(office);
  expect(await identityOf(office)).toMatchObject({ state: 'signed-in', person: { subject: 'ada' }, refused: [] });
  expect((await identityOf(office)).unlocks.toSorted()).toEqual(['metrics', 'tickets', 'wiki']);
});

test('a host that starts again asks nobody: the sign-in is in the keychain', async () => {
  const office = await openOffice();
  await signIn(office);
  await office.portolan.stop();
  expect(await office.portolan.json('call', 'wiki', 'echo')).toMatchObject({ isError: false });
  expectOneSignIn(office);
});

test('what the organisation refuses is told in its own words, and not tried as a person’s own sign-in', async () => {
  const office = await openOffice();
  await signIn(office);
  const { code, stdout } = await office.portolan.run(['tools', 'payroll', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'IDP_REFUSED', message: expect.stringContaining(NOT_HERS) },
  });
  expect(code).toBe(4);
  expect((await identityOf(office)).refused).toEqual([
    { server: 'payroll', reason: expect.stringContaining(NOT_HERS) },
  ]);
  const again = await office.portolan.run(['tools', 'payroll']);
  expect([again.code, again.stderr]).toEqual([4, expect.stringMatching(/finance team[^]*\(IDP_REFUSED\)\n {2}next: /)]);
  expect(office.servers.payroll.tokens).toEqual([]);
  expectOneSignIn(office);
});

test('a refusal lasts until a person asks again, by the name of the server', async () => {
  const office = await openOffice();
  const { portolan, servers, closed, organisation } = office;
  await signIn(office);
  const exchanges = (): number =>
    organisation.idp.forms.filter(({ form }) => form['grant_type']?.endsWith('token-exchange')).length;
  expect((await portolan.run(['login', 'payroll', '--no-open'])).code).toBe(4);
  closed.delete(servers.payroll.url);
  const asked = exchanges();
  expect((await portolan.run(['tools', 'payroll'])).code).toBe(4);
  expect(exchanges()).toBe(asked);
  expect((await portolan.run(['login', 'payroll', '--no-open'])).code).toBe(0);
  expect(await portolan.json('call', 'payroll', 'echo')).toMatchObject({ isError: false });
  expect((await identityOf(office)).refused).toEqual([]);
  expectOneSignIn(office);
});

test('what is ended at the provider ends here, as soon as the access tokens have run out', async () => {
  const office = await openOffice();
  await signIn(office);
  const { portolan, organisation, servers } = office;
  const client = await clientOf(portolan, 'tickets', 'legacy');
  await client.callTool({ name: 'echo', arguments: {} });
  await organisation.endSignIns('ada');
  servers.tickets.refuseTakenTokens();
  await expect(client.callTool({ name: 'echo', arguments: {} })).rejects.toThrow(
    /^NEEDS_SIGN_IN: tickets .*the identity acme/,
  );
  const { code, stdout } = await portolan.run(['call', 'wiki', 'echo', '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([3, { error: { code: 'NEEDS_SIGN_IN' } }]);
  expect(await identityOf(office)).toMatchObject({ state: 'ended', reason: { code: 'NEEDS_SIGN_IN' }, renews: false });
  expect(servers.tickets.callers).toEqual(['ada']);
  expectOneSignIn(office);
  await signIn(office);
  expect(await client.callTool({ name: 'echo', arguments: {} })).toBeDefined();
});

/** The identity is added, nobody is signed in. Calls that need a person do not wait for one. */
async function openOffice(): Promise<Office> {
  const servers = {
    tickets: await protectedLegacyServer(),
    wiki: await protectedModernServer(),
    metrics: await protectedModernServer('sse'),
    payroll: await protectedModernServer(),
  };
  const closed = new Set([servers.payroll.url]);
  const organisation = await startEnterprise({
    resources: Object.values(servers).map(({ url }) => url),
    people: { [ADA.user]: ADA.password },
    policy: (_subject, resource) => (closed.has(resource) ? { error: 'access_denied', words: NOT_HERS } : undefined),
  });
  for (const server of Object.values(servers)) server.trust(organisation.as);
  const portolan = new Portolan();
  const client = { clientId: RESOURCE_CLIENT, clientSecret: '${secret:at-resource}' };
  const entry = (name: keyof typeof servers, auth: object): object => ({
    [name]: { url: servers[name].url, portolan: { auth: { ...client, ...auth } } },
  });
  const mcpServers = {
    ...entry('tickets', { way: 'enterprise', identity: 'acme' }),
    ...entry('wiki', {}),
    ...entry('metrics', { way: 'enterprise' }),
    ...entry('payroll', { way: 'enterprise' }),
  };
  writeFileSync(join(portolan.home, 'catalog.json'), JSON.stringify({ mcpServers }));
  writeFileSync(join(portolan.home, 'settings.json'), JSON.stringify({ signInWaitMs: 0 }));
  await portolan.run(['secret', 'set', 'at-resource'], RESOURCE_SECRET);
  const { code, stderr } = await portolan.run(
    ['identities', 'add', 'acme', '--issuer', organisation.idp.issuer, '--client-id', IDP_SECRET_CLIENT, '--secret'],
    IDP_SECRET,
  );
  expect([code, stderr]).toEqual([0, '']);
  return { portolan, organisation, closed, servers };
}

async function signIn({ portolan }: Office): Promise<void> {
  const login = new RunningCommand(portolan, ['login', 'acme', '--no-open']);
  const { url } = await login.line((line) => typeof line['url'] === 'string');
  expect(await signInBy(browser, String(url), ADA)).toBe('Signed in');
  expect(await login.line(({ state }) => state === 'done')).toMatchObject({ kind: 'identity', target: 'acme' });
  expect(await login.ended).toBe(0);
}

/** One person typed one password once and agreed once, at the identity provider; nobody was at the other server’s pages. */
function expectOneSignIn({ organisation: { idp, resourceServer } }: Office): void {
  expect(idp.pages.logins).toEqual([ADA.user]);
  expect(idp.pages.consents).toHaveLength(1);
  expect(idp.visits.filter((visit) => visit === 'GET /auth')).toHaveLength(1);
  expect(resourceServer.visits.filter((visit) => /\/(?:auth|interaction|device|reg)\b/.test(visit))).toEqual([]);
}

async function identityOf({ portolan }: Office): Promise<IdentityStatus> {
  const { identities } = await portolan.json<{ identities: IdentityStatus[] }>('identities');
  const [only, ...more] = identities;
  if (only === undefined || more.length > 0) throw new Error(`there are ${identities.length} identities`);
  return only;
}

/** Their SDK asks its own kind of transport: a subclass is probed in place, as a client's own process would be. */
class InPlace extends StdioClientTransport {}

async function clientOf(portolan: Portolan, server: string, mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client(
    { name: `${mode} client`, version: '1' },
    { capabilities: {}, versionNegotiation: { mode } },
  );
  await client.connect(new InPlace({ ...portolan.connect(server), stderr: 'ignore' }));
  onTestFinished(() => client.close());
  return client;
}
