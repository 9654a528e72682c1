// Install links of other clients: every form reads as its owner would read it, hostile ones end in one coded error.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInstallLink, MAX_LINK_CHARS, readInstallLink } from '../../../../core/clients/sources/install-link.ts';
import { testClients } from '../../../support/test-clients.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const STDIO = { command: 'npx', args: ['-y', 'weather>>?'] };
const json = JSON.stringify(STDIO);
const pct = encodeURIComponent;
const b64 = Buffer.from(json).toString('base64');
const remote = pct(JSON.stringify({ name: 'w', type: 'http', url: 'https://x.example/mcp' }));

describe('an install link', () => {
  it.each<[link: string, client: string]>([
    [`cursor://anysphere.cursor-deeplink/mcp/install?name=w&config=${pct(b64)}`, 'cursor'],
    [`cursor://anysphere.cursor-deeplink/mcp/install?name=w&config=${b64}`, 'cursor'],
    [`cursor://anysphere.cursor-deeplink/mcp/install?name=w&config=${b64.replaceAll('+', '%20')}`, 'cursor'],
    [
      `cursor://anysphere.cursor-deeplink/mcp/install?name=w&config=${Buffer.from(json).toString('base64url')}`,
      'cursor',
    ],
    [`https://cursor.com/install-mcp?name=w&config=${pct(b64)}`, 'cursor'],
    [`https://cursor.com/en/install-mcp?name=w&config=${pct(b64)}#top`, 'cursor'],
    [`vscode:mcp/install?${pct(JSON.stringify({ name: 'w', ...STDIO }))}`, 'vscode'],
    [`vscode-insiders:mcp/install?${pct(JSON.stringify({ name: 'w', ...STDIO }))}`, 'vscode-insiders'],
    [`https://vscode.dev/redirect/mcp/install?name=w&config=${pct(json)}`, 'vscode'],
    [`https://insiders.vscode.dev/redirect/mcp/install?name=w&config=${pct(json)}&quality=insiders`, 'vscode-insiders'],
    [`vsweb+mcp:/install?${pct(JSON.stringify({ name: 'w', type: 'stdio', ...STDIO }))}`, 'visual-studio'],
    [`lmstudio://add_mcp?name=w&config=${pct(b64)}`, 'lm-studio'],
    [`https://lmstudio.ai/install-mcp?name=w&config=${pct(b64)}`, 'lm-studio'],
    [`goose://extension?cmd=npx&arg=-y&arg=${pct('weather>>?')}&id=w&name=w`, 'goose'],
    [`https://kiro.dev/launch/mcp/add?name=w&config=${pct(json)}`, 'kiro'],
    [`trae://trae.ai-ide/mcp-import?type=stdio&name=w&config=${pct(b64)}`, 'trae'],
    [`trae-cn://trae.ai-ide/mcp-import?type=stdio&name=w&config=${pct(b64)}`, 'trae'],
    [
      `cherrystudio://mcp/install?servers=${Buffer.from(JSON.stringify({ mcpServers: { w: STDIO } })).toString('base64')}`,
      'cherry-studio',
    ],
  ])('%s', (link, client) => {
    expect(isInstallLink(`  ${link}\n`)).toBe(true);
    const { result } = readInstallLink(`  ${link}\n`).parsed;
    expect(result).toMatchObject({ client, scope: 'link', outcome: 'ok', error: null });
    expect(result.servers).toMatchObject([{ name: 'w', transport: 'stdio', ...STDIO }]);
  });

  it('may lead to a remote server', () => {
    const links = [
      `vsweb+mcp:/install?${remote}`,
      `https://claude.ai/customize/connectors?modal=add-custom-connector&connectorName=w&connectorUrl=${pct('https://x.example/mcp')}`,
      `goose://extension?url=${pct('https://x.example/mcp')}&type=streamable_http&name=w&header=${pct('X-A=b=c')}`,
    ];
    const servers = links.map((link) => readInstallLink(link).parsed.result.servers[0]);
    expect(servers.map((server) => [server?.name, server?.url])).toEqual(
      links.map(() => ['w', 'https://x.example/mcp']),
    );
    expect(servers[2]?.headers).toEqual({ 'X-A': 'b=c' });
  });

  it('of Goose asks for the variables that it describes', () => {
    const [server] = readInstallLink('goose://extension?cmd=npx&name=w&env=KEY%3DYour%20key').parsed.result.servers;
    expect(server?.env).toEqual({ KEY: '${input:KEY}' });
  });

  it('is read wherever a text is pasted, and its secrets go to the keychain', async () => {
    const { clients, catalog, secrets } = testClients(tempDir());
    const config = pct(
      JSON.stringify({
        url: 'https://x.example/mcp',
        headers: { Authorization: 'Bearer sk-EXAMPLE-0123456789abcdef' },
      }),
    );
    const plan = await clients.planImport({ text: `https://kiro.dev/launch/mcp/add?name=w&config=${config}` });
    expect(plan.rows).toMatchObject([
      { name: 'w', foundIn: [{ client: 'kiro', scope: 'link' }], secrets: ['w.Authorization'] },
    ]);
    await clients.applyImport({ planId: plan.planId });
    expect(catalog[0]?.endpoint).toMatchObject({ headers: { Authorization: 'Bearer ${secret:w.Authorization}' } });
    expect(secrets.get('w.Authorization')).toBe('sk-EXAMPLE-0123456789abcdef');
  });

  it.each([
    ['an unknown scheme', 'evil://mcp/install?config=e30='],
    ['an owner that only looks like one', 'https://cursor.com.evil.example/install-mcp?config=e30='],
    ['no configuration', 'cursor://anysphere.cursor-deeplink/mcp/install?name=w'],
    ['no base64', 'lmstudio://add_mcp?name=w&config=***'],
    [
      'bytes that are no text',
      `lmstudio://add_mcp?name=w&config=${pct(Buffer.from([0xff, 0xfe, 0x80]).toString('base64'))}`,
    ],
    ['a percent sign alone', 'cursor://anysphere.cursor-deeplink/mcp/install?name=%&config=e30='],
    ['half a JSON text', `vscode:mcp/install?${pct('{"name":"w"')}`],
    ['a list', `vscode:mcp/install?${pct('[1]')}`],
    ['JSON that breaks out of its entry', `kiro://x?`],
    ['a text nested without end', `vscode:mcp/install?${pct('{"a":'.repeat(5000))}`],
    ['too much', `cursor://anysphere.cursor-deeplink/mcp/install?name=w&config=${'A'.repeat(MAX_LINK_CHARS)}`],
    ['a command and an address', 'goose://extension?cmd=npx&url=https://x.example'],
  ])('CFG-11 is refused with one code for %s', (_what, link) => {
    const { result } = readInstallLink(link).parsed;
    expect([result.error?.code, result.servers]).toEqual(['LINK_REFUSED', []]);
    expect(result.error?.message).not.toContain('w"');
  });

  it('CFG-11 never throws, whatever stands in it', () => {
    const heads = [
      'cursor://anysphere.cursor-deeplink/mcp/install?',
      'vscode:mcp/install?',
      'goose://extension?',
      'cherrystudio://mcp/install?servers=',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.string({ unit: 'binary', maxLength: 60 }), (head, tail) => {
        const { result } = readInstallLink(head + tail).parsed;
        expect(result.outcome === 'error' || result.servers.length <= 1).toBe(true);
      }),
    );
  });

  it('does not take an ordinary text or address for one', () => {
    for (const text of ['{"mcpServers":{}}', 'https://x.example/mcp', 'npx -y p', ''])
      expect(isInstallLink(text)).toBe(false);
  });
});
