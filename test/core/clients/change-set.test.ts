// Sets of changes over the files of several clients: one preview, all or nothing, undone as one step.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChangeInput } from '../../../shared/model/client-sync.ts';
import { fakeTokens } from '../../support/fake-tokens.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { LAUNCHER, stdioEntry, type TestClients, testClients } from '../../support/test-clients.ts';
import { rejected } from '../../support/thrown.ts';

const CURSOR = '.cursor/mcp.json';
const VSCODE = '.config/Code/User/mcp.json';
const CODE = '.claude.json';
const TEXTS: Readonly<Record<string, Buffer>> = {
  [CURSOR]: Buffer.from('\uFEFF{\r\n  // mine\r\n  "mcpServers": { "theirs": { "command": "x" } },\r\n}\r\n'),
  [VSCODE]: Buffer.from('\uFEFF{\n\t"servers": {},\n\t"inputs": []\n}', 'utf16le'),
  [CODE]: Buffer.from('{"numStartups":7,"mcpServers":{"files":{"command":"y","args":["connect","z"]}}}'),
};

const change = (client: string, rest: Partial<ChangeInput> = {}): ChangeInput => ({
  client,
  scope: 'user',
  mode: 'connect',
  servers: ['files'],
  ...rest,
});
const ALL = [change('cursor'), change('vscode'), change('claude-code')];

function withFiles(options: Parameters<typeof testClients>[1] = {}): TestClients {
  const made = testClients(tempDir(), options);
  made.catalog.push(stdioEntry('files'), stdioEntry('search'));
  for (const [place, bytes] of Object.entries(TEXTS)) made.put(place, bytes);
  return made;
}

function bytesIn(home: string): Record<string, Buffer> {
  return Object.fromEntries(Object.keys(TEXTS).map((place) => [place, readFileSync(join(home, place))]));
}

function leftovers(home: string): string[] {
  return Object.keys(TEXTS).flatMap((place) =>
    readdirSync(dirname(join(home, place))).filter((name) => /portolan-tmp|\.lock$/.test(name)),
  );
}

describe('a set of changes', () => {
  it('shows one difference a file, with secrets as dots, and writes nothing', async () => {
    const { clients, home, put } = withFiles();
    put(CURSOR, '{\n  "mcpServers": { "a": { "command": "x", "env": { "A_TOKEN": "tokEXAMPLE12345" } } }\n}\n');
    const before = bytesIn(home);
    const plan = await clients.sync.plan(ALL);
    expect(plan.files.map(({ client, diff, servers }) => [client, diff.changed, servers[0]?.action])).toEqual([
      ['cursor', true, 'add'],
      ['vscode', true, 'add'],
      ['claude-code', true, 'replace'],
    ]);
    expect(plan.changed).toBe(3);
    expect(JSON.stringify(plan)).not.toContain('tokEXAMPLE');
    expect(bytesIn(home)).toEqual(before);
  });

  it('adds, replaces and removes in one write of each file, and is gone byte for byte after one undo', async () => {
    const { clients, home } = withFiles();
    await clients.sync.apply({ planId: (await clients.sync.plan(ALL)).planId, by: 'cli' });
    const first = bytesIn(home);
    const plan = await clients.sync.plan([
      change('cursor', { servers: ['search'], remove: ['files'] }),
      change('vscode', { servers: [], remove: ['files'] }),
      change('claude-code', { servers: ['files'] }),
    ]);
    expect(plan.files.map(({ servers }) => servers.map(({ name, action }) => [name, action]))).toEqual([
      [
        ['files', 'remove'],
        ['search', 'add'],
      ],
      [['files', 'remove']],
      [['files', 'same']],
    ]);
    const done = await clients.sync.apply({ planId: plan.planId, by: 'window' });
    expect(done.files.map(({ changed }) => changed)).toEqual([true, true, false]);
    expect(readFileSync(join(home, CURSOR), 'utf8')).toContain('"theirs": { "command": "x" }');
    expect(readFileSync(join(home, CURSOR), 'utf8')).not.toContain('"files"');
    await clients.sync.undo({ id: done.id });
    expect(bytesIn(home)).toEqual(first);
    await clients.sync.undo({});
    expect(bytesIn(home)).toEqual(TEXTS);
    expect(leftovers(home)).toEqual([]);
  });

  it('never takes out an entry that does not lead to Portolan', async () => {
    const { clients } = withFiles();
    const plan = await clients.sync.plan([
      change('claude-code', { servers: [], remove: ['z', 'files'], removeNames: ['files'] }),
      change('cursor', { servers: [], removeNames: ['theirs'] }),
    ]);
    expect(plan.changed).toBe(0);
  });

  it('writes nothing at all when one file was changed after the preview', async () => {
    const { clients, home } = withFiles();
    const { planId } = await clients.sync.plan(ALL);
    writeFileSync(join(home, CODE), '{"numStartups":8}');
    const before = bytesIn(home);
    expect((await rejected(clients.sync.apply({ planId, by: 'cli' }))).code).toBe('FILE_CHANGED');
    expect(bytesIn(home)).toEqual(before);
    expect(await clients.sync.history()).toEqual([]);
    expect(leftovers(home)).toEqual([]);
  });

  it.each([
    [
      'a file that does not parse',
      (home: string) => writeFileSync(join(home, VSCODE), '{ "servers": {'),
      'PARSE_ERROR',
    ],
    ['a file that is a directory', (home: string) => replaceByFolder(join(home, VSCODE)), 'FILE_NOT_WRITABLE'],
  ] as const)('shows %s as a blocker of that file, which cannot be forced', async (_what, spoil, code) => {
    const { clients, home } = withFiles();
    spoil(home);
    const plan = await clients.sync.plan(ALL);
    expect(plan.files.map(({ blockers }) => blockers.map((blocker) => blocker.code))).toEqual([[], [code], []]);
    const apply = clients.sync.apply({ planId: plan.planId, force: true, by: 'cli' });
    expect((await rejected(apply)).code).toBe(code);
    expect(readFileSync(join(home, CURSOR))).toEqual(TEXTS[CURSOR]);
  });

  it('waits for a client that rewrites its file, unless forced; undo too', async () => {
    let running = true;
    const { clients, home, put } = withFiles({ isRunning: async (id) => running && id === 'claude-desktop' });
    put('.config/Claude/claude_desktop_config.json', '{}');
    const plan = await clients.sync.plan([...ALL, change('claude-desktop')]);
    expect(plan.files.at(-1)?.blockers[0]?.code).toBe('CLIENT_RUNNING');
    expect((await rejected(clients.sync.apply({ planId: plan.planId, by: 'cli' }))).code).toBe('CLIENT_RUNNING');
    expect(bytesIn(home)).toEqual(TEXTS);
    await clients.sync.apply({ planId: plan.planId, force: true, by: 'cli' });
    expect((await rejected(clients.sync.undo({}))).code).toBe('CLIENT_RUNNING');
    await clients.sync.undo({ force: true });
    expect(bytesIn(home)).toEqual(TEXTS);
    running = false;
    expect((await rejected(clients.sync.undo({}))).code).toBe('NOTHING_TO_UNDO');
  });

  it('is not undone in part: one changed file keeps all of them', async () => {
    const { clients, home } = withFiles();
    const done = await clients.sync.apply({ planId: (await clients.sync.plan(ALL)).planId, by: 'cli' });
    writeFileSync(join(home, VSCODE), '{}');
    const before = bytesIn(home);
    expect((await rejected(clients.sync.undo({ id: done.id }))).code).toBe('FILE_CHANGED');
    expect(bytesIn(home)).toEqual(before);
    expect((await clients.sync.history())[0]?.notUndoable?.code).toBe('FILE_CHANGED');
  });

  it('is kept with time, asker, files and servers, and with why it cannot be undone', async () => {
    const { clients, home } = withFiles({ clock: { now: () => Date.UTC(2026, 0, 2) } });
    const done = await clients.sync.apply({ planId: (await clients.sync.plan(ALL)).planId, by: 'window' });
    // A new object reads the index as after a restart.
    const again = testClients(home).clients;
    expect(await again.sync.history()).toEqual([
      {
        id: done.id,
        at: '2026-01-02T00:00:00.000Z',
        by: 'window',
        state: 'written',
        files: [CURSOR, VSCODE, CODE].map((place, index) => ({
          client: ALL[index]?.client,
          path: join(home, place),
          servers: ['files'],
        })),
      },
    ]);
    await again.sync.undo({});
    expect((await again.sync.history())[0]).toMatchObject({ state: 'undone' });
    expect((await rejected(again.sync.undo({ id: done.id }))).code).toBe('NOTHING_TO_UNDO');
    expect((await rejected(again.sync.undo({ id: 'none' }))).code).toBe('NOT_FOUND');
  });

  it('takes over the index of an older version and can undo what stands in it', async () => {
    const { clients, home, backupsDir } = withFiles();
    await clients.applyExport({ planId: (await clients.planExport(change('cursor'))).planId });
    const path = join(backupsDir, 'index.json');
    const { sets } = JSON.parse(readFileSync(path, 'utf8')) as { sets: Record<string, unknown>[] };
    const old = sets.flatMap(({ id, at, files }) => (files as object[]).map((file) => ({ id, at, ...file })));
    writeFileSync(path, JSON.stringify(old));
    await testClients(home).clients.undoExport({ client: 'cursor' });
    expect(bytesIn(home)).toEqual(TEXTS);
  });
});

describe('mode http', () => {
  const http = (client: string, rest: Partial<ChangeInput> = {}) => change(client, { mode: 'http', ...rest });

  it('writes the gateway with a token of its own for each client, which no preview, index or copy holds', async () => {
    const tokens = fakeTokens();
    const { clients, home, backupsDir } = withFiles({ tokens });
    const plan = await clients.sync.plan([http('cursor', { servers: ['files', 'search'] }), http('vscode')]);
    expect(tokens.live).toEqual([]);
    const shown = plan.files.flatMap(({ diff }) => diff.lines.map(({ text }) => text)).join();
    expect(shown.match(/Authorization": ?"•{10}"/g)).toHaveLength(3);
    expect(shown).not.toContain('Bearer');
    await clients.sync.apply({ planId: plan.planId, by: 'cli' });
    expect(tokens.live.map(({ name, targets }) => [name, targets])).toEqual([
      ['Cursor', ['files', 'search']],
      ['VS Code', ['files']],
    ]);
    const [cursor, vscode] = tokens.live.map(({ token }) => token);
    const headers = { Authorization: `Bearer ${vscode}` };
    const written = readFileSync(join(home, VSCODE), 'utf16le').slice(1);
    expect((JSON.parse(written) as { servers: unknown }).servers).toEqual({
      files: { type: 'http', url: 'http://127.0.0.1:7425/mcp/s/files', headers },
    });
    expect(readFileSync(join(home, CURSOR), 'utf8').match(new RegExp(cursor ?? '', 'g'))).toHaveLength(2);
    const kept = readdirSync(backupsDir).map((name) => readFileSync(join(backupsDir, name), 'latin1'));
    for (const token of [cursor, vscode]) expect(kept.join()).not.toContain(token);
    expect(JSON.stringify(await clients.sync.history())).not.toContain(cursor);
    // Done already: no new token, no change.
    expect((await clients.sync.plan([http('cursor', { servers: ['files', 'search'] })])).changed).toBe(0);
  });

  it('ends the token with the undo, with the removal and with the replacement of its entries', async () => {
    const tokens = fakeTokens();
    const { clients } = withFiles({ tokens });
    const apply = async (...changes: ChangeInput[]) =>
      clients.sync.apply({ planId: (await clients.sync.plan(changes)).planId, by: 'cli' });
    await apply(http('cursor'), http('vscode'));
    await clients.sync.undo({});
    expect(tokens.live).toEqual([]);
    await apply(http('cursor', { servers: ['files', 'search'] }));
    await apply(change('cursor', { servers: [], remove: ['search'] }));
    expect(tokens.live).toHaveLength(1);
    await apply(change('cursor'));
    expect(tokens.live).toEqual([]);
  });

  it('makes no token that stays when the set is not written', async () => {
    const tokens = fakeTokens();
    const { clients, home } = withFiles({ tokens });
    const { planId } = await clients.sync.plan([http('cursor'), http('vscode')]);
    writeFileSync(join(home, VSCODE), '{}');
    expect((await rejected(clients.sync.apply({ planId, by: 'cli' }))).code).toBe('FILE_CHANGED');
    expect(tokens.live).toEqual([]);
  });

  it('says the next step while the gateway is off, and gives no token to a project’s file', async () => {
    const tokens = fakeTokens();
    const { clients } = withFiles({ tokens });
    const project = http('cursor', { scope: 'project', projectDir: tempDir() });
    const { files } = await clients.sync.plan([project]);
    expect(files[0]?.servers[0]).toMatchObject({
      action: 'refuse',
      reason: expect.stringContaining('SECRET_IN_PROJECT_FILE') as string,
    });
    tokens.isOn = false;
    const error = await rejected(clients.sync.plan([http('cursor')]));
    expect([error.code, error.hint]).toEqual(['EXPORT_REFUSED', 'Turn it on: portolan gateway enable']);
  });

  it('is not for a client that starts commands alone', async () => {
    const { clients } = withFiles({ tokens: fakeTokens() });
    const { files } = await clients.sync.plan([http('claude-desktop')]);
    expect(files[0]?.servers[0]?.action).toBe('refuse');
  });
});

describe('who has what', () => {
  it('tells entries of Portolan’s, changed ones, native ones of the same server, and absent ones apart', async () => {
    const { clients, catalog, put } = withFiles();
    catalog.push(stdioEntry('native', 'npx', ['-y', 'native-server']));
    put(
      CURSOR,
      JSON.stringify({
        mcpServers: {
          files: { command: LAUNCHER.command, args: [...LAUNCHER.args, 'connect', 'files'] },
          search: { command: '/elsewhere/portolan', args: ['connect', 'search'] },
          theirs: { command: 'npx', args: ['-y', 'native-server'] },
        },
      }),
    );
    put(VSCODE, '{ "servers": [');
    const matrix = await clients.sync.matrix((format) => clients.isFound(format));
    expect(matrix.clients.map(({ id, problem }) => [id, problem?.code])).toEqual([
      ['claude-code', undefined],
      ['cursor', undefined],
      ['vscode', 'PARSE_ERROR'],
    ]);
    expect(matrix.cells).toEqual([
      { client: 'cursor', target: 'files', state: 'ours', name: 'files', mode: 'connect' },
      { client: 'cursor', target: 'search', state: 'changed', name: 'search', mode: 'connect' },
      { client: 'cursor', target: 'native', state: 'native', name: 'theirs' },
    ]);
  });
});

function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
  chmodSync(path, 0o700);
  if (!existsSync(path)) throw new Error('it is not there');
}
