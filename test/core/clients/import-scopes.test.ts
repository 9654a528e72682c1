// Import over every scope of every client: projects, files that several clients read, places of old, the owner of a path.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { LAUNCHER, testClients } from '../../support/test-clients.ts';

const entry = (command: string) => ({ command, args: [] });
const file = (key: string, servers: object) => JSON.stringify({ [key]: servers });

describe('a scan', () => {
  it('reads the files of a project when one is named, and its servers run there', async () => {
    const { clients, put, home, catalog } = testClients(tempDir());
    put('.cursor/mcp.json', file('mcpServers', { mine: entry('mine') }));
    put('app/.roo/mcp.json', file('mcpServers', { ours: entry('./ours') }));
    expect((await clients.planImport(undefined)).rows.map((row) => row.name)).toEqual(['mine']);
    const plan = await clients.planImport({ projectDir: join(home, 'app') });
    expect(plan.rows.map((row) => [row.name, row.foundIn.map(({ scope }) => scope)])).toEqual([
      ['mine', ['user']],
      ['ours', ['project']],
    ]);
    await clients.applyImport({ planId: plan.planId });
    expect(catalog.map(({ endpoint }) => endpoint)).toMatchObject([
      { command: 'mine' },
      { command: './ours', cwd: join(home, 'app') },
    ]);
    await expect(clients.planImport({ projectDir: 'app' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('gives one row and one result for a file that several clients read, own entries included', async () => {
    const { clients, put, home } = testClients(tempDir());
    const servers = {
      one: entry('one'),
      through: { command: LAUNCHER.command, args: [...LAUNCHER.args, 'connect', 'x'] },
    };
    const shared = put('.cursor/mcp.json', file('mcpServers', servers));
    const project = put(
      'app/.mcp.json',
      file('mcpServers', { two: { ...entry('two'), env: { T_TOKEN: 'tt-EXAMPLE-0123456' } } }),
    );
    const plan = await clients.planImport({ projectDir: join(home, 'app') });
    expect(plan.results.map(({ client, file: path }) => [client, path])).toEqual([
      ['claude-code', project],
      ['cursor', shared],
    ]);
    expect(plan.rows.map((row) => [row.name, row.action, row.foundIn.length, row.note])).toEqual([
      ['two', 'add', 1, undefined],
      ['one', 'add', 1, undefined],
      ['through', 'skip', 1, 'It is one of your servers, through Portolan.'],
    ]);
  });

  it('lets the client speak for a shared file that finds servers in it', async () => {
    const { clients, put, home } = testClients(tempDir());
    put('app/.mcp.json', JSON.stringify({ bare: entry('bare') }));
    const plan = await clients.planImport({ projectDir: join(home, 'app') });
    expect(plan.results.map(({ client, warnings }) => [client, warnings])).toEqual([
      ['github-copilot-cli', [{ code: 'BARE_SERVER_MAP' }]],
    ]);
  });

  it('says of old and managed places what they are, and is silent about settings without servers', async () => {
    const { clients, put, home } = testClients(tempDir());
    put('.config/Code/User/settings.json', '{ "editor.fontSize": 14 }');
    put('.config/Code - Insiders/User/settings.json', '{ "mcp": { "servers": { "old": { "command": "old" } } } }');
    put('app/.mcp.json', file('mcpServers', { a: entry('a') }));
    const all = await clients.planImport(undefined);
    expect(all.results.map(({ client, warnings }) => [client, warnings])).toEqual([
      ['vscode-insiders', [{ code: 'LEGACY_LOCATION' }]],
    ]);
    const foreign = await clients.planImport({ client: 'vscode', projectDir: join(home, 'app') });
    expect(foreign.results.map(({ scope, warnings }) => [scope, warnings])).toEqual([
      ['project-foreign', [{ code: 'READ_ONLY_SCOPE' }]],
    ]);
  });
});

describe('a given file', () => {
  it.each([
    ['app/.vscode/mcp.json', file('servers', { s: entry('s') }), 'vscode', 'project'],
    ['app/.mcp.json', file('mcpServers', { s: entry('s') }), 'claude-code', 'project'],
    ['app/.mcp.json', JSON.stringify({ s: entry('s') }), 'github-copilot-cli', 'project'],
    ['app/.mcp.json', file('servers', { s: entry('s') }), 'generic', 'user'],
    ['app/.mcp.json', '{}', 'claude-code', 'project'],
    ['.kiro/agents/x.json', file('mcpServers', { s: entry('s') }), 'kiro', 'agent'],
    ['downloads/snippet.json', file('mcpServers', { s: entry('s') }), 'generic', 'user'],
  ])('%s holding %s is read as %s does', async (path, content, client, scope) => {
    const { clients, put } = testClients(tempDir());
    const { results } = await clients.planImport({ path: put(path, content) });
    expect(results.map((result) => [result.client, result.scope])).toEqual([[client, scope]]);
  });

  it('belongs to the project that is named with it, and to none otherwise', async () => {
    const { clients, put, home } = testClients(tempDir());
    const path = put('app/.mcp.json', file('mcpServers', { s: entry('./s') }));
    const projectDir = join(home, 'app');
    const projectOf = async (input: object) =>
      (await clients.planImport({ path, ...input })).results[0]?.servers[0]?.projectPath;
    expect(await projectOf({ projectDir })).toBe(projectDir);
    expect(await projectOf({})).toBeUndefined();
    const own = put('.cursor/mcp.json', file('mcpServers', { s: entry('./s') }));
    expect(await projectOf({ path: own, projectDir })).toBeUndefined();
  });

  it('holds pasted text where its client has no file', async () => {
    const { clients, put } = testClients(tempDir());
    const path = put('paste.txt', '"mcpServers": { "a": { "command": "a" } }');
    const { results } = await clients.planImport({ client: 'jetbrains-ai-assistant', path });
    expect(results.map(({ scope, servers }) => [scope, servers.length])).toEqual([['clipboard', 1]]);
  });
});

describe('the list of clients', () => {
  it('has the files of every scope, the count in each, and which are only read', async () => {
    const { clients, put, home } = testClients(tempDir());
    put('.kiro/settings/mcp.json', file('mcpServers', { a: entry('a'), b: entry('b') }));
    put('.kiro/agents/x.json', file('mcpServers', { c: entry('c') }));
    put('app/.kiro/settings/mcp.json', file('mcpServers', {}));
    const filesOf = async (id: string, projectDir?: string) =>
      (await clients.list({ projectDir })).find((client) => client.id === id)?.files;
    expect(await filesOf('kiro')).toMatchObject([
      { scope: 'user', entries: 2 },
      { scope: 'agent', path: join(home, '.kiro/agents/x.json'), entries: 1 },
    ]);
    expect(await filesOf('kiro', join(home, 'app'))).toMatchObject([
      { scope: 'user' },
      { scope: 'agent' },
      { scope: 'project', entries: 0 },
    ]);
    expect((await filesOf('cline'))?.map(({ scope, readOnly }) => [scope, readOnly])).toEqual([
      ['user', undefined],
      ['legacy', true],
    ]);
  });

  it('takes a client for installed by its own place alone', async () => {
    const { clients, put, home } = testClients(tempDir());
    put('app/.mcp.json', file('mcpServers', { a: entry('a') }));
    mkdirSync(join(home, '.config/Trae/User'), { recursive: true });
    const found = (await clients.list({ projectDir: join(home, 'app') })).filter((client) => client.found);
    expect(found.map(({ id }) => id)).toEqual(['trae']);
  });

  it('asks once about each client whether it runs', async () => {
    const asked: string[] = [];
    const { clients } = testClients(tempDir(), {
      isRunning: async (id) => {
        asked.push(id);
        return id === 'warp';
      },
    });
    const running = (await clients.list()).filter((client) => client.running);
    expect(running.map(({ id }) => id)).toEqual(['warp']);
    expect(new Set(asked).size).toBe(asked.length);
  });
});
