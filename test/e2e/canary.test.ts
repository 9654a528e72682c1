// No secret of a whole run turns up where it does not belong. Needs a keychain: run with test/support/with-keyring.sh.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { createClient } from '../../host/control-client.ts';
import { HttpMcpServer, respond } from '../support/http-mcp-server.ts';
import {
  IDP_SECRET,
  IDP_SECRET_CLIENT,
  RESOURCE_CLIENT,
  RESOURCE_SECRET,
  startEnterprise,
} from '../support/oauth/enterprise-rig.ts';
import { protectedLegacyServer, protectedModernServer } from '../support/oauth/guarded-mcp-server.ts';
import { type OidcProviderRig, PUBLIC_CLIENT, startOidcProvider } from '../support/oauth/oidc-provider-rig.ts';
import { secretsSeen } from '../support/oauth/secrets-seen.ts';
import { OtlpCollector } from '../support/otlp-collector.ts';
import { Portolan } from '../support/portolan.ts';
import { watchProcesses } from '../support/process-watch.ts';
import { RunningCommand } from '../support/running-command.ts';
import { filesBelow, guardedServer, SECRET, secretsIn } from '../support/secret-canary.ts';
import { signInBy } from '../support/sign-in-browser.ts';
import { recordSocket } from '../support/socket-recorder.ts';
import { tempDir } from '../support/temp-dir.ts';
import { memoryOfWindow } from '../support/window-memory.ts';
import { launchBrowser } from '../support/window.ts';

const ADA = { user: 'ada', password: 'the password of ada: 3f9c-77/b1+' };
const PASSPHRASE = 'a passphrase/with+signs "and" 19 words';
/** Procedures into which a person's own secrets go. */
const TAKES_SECRETS = /^POST \/rpc\/(?:secrets\/set|identities\/add|vault\/(?:use|unlock)) /;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('SEC-07 SEC-08 AUT-23: no secret of a whole run is in files, logs, processes, the window, other clients’ files or on the host’s socket', async () => {
  const corp = await protectedModernServer();
  const denied = await protectedModernServer();
  const own = await protectedLegacyServer();
  const header = await guardedServer();
  const organisation = await startEnterprise({
    resources: [corp.url, denied.url],
    people: { [ADA.user]: ADA.password },
    policy: (_subject, resource) =>
      resource === denied.url ? { error: 'access_denied', words: `not with ${IDP_SECRET}` } : undefined,
  });
  const lab = await startOidcProvider({ resources: [own.url] });
  for (const server of [corp, denied]) server.trust(organisation.as);
  own.trust(lab.as);
  const failing = await HttpMcpServer.start();
  failing.on('POST', (request, response) => {
    const message = request.headers.authorization ?? '';
    respond(response, 500, { jsonrpc: '2.0', id: null, error: { code: -1, message } });
  });
  const collector = await OtlpCollector.start();

  const home = tempDir();
  const portolan = new Portolan({ HOME: home, XDG_CONFIG_HOME: join(home, '.config') });
  const atResource = { clientId: RESOURCE_CLIENT, clientSecret: '${secret:at-resource}' };
  const enterprise = { way: 'enterprise', identity: 'acme', ...atResource };
  const mcpServers = {
    corp: { url: corp.url, portolan: { auth: enterprise } },
    denied: { url: denied.url, portolan: { auth: enterprise } },
  };
  writeFileSync(join(portolan.home, 'catalog.json'), JSON.stringify({ mcpServers }));
  writeFileSync(join(portolan.home, 'settings.json'), JSON.stringify({ signInWaitMs: 0 }));
  const printed: string[] = [];
  const run = async (args: readonly string[], input = ''): Promise<number | null> => {
    const { code, stdout, stderr } = await portolan.run(args, input);
    printed.push(`$ ${args.join(' ')}\n${stdout}${stderr}`);
    return code;
  };
  const done = async (args: readonly string[], input?: string): Promise<void> => {
    expect(await run(args, input), printed.at(-1)).toBe(0);
  };
  const processes = watchProcesses(portolan);
  await done(['host', 'start']);
  const socket = await recordSocket(join(portolan.home, 'run', 'host.sock'));

  // Everything is set up.
  await done(['secret', 'set', 'tok'], SECRET);
  await done(['secret', 'set', 'at-resource'], RESOURCE_SECRET);
  const acme = ['--issuer', organisation.idp.issuer, '--client-id', IDP_SECRET_CLIENT, '--secret'];
  await done(['identities', 'add', 'acme', ...acme], IDP_SECRET);
  await done(['identities', 'add', 'lab', '--issuer', lab.issuer, '--client-id', PUBLIC_CLIENT, '--device']);
  await done(['add', 'own', '--url', own.url, '--auth', 'browser', '--client-id', PUBLIC_CLIENT]);
  for (const [name, { url }] of Object.entries({ header, failing }))
    await done(['add', name, '--url', url, '--header', 'Authorization=Bearer ${secret:tok}']);
  await done(['telemetry', 'set', '--endpoint', collector.url]);

  // Somebody signs in: with a password, by a sign-in that is there, with a code.
  const login = async (name: string, act: (line: Record<string, unknown>) => Promise<unknown>): Promise<void> => {
    const command = new RunningCommand(portolan, ['login', name, '--no-open']);
    await act(await command.line(({ url, device }) => url !== undefined || device !== undefined));
    expect(await command.ended, command.output).toBe(0);
    printed.push(command.output);
  };
  await login('acme', ({ url }) => signInBy(browser, String(url), ADA));
  await login('own', ({ url }) => fetch(String(url)));
  await login('lab', ({ device }) => confirmCode(lab, device));

  // Servers are used, also by clients of their own, and after tokens have run out.
  const calls = [
    ['corp', 'echo'],
    ['own', 'echo'],
    ['header', 'greet'],
  ] as const;
  for (const [server, name] of calls) {
    const client = new Client({ name: 'client', version: '1' }, { capabilities: {} });
    await client.connect(new StdioClientTransport({ ...portolan.connect(server), stderr: 'ignore' }));
    await client.callTool({ name, arguments: {} });
    await client.close();
  }
  for (const server of [own, corp]) server.refuseTakenTokens();
  for (const [server, tool] of calls) await done(['call', server, tool]);
  await run(['call', 'failing', 'greet']);
  await run(['tools', 'denied']);
  await run(['tools', 'denied', '--json']);

  // Everything that shows something is asked.
  await done(['export', '--to', 'cursor', '--force', '--yes']);
  await done(['export', '--to', join(home, 'all.json'), '--yes']);
  await run(['export', '--to', join(home, 'direct.json'), '--mode', 'direct', '--yes']);
  await done(['gateway', 'enable', '--port', '0']);
  const gateway = await portolan.json<{ token: string }>('gateway', 'add-client', 'laptop', '--target', 'corp');
  for (const args of [
    ['list', '--json'],
    ['show', 'corp', '--json'],
    ['show', 'own'],
    ['identities', '--json'],
    ['identities', 'show', 'acme'],
    ['secret', 'list', '--json'],
    ['vault', '--json'],
    ['gateway', '--json'],
    ['gateway', 'snippet', 'corp'],
    ['logs', 'failing'],
    ['audit', 'list', '--json', '--limit', '1000'],
    ['audit', 'verify'],
    ['telemetry', '--json'],
    ['doctor', '--json'],
    ['doctor', 'corp', '--json'],
    ['doctor', 'own'],
    ['doctor', 'denied', '--json'],
  ])
    await run(args);
  const host = createClient(join(portolan.home, 'run', 'host.sock'), { from: 'window' });
  const shown = JSON.stringify([
    await host.system.snapshot(),
    await host.identities.list(),
    await host.signIns.list(),
    await host.signIns.servers(),
    await host.secrets.list(),
    await host.audit.list({ limit: 500 }),
  ]);
  const { url } = await portolan.json<{ url: string }>('--no-open');
  const pages = ['/identities', '/servers/corp', '/servers/own', '/servers/denied', '/activity', '/settings'];
  const memory = await memoryOfWindow(browser, url, pages);
  expect(memory, 'the window has read the state').toContain('access_denied');
  const running = filesBelow(portolan.home);
  await done(['logout', '--all']);
  await portolan.stop();

  const secrets = {
    password: ADA.password,
    'header secret': SECRET,
    'client secret': IDP_SECRET,
    'client secret at the resource': RESOURCE_SECRET,
    ...secretsSeen(organisation.idp.forms, 'idp'),
    ...secretsSeen(organisation.resourceServer.forms, 'resource'),
    ...secretsSeen(lab.forms, 'lab'),
  };
  expect(kindsOf(secrets)).toEqual(
    expect.arrayContaining([
      'access_token',
      'assertion',
      'code',
      'code_verifier',
      'device_code',
      'id_token',
      'refresh_token',
    ]),
  );
  expect([...processes].map((process) => /(?:connect|call|host)\S*/.exec(process)?.[0])).toEqual(
    expect.arrayContaining(['connect', 'call']),
  );
  const places = {
    'the terminal': printed.join('\n'),
    'files while it ran': running,
    'files afterwards': filesBelow(portolan.home),
    'files of others': filesBelow(home),
    processes: [...processes].join('\n'),
    'the socket, from the host': socket.fromHost().join('\n'),
    'the socket, to the host': toHost(socket.toHost()),
    'the contract': shown,
    'the window': memory,
    'the collector': `${collector.bodies.join('\n')}${JSON.stringify(collector.headers)}`,
  };
  const found = Object.entries(places).flatMap(([place, text]) => {
    expect(text.length, place).toBeGreaterThan(100);
    return secretsIn(text, secrets).map((secret) => `${place}: ${secret}`);
  });
  expect(found).toEqual([]);
  expect(secretsIn(places['files while it ran'] + places['files of others'], { token: gateway.token })).toEqual([]);
});

test('SEC-07: the encrypted file gives away nothing that it holds, and its passphrase is nowhere', async () => {
  const header = await guardedServer();
  const lab = await startOidcProvider();
  const portolan = new Portolan({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' });
  const processes = watchProcesses(portolan);
  const printed: string[] = [];
  const done = async (args: readonly string[], input = ''): Promise<void> => {
    const { code, stdout, stderr } = await portolan.run(args, input);
    printed.push(stdout + stderr);
    expect(code, printed.at(-1)).toBe(0);
  };
  await done(['vault', 'use', 'file'], PASSPHRASE);
  await done(['secret', 'set', 'tok'], SECRET);
  await done(['add', 'header', '--url', header.url, '--header', 'Authorization=Bearer ${secret:tok}']);
  await done(['identities', 'add', 'lab', '--issuer', lab.issuer, '--client-id', PUBLIC_CLIENT, '--device']);
  const login = new RunningCommand(portolan, ['login', 'lab', '--no-open']);
  const { device } = await login.line((line) => line['device'] !== undefined);
  await confirmCode(lab, device);
  expect(await login.ended, login.output).toBe(0);
  await done(['call', 'header', 'greet']);
  await portolan.stop();
  expect((await portolan.run(['call', 'header', 'greet'])).stderr).toMatch(/\(KEYCHAIN_LOCKED\)/);
  await done(['vault', 'unlock'], PASSPHRASE);
  await done(['call', 'header', 'greet']);
  expect(await portolan.json('identities')).toMatchObject({ identities: [{ name: 'lab', state: 'signed-in' }] });
  const secrets = { passphrase: PASSPHRASE, 'header secret': SECRET, ...secretsSeen(lab.forms, 'lab') };
  expect(kindsOf(secrets)).toEqual(expect.arrayContaining(['device_code', 'id_token', 'refresh_token']));
  const files = filesBelow(portolan.home);
  expect(files).toContain('vault.enc');
  expect(secretsIn([files, ...processes, ...printed, login.output].join('\n'), secrets)).toEqual([]);
});

/** Does what a person does with the code of a sign-in without a browser. */
function confirmCode(provider: OidcProviderRig, device: unknown): Promise<void> {
  const { verificationUrl, userCode } = device as { verificationUrl: string; userCode: string };
  return provider.decideDevice(verificationUrl, userCode, 'confirm');
}

/** The names of secrets without where they were seen, and without their number. */
function kindsOf(secrets: Readonly<Record<string, string>>): string[] {
  return [...new Set(Object.keys(secrets).map((name) => name.replace(/^\w+ (\w+) \d+$/, '$1')))];
}

/** What was said to the host, but for what a person gave it to keep. */
function toHost(connections: readonly string[]): string {
  return connections
    .flatMap((text) => text.split(/(?=POST \/rpc\/)/))
    .filter((request) => !TAKES_SECRETS.test(request))
    .join('\n');
}
