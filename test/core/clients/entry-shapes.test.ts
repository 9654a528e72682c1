// How each client is told of a server: the exact entry in every mode, and why one cannot be written.
import { describe, expect, it } from 'vitest';
import type { ExportMode } from '../../../core/clients/client-format.ts';
import { CLIENT_FORMATS, clientFormat } from '../../../core/clients/client-formats.ts';
import type { Endpoint, ServerOptions } from '../../../shared/model/server-entry.ts';
import { LAUNCHER, serverEntry } from '../../support/test-clients.ts';

const gateway = { url: 'http://127.0.0.1:7717/mcp/x', token: 'ptn-EXAMPLE' };
const headers = { Authorization: 'Bearer ptn-EXAMPLE' };
const stdio: Endpoint = { type: 'stdio', command: 'run', args: ['--fast'], env: { MODE: '${env:MODE}' } };
const http: Endpoint = { type: 'streamable-http', url: 'https://x.example/mcp', headers: { 'X-Mode': 'a' } };

function answerOf(client: string, mode: ExportMode, endpoint: Endpoint, options: Partial<ServerOptions> = {}): unknown {
  const server = serverEntry('x', endpoint, options);
  const answer = clientFormat(client).entryFor({ server, mode, launcher: LAUNCHER, gateway, inputs: new Set() });
  return answer.kind === 'entry' ? answer.entry : answer.reason;
}

describe('mode http', () => {
  it.each([
    ['claude-desktop', 'Claude Desktop cannot reach a remote server of this transport by itself'],
    ['claude-code', { type: 'http', url: gateway.url, headers }],
    ['cursor', { url: gateway.url, headers }],
    ['cursor-agent', { url: gateway.url, headers }],
    ['vscode', { type: 'http', url: gateway.url, headers }],
    ['vscode-insiders', { type: 'http', url: gateway.url, headers }],
    ['visual-studio', { type: 'http', url: gateway.url, headers }],
    ['github-copilot-cli', { type: 'http', url: gateway.url, headers, tools: ['*'] }],
    ['jetbrains-ai-assistant', { url: gateway.url, headers }],
    ['jetbrains-junie', { url: gateway.url, headers }],
    ['windsurf', { serverUrl: gateway.url, headers }],
    ['cline', { type: 'streamableHttp', url: gateway.url, headers }],
    ['roo-code', { type: 'streamable-http', url: gateway.url, headers }],
    ['amazon-q', { type: 'http', url: gateway.url, headers }],
    ['kiro', { url: gateway.url, headers }],
    ['warp', { url: gateway.url, headers }],
    ['lm-studio', { url: gateway.url, headers }],
    ['cherry-studio', { name: 'x', type: 'streamableHttp', baseUrl: gateway.url, headers, isActive: true }],
    ['boltai', 'BoltAI cannot reach a remote server of this transport by itself'],
    ['factory-droid', { type: 'http', url: gateway.url, headers }],
    ['antigravity', { serverUrl: gateway.url, headers }],
    ['trae', { url: gateway.url, headers }],
    ['open-webui', { url: gateway.url, headers }],
    ['mcp-inspector', { type: 'streamable-http', url: gateway.url, headers }],
  ])('%s is given the address of the gateway and its token', (client, entry) => {
    expect(answerOf(client, 'http', stdio)).toEqual(entry);
    // The server itself may be off or hold what this client could not: neither is told.
    expect(answerOf(client, 'http', { ...stdio, cwd: '/x' })).toEqual(entry);
  });
});

describe('mode direct', () => {
  it.each([
    ['cursor', { command: 'run', args: ['--fast'], env: { MODE: '${env:MODE}' } }],
    ['github-copilot-cli', { tools: ['*'], type: 'local', command: 'run', args: ['--fast'], env: { MODE: '${MODE}' } }],
    ['windsurf', { command: 'run', args: ['--fast'], env: { MODE: '${env:MODE}' } }],
    ['kiro', { command: 'run', args: ['--fast'], env: { MODE: '${MODE}' } }],
    ['factory-droid', { type: 'stdio', command: 'run', args: ['--fast'], env: { MODE: '${MODE}' } }],
    ['mcp-inspector', 'MCP Inspector does not expand the environment variable MODE'],
    ['lm-studio', 'LM Studio does not expand the environment variable MODE'],
    ['visual-studio', 'Visual Studio does not expand the environment variable MODE'],
  ])('%s expands a variable of the environment in its own way, or cannot', (client, entry) => {
    expect(answerOf(client, 'direct', stdio)).toEqual(entry);
  });

  it.each([
    ['kiro', { disabled: true, timeout: 90_000 }],
    ['cline', { disabled: true, timeout: 90 }],
    ['cherry-studio', { isActive: false, timeout: 90 }],
    ['cursor', 'it is disabled, which the file of this client cannot say'],
  ])('%s is told that a server is off, and its limit in its own unit, or it is left out', (client, expected) => {
    const options = { enabled: false, timeouts: { totalMs: 90_000 } };
    const answer = answerOf(client, 'direct', { ...http, headers: {} }, options);
    if (typeof expected === 'string') expect(answer).toBe(expected);
    else expect(answer).toMatchObject(expected);
  });

  it('a limit that a client would cut is written as what it takes', () => {
    const options = { timeouts: { totalMs: 7_200_000 } };
    expect(answerOf('roo-code', 'direct', http, options)).toMatchObject({ timeout: 3600 });
    expect(answerOf('kiro', 'direct', http, options)).toMatchObject({ timeout: 7_200_000 });
  });

  it.each([
    ['cline', 'http-auto', 'Cline must be told the transport, and this entry leaves it open'],
    ['lm-studio', 'sse', 'LM Studio cannot reach a remote server of this transport by itself'],
    ['open-webui', 'sse', 'Open WebUI cannot reach a remote server of this transport by itself'],
  ] as const)('%s is not told of a server over %s', (client, type, reason) => {
    expect(answerOf(client, 'direct', { type, url: 'https://x.example/mcp', headers: {} })).toBe(reason);
  });

  it('a client that starts no command with spaces is not given one, Portolan included', () => {
    const reason = 'Trae does not start a command with spaces in it';
    expect(answerOf('trae', 'direct', { ...stdio, command: 'run it', env: {} })).toBe(reason);
    const server = serverEntry('x', stdio);
    const launcher = { command: 'C:\\Program Files\\Portolan\\portolan.exe', args: [] };
    const answer = clientFormat('trae').entryFor({ server, mode: 'connect', launcher, inputs: new Set() });
    expect(answer).toEqual({ kind: 'refused', reason });
  });

  it('Kiro is not sent to an open http address elsewhere', () => {
    const at = (url: string) => answerOf('kiro', 'direct', { type: 'streamable-http', url, headers: {} });
    expect(at('http://internal.example/mcp')).toBe('Kiro reaches http:// addresses only on this computer');
    expect(at('http://localhost.example/mcp')).toBe('Kiro reaches http:// addresses only on this computer');
    expect(at('http://localhost:8080/mcp')).toEqual({ url: 'http://localhost:8080/mcp' });
    expect(at('http://[::1]/mcp')).toEqual({ url: 'http://[::1]/mcp' });
  });

  it('text that Windsurf would replace by the content of a file is not written for it', () => {
    const text = { ...stdio, env: { T: '${file:/etc/passwd}' } };
    expect(answerOf('windsurf', 'direct', text)).toBe(
      'Windsurf would expand ${file:/etc/passwd}, which is plain text in the catalog',
    );
    expect(answerOf('cursor', 'direct', text)).toMatchObject({ env: { T: '${file:/etc/passwd}' } });
  });

  it.each(CLIENT_FORMATS)('$id is never given a secret', ({ id }) => {
    const secret = { ...http, headers: { Authorization: 'Bearer ${secret:x.TOKEN}' } };
    const answer = answerOf(id, 'direct', secret);
    expect(answer).toMatch(/which never leaves the keychain|cannot reach a remote server/);
  });
});
