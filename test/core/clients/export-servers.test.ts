// Writing Portolan's entries into other programs' files, and taking them back.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { LAUNCHER, serverEntry, stdioEntry, testClients } from '../../support/test-clients.ts';
import { rejected } from '../../support/thrown.ts';

const SAMPLES = join(import.meta.dirname, '../../fixtures/client-samples');
const user = (client: string) => ({ client, scope: 'user', mode: 'connect' }) as const;

describe('exporting', () => {
  it('writes the launcher with `connect NAME`, and nothing else', async () => {
    const { clients, catalog, home } = testClients(tempDir());
    catalog.push(stdioEntry('files'), {
      ...stdioEntry('off'),
      options: { ...stdioEntry('off').options, enabled: false },
    });
    const plan = await clients.planExport(user('cursor'));
    expect(plan.servers).toEqual([{ name: 'files', clientName: 'files', action: 'add' }]);
    const done = await clients.applyExport({ planId: plan.planId });
    expect(done).toMatchObject({ path: join(home, '.cursor/mcp.json'), changed: true, reload: plan.reload });
    expect(JSON.parse(readFileSync(done.path, 'utf8'))).toEqual({
      mcpServers: { files: { command: LAUNCHER.command, args: [...LAUNCHER.args, 'connect', 'files'] } },
    });
    expect(statSync(done.path).mode & 0o777).toBe(0o600);
  });

  it('writes one entry for a profile, knows it again however Portolan is started, and never directly', async () => {
    const { clients, put } = testClients(tempDir(), {
      profile: (name) => (name === 'work' ? { name, servers: ['files'], mode: 'all', nameBudget: 64 } : undefined),
    });
    const words = ['connect', '--profile', 'work'];
    put('.cursor/mcp.json', JSON.stringify({ mcpServers: { work: { command: 'old/portolan', args: words } } }));
    const plan = await clients.planExport({ ...user('cursor'), profile: 'work' });
    expect(plan.servers).toEqual([{ name: 'work', clientName: 'work', action: 'replace' }]);
    const done = await clients.applyExport({ planId: plan.planId });
    expect(JSON.parse(readFileSync(done.path, 'utf8'))).toEqual({
      mcpServers: { work: { command: LAUNCHER.command, args: [...LAUNCHER.args, ...words] } },
    });
    const direct = clients.planExport({ ...user('cursor'), mode: 'direct', profile: 'work' });
    expect((await rejected(direct)).code).toBe('INPUT_INVALID');
    expect((await rejected(clients.planExport({ ...user('cursor'), profile: 'none' }))).code).toBe('PROFILE_NOT_FOUND');
  });

  it('shows exactly the lines that change, secrets of the file as dots', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    put(
      '.cursor/mcp.json',
      '{\n  "mcpServers": {\n    "a": { "command": "x", "env": { "A_TOKEN": "tokEXAMPLE12345" } }\n  }\n}\n',
    );
    const { diff } = await clients.planExport(user('cursor'));
    expect(diff.lines.map(({ kind, old, new: now, text }) => [kind, old, now, text])).toEqual([
      ['same', 1, 1, '{'],
      ['same', 2, 2, '  "mcpServers": {'],
      ['del', 3, undefined, '    "a": { "command": "x", "env": { "A_TOKEN": "••••••••••" } }'],
      ['add', undefined, 3, '    "a": { "command": "x", "env": { "A_TOKEN": "••••••••••" } },'],
      ['add', undefined, 4, '    "files": {'],
      ['add', undefined, 5, `      "command": "${LAUNCHER.command}",`],
      ['add', undefined, 6, '      "args": ['],
      ['add', undefined, 7, `        "${LAUNCHER.args[0] ?? ''}",`],
      ['add', undefined, 8, '        "connect",'],
      ['add', undefined, 9, '        "files"'],
      ['add', undefined, 10, '      ]'],
      ['add', undefined, 11, '    }'],
      ['same', 4, 12, '  }'],
      ['same', 5, 13, '}'],
    ]);
  });

  it('hides a secret in a comment as well', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    put('.cursor/mcp.json', '{\n  // "old": { "env": { "API_KEY": "keyEXAMPLE123456789" } }\n  "mcpServers": {}\n}\n');
    expect(JSON.stringify((await clients.planExport(user('cursor'))).diff)).not.toContain('keyEXAMPLE');
  });

  it('is the same when nothing is left to do, and writes nothing', async () => {
    const { clients, catalog } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    await clients.applyExport({ planId: (await clients.planExport(user('cursor'))).planId });
    const again = await clients.planExport(user('cursor'));
    expect([again.diff.changed, again.servers[0]?.action]).toEqual([false, 'same']);
    expect(await clients.applyExport({ planId: again.planId })).toMatchObject({ changed: false });
  });

  it('replaces the native entry that a server was imported from, under its own name', async () => {
    const { clients, put } = testClients(tempDir());
    copyFileSync(join(SAMPLES, 'claude-desktop.basic.json'), put('.config/Claude/claude_desktop_config.json', ''));
    await clients.applyImport({ planId: (await clients.planImport(undefined)).planId });
    const plan = await clients.planExport(user('claude-desktop'));
    expect(plan.servers.map((server) => [server.name, server.clientName, server.action])).toEqual([
      ['filesystem', 'filesystem', 'replace'],
      ['issue-tracker-EU', 'issue tracker (EU)', 'replace'],
    ]);
    expect(JSON.stringify(plan)).not.toContain('trk_live');
  });

  it('gives Claude Code only names that it accepts', async () => {
    const { clients, catalog } = testClients(tempDir());
    catalog.push(
      stdioEntry('io.github.acme'),
      stdioEntry('io-github-acme'),
      stdioEntry('workspace'),
      stdioEntry('constructor'),
    );
    const plan = await clients.planExport(user('claude-code'));
    expect(plan.servers.map((server) => server.clientName)).toEqual([
      'io-github-acme',
      'io-github-acme-2',
      'workspace-mcp',
      'constructor-mcp',
    ]);
  });

  it('refuses in direct mode what the client cannot hold, with the reason', async () => {
    const { clients, catalog } = testClients(tempDir());
    catalog.push(
      stdioEntry('secret', 'x', [], { TOKEN: '${secret:t}' }),
      stdioEntry('env', 'x', ['${env:HOME}']),
      serverEntry('remote', { type: 'http-auto', url: 'https://x.example/mcp', headers: {} }),
      serverEntry('cwd', { type: 'stdio', command: 'x', args: [], env: {}, cwd: '/src' }),
    );
    const reasons = async (client: string) =>
      (await clients.planExport({ client, scope: 'user', mode: 'direct' })).servers.map((s) => s.reason ?? s.action);
    expect(await reasons('claude-desktop')).toEqual([
      'it needs the secret t, which never leaves the keychain; connect mode keeps it there',
      'Claude Desktop does not expand the environment variable HOME',
      'Claude Desktop cannot reach a remote server of this transport by itself',
      'Claude Desktop has no working directory',
    ]);
    expect((await reasons('claude-code')).slice(1)).toEqual([
      'add',
      'Claude Code must be told the transport, and this entry leaves it open',
      'Claude Code has no working directory',
    ]);
    expect((await reasons('vscode')).slice(1)).toEqual(['add', 'add', 'add']);
  });

  it('waits for Claude Desktop to quit, unless forced', async () => {
    const { clients, catalog } = testClients(tempDir(), { isRunning: async (id) => id === 'claude-desktop' });
    catalog.push(stdioEntry('files'));
    const plan = await clients.planExport(user('claude-desktop'));
    expect(plan.blockers.map((blocker) => blocker.code)).toEqual(['CLIENT_RUNNING']);
    expect((await rejected(clients.applyExport({ planId: plan.planId }))).code).toBe('CLIENT_RUNNING');
    expect((await clients.applyExport({ planId: plan.planId, force: true })).changed).toBe(true);
    expect((await rejected(clients.undoExport({ client: 'claude-desktop' }))).code).toBe('CLIENT_RUNNING');
  });

  it('CFG-05 never writes a file that does not parse, and names the line', async () => {
    for (const broken of [
      '{\n"mcpServers": {',
      '[]',
      '{"mcpServers": []}',
      '{"mcpServers": "x"}',
      '\u0000\u0001',
      '{'.repeat(5000),
    ]) {
      const { clients, catalog, put } = testClients(tempDir());
      catalog.push(stdioEntry('files'));
      const path = put('.cursor/mcp.json', broken);
      const error = await rejected(clients.planExport(user('cursor')));
      expect([broken.slice(0, 20), error.code]).toEqual([broken.slice(0, 20), 'PARSE_ERROR']);
      if (broken.startsWith('{\n')) expect(error.data['line']).toBe(2);
      expect(readFileSync(path, 'utf8')).toBe(broken);
    }
  });

  it('refuses a file that was changed after the preview', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const path = put('.cursor/mcp.json', '{}');
    const plan = await clients.planExport(user('cursor'));
    writeFileSync(path, '{"mcpServers":{"theirs":{"command":"x"}}}');
    expect((await rejected(clients.applyExport({ planId: plan.planId }))).code).toBe('FILE_CHANGED');
    expect(readFileSync(path, 'utf8')).toContain('theirs');
  });

  it('follows a symbolic link to the real file, and refuses one into nowhere', async () => {
    const { clients, catalog, put, home } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const real = put('dotfiles/cursor.json', '{}');
    mkdirSync(join(home, '.cursor'));
    symlinkSync(real, join(home, '.cursor/mcp.json'));
    await clients.applyExport({ planId: (await clients.planExport(user('cursor'))).planId });
    expect(readFileSync(real, 'utf8')).toContain('connect');
    const dangling = join(home, 'dangling.json');
    symlinkSync(join(home, 'nowhere.json'), dangling);
    expect((await rejected(clients.planExport({ ...user('cursor'), path: dangling }))).code).toBe('FILE_NOT_WRITABLE');
    expect(existsSync(join(home, 'nowhere.json'))).toBe(false);
  });

  it('CFG-21 keeps the mode of a file and makes new ones private', async () => {
    for (const mode of [0o600, 0o640, 0o644, 0o400]) {
      const { clients, catalog, put } = testClients(tempDir());
      catalog.push(stdioEntry('files'));
      const path = put('.cursor/mcp.json', '{}', mode);
      await clients.applyExport({ planId: (await clients.planExport(user('cursor'))).planId });
      expect(statSync(path).mode & 0o7777).toBe(mode);
      await clients.undoExport({ client: 'cursor' });
      expect(statSync(path).mode & 0o7777).toBe(mode);
    }
  });

  it('keeps private backups, the last ten per file', async () => {
    const { clients, catalog, backupsDir } = testClients(tempDir());
    for (let round = 0; round < 13; round += 1) {
      catalog.push(stdioEntry(`s${round}`));
      await clients.applyExport({ planId: (await clients.planExport(user('cursor'))).planId });
    }
    const copies = readdirSync(backupsDir).filter((name) => name.endsWith('.bak'));
    expect(copies).toHaveLength(10);
    expect(copies.map((name) => statSync(join(backupsDir, name)).mode & 0o777)).toEqual(copies.map(() => 0o600));
    expect(statSync(backupsDir).mode & 0o777).toBe(0o700);
  });
});

describe('undoing an export', () => {
  const cases: [client: string, place: string, sample: string][] = [
    ['claude-desktop', '.config/Claude/claude_desktop_config.json', 'claude-desktop.basic.json'],
    ['claude-desktop', '.config/Claude/claude_desktop_config.json', 'claude-desktop.mcp-remote.json'],
    ['claude-code', '.claude.json', 'claude-code.user.claude.json'],
    ['cursor', '.cursor/mcp.json', 'cursor.duplicates.mcp.json'],
    ['cursor', '.cursor/mcp.json', 'cursor.global-jsonc.mcp.json'],
    ['vscode', '.config/Code/User/mcp.json', 'vscode.user.mcp.json'],
  ];
  const shapes: Record<string, (text: string) => Buffer> = {
    'as it is': (text) => Buffer.from(text),
    'byte order mark': (text) => Buffer.from(`\uFEFF${text}`),
    CRLF: (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
    tabs: (text) => Buffer.from(text.replaceAll('  ', '\t')),
    'no final newline': (text) => Buffer.from(text.trimEnd()),
    'UTF-16': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  };
  for (const [client, place, sample] of cases) {
    it.each(Object.keys(shapes))(`gives ${sample} back byte for byte: %s`, async (shape) => {
      const home = tempDir();
      const { clients, catalog, put } = testClients(home);
      catalog.push(stdioEntry('files'), stdioEntry('search'));
      const before = shapes[shape]?.(readFileSync(join(SAMPLES, sample), 'utf8')) ?? Buffer.alloc(0);
      const path = put(place, before);
      const done = await clients.applyExport({ planId: (await clients.planExport(user(client))).planId });
      expect(done.changed).toBe(true);
      expect(readFileSync(path).equals(before)).toBe(false);
      // A new object reads the index as after a restart.
      expect((await testClients(home).clients.undoExport({ client })).path).toBe(path);
      expect(readFileSync(path).equals(before)).toBe(true);
      expect(readdirSync(dirname(path)).filter((name) => name.includes('portolan-tmp'))).toEqual([]);
      expect((await rejected(clients.undoExport({ client }))).code).toBe('NOTHING_TO_UNDO');
    });
  }

  it('removes a file that the export made', async () => {
    const { clients, catalog, home } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    await clients.applyExport({ planId: (await clients.planExport(user('vscode'))).planId });
    await clients.undoExport({ client: 'vscode' });
    expect(existsSync(join(home, '.config/Code/User/mcp.json'))).toBe(false);
  });

  it('refuses when another program has changed the file since', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const path = put('.cursor/mcp.json', '{}');
    await clients.applyExport({ planId: (await clients.planExport(user('cursor'))).planId });
    writeFileSync(path, '{"theirs":1}');
    expect((await rejected(clients.undoExport({ client: 'cursor' }))).code).toBe('FILE_CHANGED');
    expect(readFileSync(path, 'utf8')).toBe('{"theirs":1}');
  });
});
