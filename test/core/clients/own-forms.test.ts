// What the clients with forms of their own are given in each mode, and every reason why one is given nothing.
import { describe, expect, it } from 'vitest';
import type { EntryRequest, ExportMode } from '../../../core/clients/client-format.ts';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { buildImportPlan } from '../../../core/clients/import-plan.ts';
import { findRefs, toClientSyntax, type VariableSyntax } from '../../../core/clients/variables.ts';
import type { ServerAuth } from '../../../shared/model/server-auth.ts';
import type { Endpoint, ServerOptions } from '../../../shared/model/server-entry.ts';
import { LAUNCHER, serverEntry } from '../../support/test-clients.ts';

const GATEWAY = { url: 'http://127.0.0.1:7777/mcp', token: 'EXAMPLE-token' };
const ARGS = [...LAUNCHER.args, 'connect', 'docs'];

function entry(
  client: string,
  mode: ExportMode,
  endpoint: Endpoint,
  options: Partial<ServerOptions> = {},
  more: Partial<EntryRequest> = {},
): unknown {
  const request = {
    server: serverEntry('docs', endpoint, options),
    mode,
    launcher: LAUNCHER,
    inputs: new Set<string>(),
  };
  const answer = clientFormat(client).entryFor({ ...request, gateway: GATEWAY, ...more });
  return answer.kind === 'entry' ? { ...answer.entry } : answer.reason;
}

const local = (more: object = {}): Endpoint => ({ type: 'stdio', command: 'npx', args: ['-y', 'x'], env: {}, ...more });
const remote = (type: 'streamable-http' | 'sse' | 'http-auto', headers: Record<string, string> = {}): Endpoint => ({
  type,
  url: 'https://x.example/mcp',
  headers,
});

describe('an entry that starts Portolan', () => {
  it.each([
    ['codex', { command: LAUNCHER.command, args: ARGS }],
    ['zed', { command: LAUNCHER.command, args: ARGS }],
    ['gemini-cli', { command: LAUNCHER.command, args: ARGS }],
    ['qwen-code', { command: LAUNCHER.command, args: ARGS }],
    ['opencode', { type: 'local', command: [LAUNCHER.command, ...ARGS] }],
    ['kilo-code', { type: 'local', command: [LAUNCHER.command, ...ARGS] }],
    ['crush', { type: 'stdio', command: LAUNCHER.command, args: ARGS }],
  ])('%s gets command and arguments, and its type where it must have one', (client, expected) => {
    expect(entry(client, 'connect', local())).toEqual(expected);
    // What the server itself is makes no difference.
    expect(entry(client, 'connect', remote('sse'), { enabled: false })).toEqual(expected);
  });

  it.each([
    ['gemini-cli', '/opt/a$HOME/node'],
    ['crush', '/opt/`id`/node'],
    ['opencode', '/opt/{env:X}/node'],
  ])('%s would expand the path %s, so it gets none', (client, command) => {
    const launcher = { command, args: [] };
    expect(entry(client, 'connect', local(), {}, { launcher })).toMatch(/would expand a part of the path of Portolan/);
  });
});

describe('an entry for the gateway', () => {
  const headers = { Authorization: 'Bearer EXAMPLE-token' };
  it.each([
    ['codex', { url: GATEWAY.url, http_headers: headers }],
    ['zed', { url: GATEWAY.url, headers }],
    ['gemini-cli', { type: 'http', url: GATEWAY.url, headers }],
    ['qwen-code', { httpUrl: GATEWAY.url, headers }],
    ['opencode', { type: 'remote', url: GATEWAY.url, headers }],
    ['kilo-code', { type: 'remote', url: GATEWAY.url, headers }],
    ['crush', { type: 'http', url: GATEWAY.url, headers }],
  ])('%s gets its address and token', (client, expected) => {
    expect(entry(client, 'http', local())).toEqual(expected);
  });
});

describe('an entry in the client’s own form', () => {
  it('Codex gets variables in keys of their own, and never keys of both transports', () => {
    const headers = { Authorization: 'Bearer ${env:TOKEN}', 'X-Team': '${env:TEAM}', 'X-Region': 'eu' };
    const auth: ServerAuth = { way: 'auto', clientId: 'cid', redirectPort: 8080, scopes: ['read'] };
    const timeouts = { totalMs: 45_500 };
    expect(entry('codex', 'direct', remote('streamable-http', headers), { auth, timeouts, enabled: false })).toEqual({
      url: 'https://x.example/mcp',
      http_headers: { 'X-Region': 'eu' },
      env_http_headers: { 'X-Team': 'TEAM' },
      bearer_token_env_var: 'TOKEN',
      oauth: { client_id: 'cid', callback_port: 8080 },
      scopes: ['read'],
      tool_timeout_sec: 45.5,
      enabled: false,
    });
    const env = { LOCAL: '${env:LOCAL}', MODE: 'prod', PLAIN: '${X}' };
    expect(entry('codex', 'direct', local({ env, cwd: '/srv' }))).toEqual({
      command: 'npx',
      args: ['-y', 'x'],
      env: { MODE: 'prod', PLAIN: '${X}' },
      env_vars: ['LOCAL'],
      cwd: '/srv',
    });
  });

  it('what Codex is given imports as the same server', () => {
    const format = clientFormat('codex');
    const text =
      '[mcp_servers.docs]\nurl = "https://x.example/mcp"\nbearer_token_env_var = "TOKEN"\n' +
      'env_http_headers = { "X-Team" = "TEAM" }\n\n[mcp_servers.run]\ncommand = "x"\nenv_vars = ["LOCAL"]\n';
    const parsed = format.parse(Buffer.from(text), { scope: 'user' });
    const rows = buildImportPlan(
      [{ format, scope: 'user', parsed }],
      [],
      () => false,
      () => false,
    ).rows;
    expect(rows.map((row) => row.entry?.endpoint)).toEqual([
      remote('streamable-http', { Authorization: 'Bearer ${env:TOKEN}', 'X-Team': '${env:TEAM}' }),
      { type: 'stdio', command: 'x', args: [], env: { LOCAL: '${env:LOCAL}' } },
    ]);
  });

  it('the others get their own names of fields, types and references', () => {
    const env = { A: '${env:A}' };
    expect(entry('gemini-cli', 'direct', local({ env: { A: '${env:A:-1}' }, cwd: '/srv' }))).toEqual({
      command: 'npx',
      args: ['-y', 'x'],
      env: { A: '${A:-1}' },
      cwd: '/srv',
    });
    expect(entry('qwen-code', 'direct', remote('sse', { H: '${env:A}' }))).toEqual({
      url: 'https://x.example/mcp',
      headers: { H: '${A}' },
    });
    expect(entry('opencode', 'direct', local({ env, cwd: '/srv' }), { enabled: false })).toEqual({
      type: 'local',
      command: ['npx', '-y', 'x'],
      environment: { A: '{env:A}' },
      cwd: '/srv',
      enabled: false,
    });
    const auth: ServerAuth = { way: 'auto', clientId: 'cid', redirectPort: 8080, scopes: ['a', 'b'] };
    expect(entry('kilo-code', 'direct', remote('http-auto'), { auth })).toEqual({
      type: 'remote',
      url: 'https://x.example/mcp',
      oauth: { clientId: 'cid', callbackPort: 8080, scope: 'a b' },
    });
    expect(entry('crush', 'direct', remote('sse', { H: '${env:A:-1}' }), { auth, enabled: false })).toEqual({
      type: 'sse',
      url: 'https://x.example/mcp',
      headers: { H: '${A:-1}' },
      oauth: true,
      oauth_client_id: 'cid',
      oauth_callback_port: 8080,
      disabled: true,
    });
    expect(entry('zed', 'direct', local(), { timeouts: { totalMs: 1500 }, enabled: false })).toEqual({
      command: 'npx',
      args: ['-y', 'x'],
      timeout: 2,
      enabled: false,
    });
  });

  it.each<[client: string, endpoint: Endpoint, options: Partial<ServerOptions>, reason: RegExp]>([
    ['codex', remote('sse'), {}, /cannot reach a remote server of this transport/],
    ['codex', remote('http-auto'), {}, /must be told the transport/],
    ['codex', local({ args: ['${env:A}'] }), {}, /only as a whole header/],
    ['codex', local({ env: { A: '${env:B}' } }), {}, /only as a whole header/],
    ['codex', remote('streamable-http', { H: 'a ${env:B}' }), {}, /only as a whole header/],
    ['codex', local({ env: { A: '${env:A:-1}' } }), {}, /no default values/],
    ['codex', local({ env: { A: '${secret:a}' } }), {}, /secret a, which never leaves the keychain/],
    [
      'codex',
      remote('streamable-http'),
      { auth: { way: 'auto', clientId: 'c', clientSecret: '${env:S}' } },
      /elsewhere/,
    ],
    ['zed', local({ env: { A: '${env:A}' } }), {}, /does not expand the environment variable A/],
    ['zed', local({ cwd: '/srv' }), {}, /no working directory/],
    ['zed', remote('sse'), {}, /cannot reach a remote server of this transport/],
    ['zed', remote('http-auto'), {}, /must be told the transport/],
    ['gemini-cli', local(), { enabled: false }, /it is disabled/],
    ['gemini-cli', local({ args: ['pa$word'] }), {}, /plain text in the catalog/],
    ['gemini-cli', local({ args: ['${X}'] }), {}, /plain text in the catalog/],
    ['gemini-cli', local({ args: ['${input:x}'] }), {}, /no prompt called x/],
    ['gemini-cli', local({ args: ['${workspaceFolder}'] }), {}, /does not know/],
    ['qwen-code', remote('http-auto'), {}, /must be told the transport/],
    ['qwen-code', local({ args: ['${env:A:-1}'] }), {}, /no default values/],
    ['opencode', local({ args: ['{env:HOME}'] }), {}, /plain text in the catalog/],
    ['opencode', local({ args: ['{file:~/.netrc}'] }), {}, /plain text in the catalog/],
    ['kilo-code', local({ cwd: '/srv' }), {}, /no working directory/],
    ['crush', remote('http-auto'), {}, /must be told the transport/],
    ['crush', local({ args: ['$(id)'] }), {}, /plain text in the catalog/],
    ['crush', local({ args: ['costs 5$'] }), {}, /plain text in the catalog/],
    ['crush', local({ args: ['`id`'] }), {}, /plain text in the catalog/],
  ])('CFG-16 %s cannot hold %o with %o', (client, endpoint, options, reason) => {
    expect(entry(client, 'direct', endpoint, options)).toMatch(reason);
  });

  it('a project’s file of Kilo Code gets no references, which would switch the whole file off', () => {
    const server = local({ env: { A: '${env:A}' } });
    expect(entry('kilo-code', 'direct', server, {}, { scope: 'user' })).toHaveProperty('environment', { A: '{env:A}' });
    expect(entry('kilo-code', 'direct', server, {}, { scope: 'project' })).toMatch(/does not expand/);
  });
});

describe('names', () => {
  it.each([
    ['codex', 'my.server', 'my-server'],
    ['gemini-cli', 'my_server', 'my-server'],
    ['opencode', 'servers', 'servers-mcp'],
    ['opencode', 'timeout', 'timeout-mcp'],
    ['zed', 'my_server.x', 'my_server.x'],
  ])('%s takes %s as %s', (client, name, expected) => {
    expect(clientFormat(client).clientName(name)).toBe(expected);
  });
});

describe('references', () => {
  it.each<[syntax: VariableSyntax, text: string, found: string[]]>([
    ['gemini', 'a $B ${C} ${D:-e} ${secret:f} $5 $$', ['$X B', '${X} C', '${X:-default} D', '${secret:X} f']],
    ['qwen', '$A ${B} ${C:-d}', ['$X A', '${X} B']],
    ['opencode', '{env:A} {file:~/b} ${C} $D', ['{env:X} A', '{file:path} ~/b']],
    [
      'shell',
      '$A ${B:?no} $(echo $C) `d` ${E:-f}',
      ['$X A', '${X:?message} B', '$(command) ', '$(command) ', '${X:-default} E'],
    ],
    ['codex', '$A ${B} ${env:C} ${secret:d}', ['${secret:X} d']],
  ])('%s finds in %s what the client would expand', (syntax, text, found) => {
    expect(findRefs(text, syntax).map((ref) => `${ref.syntax} ${ref.name}`)).toEqual(found);
  });

  it.each<[syntax: VariableSyntax, text: string]>([
    ['gemini', 'x ${A} y ${B:-c}'],
    ['qwen', 'x ${A} y'],
    ['opencode', 'x {env:A} y'],
    ['shell', 'x ${A} y ${B:-c}'],
  ])('%s is given what the catalog says, in its own form', (syntax, expected) => {
    const text = syntax === 'qwen' || syntax === 'opencode' ? 'x ${env:A} y' : 'x ${env:A} y ${env:B:-c}';
    expect(toClientSyntax(text, syntax, 'it', new Set())).toEqual({ text: expected });
  });
});
