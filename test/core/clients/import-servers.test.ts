// Bringing other clients' servers into the catalog: rows, names, secrets, and what stops it.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { LAUNCHER, serverEntry, stdioEntry, testClients } from '../../support/test-clients.ts';
import { rejected } from '../../support/thrown.ts';

const SAMPLES = join(import.meta.dirname, '../../fixtures/client-samples');
const PLACES = [
  ['claude-desktop.basic.json', '.config/Claude/claude_desktop_config.json'],
  ['claude-code.user.claude.json', '.claude.json'],
  ['cursor.global-jsonc.mcp.json', '.cursor/mcp.json'],
  ['vscode.user.mcp.json', '.config/Code/User/mcp.json'],
] as const;
const TOKEN = 'trk_live_EXAMPLE0000000000000000';

function withSamples() {
  const home = tempDir();
  for (const [sample, place] of PLACES) {
    mkdirSync(dirname(join(home, place)), { recursive: true });
    copyFileSync(join(SAMPLES, sample), join(home, place));
  }
  return testClients(home);
}

describe('planning an import', () => {
  it('scans the user files of every client and gives one row per server', async () => {
    const { clients } = withSamples();
    const plan = await clients.planImport(undefined);
    expect(plan.rows.map((row) => [row.name, row.action, row.foundIn.map((place) => place.client)])).toEqual([
      ['filesystem', 'add', ['claude-desktop']],
      ['issue-tracker-EU', 'add', ['claude-desktop']],
      ['docs', 'add', ['claude-code']],
      ['gh', 'add', ['claude-code']],
      ['shop-db', 'add', ['claude-code']],
      ['py-tools', 'add', ['cursor']],
      ['design', 'add', ['cursor']],
      ['flight', 'add', ['cursor']],
      ['search', 'add', ['vscode']],
      ['corp', 'add', ['vscode']],
      ['io.github.acme-weather', 'add', ['vscode']],
      ['old-sse', 'add', ['vscode']],
    ]);
    expect(plan.results.map((result) => result.client)).toEqual(['claude-desktop', 'claude-code', 'cursor', 'vscode']);
  });

  it('shows no literal secret anywhere, only the reference that would be stored', async () => {
    const { clients } = withSamples();
    const plan = await clients.planImport(undefined);
    expect(JSON.stringify(plan)).not.toContain(TOKEN);
    expect(JSON.stringify(plan)).not.toContain('plain-EXAMPLE-secret');
    expect(plan.results[0]?.servers[1]?.env).toEqual({
      TRACKER_TOKEN: '${secret:issue-tracker-EU.TRACKER_TOKEN}',
      TRACKER_ORG: 'acme',
    });
  });

  it('counts the same server in two clients once, whatever its name', async () => {
    const { clients, put } = testClients(tempDir());
    put('.claude.json', '{"mcpServers":{"a":{"type":"http","url":"https://X.example.com:443/mcp/"}}}');
    put(
      '.cursor/mcp.json',
      '{"mcpServers":{"b":{"url":"https://x.example.com/mcp"},"c":{"url":"https://x.example.com/other"}}}',
    );
    const plan = await clients.planImport(undefined);
    expect(plan.rows.map((row) => [row.name, row.foundIn.length])).toEqual([
      ['a', 2],
      ['c', 1],
    ]);
  });

  it('renames on a clash with another server and recognises one that is there', async () => {
    const { clients, put, catalog } = testClients(tempDir());
    catalog.push(stdioEntry('git', 'other'), stdioEntry('mine', 'uvx', ['files']));
    put('.cursor/mcp.json', '{"mcpServers":{"Git":{"command":"git-mcp"},"files":{"command":"uvx","args":["files"]}}}');
    const plan = await clients.planImport(undefined);
    expect(plan.rows.map((row) => [row.name, row.action])).toEqual([
      ['Git-2', 'add-renamed'],
      ['mine', 'same'],
    ]);
  });

  it('leaves out what an export wrote, however Portolan was started there', async () => {
    const { clients, put } = testClients(tempDir());
    const entries = {
      a: { command: LAUNCHER.command, args: [...LAUNCHER.args, 'connect', 'github'] },
      b: { command: '/another/node', args: [...LAUNCHER.args, 'connect', 'github'] },
      c: { command: 'portolan', args: ['connect', 'github'] },
      d: { command: 'C:\\Programs\\Portolan.exe', args: ['connect', 'github'] },
      p: { command: '/another/node', args: [...LAUNCHER.args, 'connect', '--profile', 'work'] },
      other: { command: 'node', args: ['/opt/other/main.js', 'connect', 'github'] },
    };
    put('.cursor/mcp.json', JSON.stringify({ mcpServers: entries }));
    const { rows } = await clients.planImport(undefined);
    expect(rows.map((row) => [row.name, row.action, row.warnings.at(-1)?.code])).toEqual([
      ...['a', 'b', 'c', 'd', 'p'].map((name) => [name, 'skip', 'OWN_ENTRY']),
      ['other', 'add', undefined],
    ]);
  });

  it('says what the client calls a server whose name had to change, and only then', async () => {
    const { clients } = testClients(tempDir());
    const text = '{"mcpServers":{"my tool (EU)":{"command":"a"},"plain":{"command":"b"},"__proto__":{"command":"c"}}}';
    const plan = await clients.planImport({ text });
    expect(plan.rows.map((row) => [row.name, row.note])).toEqual([
      ['my-tool-EU', 'Its client calls it "my tool (EU)".'],
      ['plain', undefined],
      ['server-proto', 'Its client calls it "__proto__".'],
    ]);
  });

  it('masks secrets in command lines and addresses', async () => {
    const { clients } = testClients(tempDir());
    const text = JSON.stringify({
      mcpServers: {
        a: { command: 'x', args: ['--api-key', 'abcdefEXAMPLE123456', '--dsn=postgres://u:hunterEXAMPLE2@db/x'] },
        b: { url: 'https://x.example.com/mcp?api_key=abcEXAMPLE4567890' },
      },
    });
    const plan = await clients.planImport({ text });
    expect(plan.rows.map((row) => row.where)).toEqual([
      'x --api-key •••••••••• --dsn=postgres://u:••••••••••@db/x',
      'https://x.example.com/mcp?api_key=••••••••••',
    ]);
    expect(JSON.stringify(plan)).not.toMatch(/abcdefEXAMPLE|hunterEXAMPLE|abcEXAMPLE/);
  });

  it('SEC-13 moves keys in addresses and arguments to the keychain, and takes no address with a user in it', async () => {
    const { clients, catalog, secrets } = testClients(tempDir());
    const values = ['abcEXAMPLE4567890', 'hunterEXAMPLE3', 'tokEXAMPLE3abcdefgh1234567', 'abcdefEXAMPLE123456'];
    const [key, password, user, argument] = values;
    const text = JSON.stringify({
      mcpServers: {
        query: { url: `https://x.example.com/mcp?api_key=${key}&page=1` },
        password: { url: `https://me:${password}@x.example.com/mcp` },
        user: { url: `https://${user}@x.example.com/mcp` },
        argument: { command: 'x', args: ['--api-key', argument] },
      },
    });
    const plan = await clients.planImport({ text });
    const done = await clients.applyImport({ planId: plan.planId });
    expect(done.added.toSorted()).toEqual(['argument', 'query']);
    expect(done.skipped.map(({ name, code }) => [name, code])).toEqual([
      ['password', 'URL_WITH_USER'],
      ['user', 'URL_WITH_USER'],
    ]);
    expect(Object.fromEntries(secrets)).toEqual({ 'query.secret': key, 'argument.api-key': argument });
    expect(catalog.find(({ name }) => name === 'query')?.endpoint).toMatchObject({
      url: 'https://x.example.com/mcp?api_key=${secret:query.secret}&page=1',
    });
    for (const value of values) expect(JSON.stringify([plan, done, catalog])).not.toContain(value);
  });

  it('never lets a file name a secret that is already in the keychain', async () => {
    const { clients } = testClients(tempDir());
    const plan = await clients.planImport({
      text: '{"mcpServers":{"x":{"url":"https://evil.example/${secret:github}"}}}',
    });
    expect(plan.rows.map((row) => [row.action, row.warnings.at(-1)?.code])).toEqual([['skip', 'SECRET_REFERENCE']]);
  });

  it('reports an unreadable or broken file and still shows the others', async () => {
    const { clients, put } = testClients(tempDir());
    put('.cursor/mcp.json', '{\n  "mcpServers": {\n    "a": {"command": }\n}}');
    put('.claude.json', '{"mcpServers":{"b":{"command":"x"}}}');
    const plan = await clients.planImport(undefined);
    expect(plan.rows.map((row) => row.name)).toEqual(['b']);
    expect(plan.results.map((result) => [result.client, result.error?.code, result.error?.line])).toEqual([
      ['claude-code', undefined, undefined],
      ['cursor', 'PARSE_ERROR', 3],
    ]);
  });

  it('reads a pasted fragment without outer braces', async () => {
    const { clients } = testClients(tempDir());
    const plan = await clients.planImport({ text: '"files": { "command": "npx", "args": ["-y", "files"] },' });
    expect(plan.rows.map((row) => row.name)).toEqual(['files']);
    expect(plan.results[0]?.warnings).toEqual([{ code: 'FRAGMENT_REPAIRED' }, { code: 'BARE_SERVER_MAP' }]);
  });

  it('refuses an unknown client and a path without a file', async () => {
    const { clients } = testClients(tempDir());
    expect((await rejected(clients.planImport({ client: 'nope' }))).code).toBe('CLIENT_UNKNOWN');
    expect((await rejected(clients.planImport({ path: '/nowhere/mcp.json' }))).code).toBe('FILE_NOT_READABLE');
  });
});

describe('applying an import', () => {
  it('stores secrets, adds all entries, keeps the original name as title', async () => {
    const { clients, catalog, secrets } = withSamples();
    const plan = await clients.planImport(undefined);
    const done = await clients.applyImport({ planId: plan.planId });
    expect(done.added).toHaveLength(12);
    expect(Object.fromEntries(secrets)).toEqual({
      'issue-tracker-EU.TRACKER_TOKEN': TOKEN,
      'design.clientSecret': 'plain-EXAMPLE-secret',
    });
    const byName = new Map(catalog.map((entry) => [entry.name, entry]));
    expect(byName.get('issue-tracker-EU')).toEqual(
      serverEntry(
        'issue-tracker-EU',
        {
          type: 'stdio',
          command: '/opt/homebrew/bin/uvx',
          args: ['tracker-mcp==1.4.2', '--region', 'eu'],
          env: { TRACKER_TOKEN: '${secret:issue-tracker-EU.TRACKER_TOKEN}', TRACKER_ORG: 'acme' },
        },
        {
          title: 'issue tracker (EU)',
          source: { kind: 'import', detail: 'claude-desktop' },
          clients: { 'claude-desktop': { name: 'issue tracker (EU)' } },
        },
      ),
    );
    expect(byName.get('flight')?.options.enabled).toBe(false);
    expect(byName.get('shop-db')?.endpoint).toEqual({
      type: 'stdio',
      command: './bin/db-mcp',
      args: ['--dsn', '${env:DB_DSN:-postgres://localhost/shop}'],
      env: {},
      cwd: '/home/dana/shop',
    });
    expect(byName.get('gh')?.options.timeouts).toEqual({ totalMs: 45000 });
  });

  it('moves the environment of a lifted mcp-remote entry into its header', async () => {
    const { clients, put, catalog, secrets } = testClients(tempDir());
    put('.config/Claude/claude_desktop_config.json', '');
    copyFileSync(join(SAMPLES, 'claude-desktop.mcp-remote.json'), put('.config/Claude/claude_desktop_config.json', ''));
    await clients.applyImport({ planId: (await clients.planImport(undefined)).planId });
    expect(catalog.find((entry) => entry.name === 'crm')?.endpoint).toEqual({
      type: 'streamable-http',
      url: 'https://crm.example.com/mcp?tenant=7',
      headers: { Authorization: 'Bearer ${secret:crm.AUTH_HEADER}', 'X-Team': 'blue' },
    });
    expect([...secrets]).toEqual([['crm.AUTH_HEADER', 'EXAMPLE-not-a-real-token']]);
  });

  it('adds nothing when the keychain refuses, and says why', async () => {
    const home = tempDir();
    const locked = new PortolanError('KEYCHAIN_LOCKED', 'The keychain is locked.');
    const stored: string[] = [];
    const { clients, put, catalog } = testClients(home, {
      secrets: {
        has: () => false,
        remove: async (name) => stored.splice(stored.indexOf(name), 1),
        set: async (name) => {
          if (stored.length > 0) throw locked;
          stored.push(name);
        },
      },
    });
    put(
      '.cursor/mcp.json',
      JSON.stringify({
        mcpServers: { a: { command: 'x', env: { A_TOKEN: 'tokEXAMPLE12345', B_TOKEN: 'tokEXAMPLE6789' } } },
      }),
    );
    const plan = await clients.planImport(undefined);
    expect((await rejected(clients.applyImport({ planId: plan.planId }))).code).toBe('KEYCHAIN_LOCKED');
    expect([catalog, stored]).toEqual([[], []]);
  });

  it('applies only the chosen rows and their secrets', async () => {
    const { clients, secrets } = withSamples();
    const plan = await clients.planImport(undefined);
    const key = plan.rows.find((row) => row.name === 'docs')?.key ?? '';
    const done = await clients.applyImport({ planId: plan.planId, keys: [key] });
    expect(done).toEqual({ added: ['docs'], foreign: [], skipped: [], secrets: [] });
    expect(secrets.size).toBe(0);
  });

  it('refuses a plan whose file or catalog changed, and one that has ended', async () => {
    let now = 1_000_000;
    const { clients, put, catalog } = testClients(tempDir(), { clock: { now: () => now } });
    const path = put('.cursor/mcp.json', '{"mcpServers":{"a":{"command":"x"}}}');
    const first = await clients.planImport(undefined);
    writeFileSync(path, '{"mcpServers":{"a":{"command":"y"}}}');
    expect((await rejected(clients.applyImport({ planId: first.planId }))).code).toBe('FILE_CHANGED');
    const second = await clients.planImport(undefined);
    catalog.push(stdioEntry('new'));
    expect((await rejected(clients.applyImport({ planId: second.planId }))).code).toBe('FILE_CHANGED');
    const third = await clients.planImport(undefined);
    now += 600_000;
    expect((await rejected(clients.applyImport({ planId: third.planId }))).code).toBe('NOT_FOUND');
  });

  it('never overwrites a secret that has the name already', async () => {
    const { clients, put, secrets } = testClients(tempDir());
    secrets.set('a.TOKEN', 'old');
    put('.cursor/mcp.json', '{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"newEXAMPLE12345"}}}}');
    await clients.applyImport({ planId: (await clients.planImport(undefined)).planId });
    expect(Object.fromEntries(secrets)).toEqual({ 'a.TOKEN': 'old', 'a.TOKEN-2': 'newEXAMPLE12345' });
  });
});
