// What a person pastes into a client or opens for it: texts for clients without a file, and links without secrets.
import { describe, expect, it } from 'vitest';
import type { ClientEntry, EntryRequest } from '../../../core/clients/client-format.ts';
import { CLIENT_FORMATS, clientFormat } from '../../../core/clients/client-formats.ts';
import { exportText } from '../../../core/clients/export-text.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { LAUNCHER, serverEntry, stdioEntry, testClients } from '../../support/test-clients.ts';

const remote = (headers: Record<string, string> = {}) =>
  serverEntry('docs', { type: 'streamable-http', url: 'https://docs.example/mcp?a=b&c=d', headers });

function textOf(client: string, servers = [stdioEntry('files')], mode: EntryRequest['mode'] = 'connect') {
  return exportText(clientFormat(client), { servers, mode, launcher: LAUNCHER, textFormat: 'json' });
}

const connect = { command: LAUNCHER.command, args: [...LAUNCHER.args, 'connect', 'files'] };
const base64 = (text: string | null) => JSON.parse(Buffer.from(text ?? '', 'base64').toString('utf8')) as unknown;

describe('a text to paste', () => {
  it.each([
    ['jetbrains-ai-assistant', connect],
    ['cherry-studio', { ...connect, name: 'files', type: 'stdio', isActive: true }],
  ])('of %s is the JSON that it takes, with what to do', (client, entry) => {
    const { text, steps } = textOf(client);
    expect(JSON.parse(text)).toEqual({ mcpServers: { files: entry } });
    expect(steps).toMatch(/paste the text\.$/);
    // What was pasted reads back as the same entry.
    const { result } = clientFormat(client).parse(Buffer.from(text), { scope: 'clipboard' });
    expect(result).toMatchObject({ outcome: 'ok', servers: [{ name: 'files', ...connect }] });
  });

  it('of Open WebUI is an address and its headers, and no program', () => {
    const request = { servers: [remote({ 'X-Team': 'a' }), stdioEntry('files')], launcher: LAUNCHER } as const;
    const done = exportText(clientFormat('open-webui'), { ...request, mode: 'direct', textFormat: 'json' });
    expect(done.text).toBe('docs\n  https://docs.example/mcp?a=b&c=d\n  X-Team: a');
    expect(done.servers).toMatchObject([
      { action: 'add' },
      { action: 'refuse', reason: 'Open WebUI starts no programs' },
    ]);
    expect(textOf('open-webui')).toMatchObject({ text: '', servers: [{ reason: 'Open WebUI starts no programs' }] });
  });

  it('gives two servers that a client would call the same two names', () => {
    const { servers, text } = textOf('claude-code', [stdioEntry('a.b'), stdioEntry('a-b')]);
    expect(servers.map(({ clientName }) => clientName)).toEqual(['a-b', 'a-b-2']);
    expect(Object.keys((JSON.parse(text) as { mcpServers: object }).mcpServers)).toEqual(['a-b', 'a-b-2']);
  });

  it('needs a server or profile that there is, and a profile goes through Portolan', () => {
    const { clients, catalog } = testClients(tempDir(), {
      profile: (name) => (name === 'work' ? ({} as never) : undefined),
    });
    catalog.push(stdioEntry('files'));
    const ask = (input: object) => clients.exportText({ client: 'cherry-studio', mode: 'connect', ...input });
    expect(JSON.parse(ask({ profile: 'work' }).text)).toMatchObject({
      mcpServers: { work: { args: [...LAUNCHER.args, 'connect', '--profile', 'work'] } },
    });
    expect(() => ask({ servers: ['none'] })).toThrow(expect.objectContaining({ code: 'SERVER_NOT_FOUND' }));
    expect(() => ask({ profile: 'none' })).toThrow(expect.objectContaining({ code: 'PROFILE_NOT_FOUND' }));
    expect(() => ask({ profile: 'work', mode: 'direct' })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(() => ask({ client: 'nobody' })).toThrow(expect.objectContaining({ code: 'CLIENT_UNKNOWN' }));
  });
});

describe('an install link', () => {
  const linkOf = (client: string, server = stdioEntry('files'), mode: EntryRequest['mode'] = 'connect') =>
    textOf(client, [server], mode).servers[0]?.link ?? '';

  it.each([
    ['cursor', 'cursor://anysphere.cursor-deeplink/mcp/install?', connect],
    ['cursor-agent', 'cursor://anysphere.cursor-deeplink/mcp/install?', connect],
    ['lm-studio', 'lmstudio://add_mcp?', connect],
    ['trae', 'trae://trae.ai-ide/mcp-import?type=stdio&', connect],
  ])('of %s carries one entry in base64', (client, start, entry) => {
    const link = linkOf(client);
    expect(link.startsWith(start)).toBe(true);
    const query = new URL(link).searchParams;
    expect(query.get('name')).toBe('files');
    expect(base64(query.get('config'))).toEqual(entry);
    // Plus, slash and equals sign of base64 are unsafe in a query.
    expect(link.slice(link.indexOf('config=') + 7)).toMatch(/^[A-Za-z0-9%]+$/);
  });

  it.each([
    ['vscode', 'vscode:mcp/install?', { name: 'files', ...connect }],
    ['vscode-insiders', 'vscode-insiders:mcp/install?', { name: 'files', ...connect }],
    ['visual-studio', 'vsweb+mcp:/install?', { name: 'files', ...connect }],
  ])('of %s is JSON as the whole query', (client, start, entry) => {
    const link = linkOf(client);
    expect(link.startsWith(start)).toBe(true);
    expect(JSON.parse(decodeURIComponent(link.slice(start.length)))).toEqual(entry);
  });

  it('of Kiro is JSON in a query of its page, and of Cherry Studio a whole map in base64', () => {
    const kiro = new URL(linkOf('kiro'));
    expect([kiro.origin + kiro.pathname, kiro.searchParams.get('name')]).toEqual([
      'https://kiro.dev/launch/mcp/add',
      'files',
    ]);
    expect(JSON.parse(kiro.searchParams.get('config') ?? '')).toEqual(connect);
    const cherry = new URL(linkOf('cherry-studio'));
    expect(base64(cherry.searchParams.get('servers'))).toMatchObject({ mcpServers: { files: connect } });
  });

  it('says the transport to Trae, and keeps an address whole', () => {
    const link = linkOf('trae', remote(), 'direct');
    expect(new URL(link).searchParams.get('type')).toBe('http');
    expect(base64(new URL(link).searchParams.get('config'))).toEqual({ url: 'https://docs.example/mcp?a=b&c=d' });
  });

  const WITH_LINKS = CLIENT_FORMATS.filter((format) => format.installLink !== undefined);

  it.each(WITH_LINKS)(
    'of $id never carries a secret, a literal header or more than a handler takes',
    ({ id, installLink }) => {
      const entries: ClientEntry[] = [
        { command: 'x', args: ['--token', 'tok-EXAMPLE-0123456789'] },
        { command: 'x', args: [], env: { API_KEY: 'key-EXAMPLE-0123456789' } },
        { url: 'https://x.example/mcp?api_key=key-EXAMPLE-0123456789' },
        { url: 'https://x.example/mcp', headers: { Authorization: 'Bearer tok-EXAMPLE-0123456789' } },
        { url: 'https://x.example/mcp', headers: { 'X-Plain': 'abc' } },
        { url: 'https://x.example/mcp', auth: { CLIENT_ID: 'c', CLIENT_SECRET: 'sec-EXAMPLE-0123456789' } },
        { command: 'x', args: ['y'.repeat(2000)] },
      ];
      for (const entry of entries) expect(installLink?.('x', entry)).toBeUndefined();
      // Goose calls the address of an entry otherwise, and takes no headers by a link.
      const [address, headers] = id === 'goose' ? ['uri', {}] : ['url', { headers: { Authorization: 'Bearer ${X}' } }];
      expect(installLink?.('x', { [address]: 'https://x.example/mcp', ...headers })).toBeDefined();
    },
  );

  it.each(WITH_LINKS)('of $id is not made for the token of the gateway', (format) => {
    const gateway = { url: 'http://127.0.0.1:7717/mcp/files', token: 'ptn-EXAMPLE' };
    const request = { servers: [stdioEntry('files')], mode: 'http', launcher: LAUNCHER, gateway } as const;
    const { servers, text } = exportText(format, { ...request, textFormat: 'json' });
    expect(text).toContain('Bearer ptn-EXAMPLE');
    expect(servers).toEqual([{ name: 'files', clientName: 'files', action: 'add' }]);
  });
});
