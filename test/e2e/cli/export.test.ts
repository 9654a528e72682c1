// Servers go into other clients' files and come back out of them, on whole sample files in a home of their own. The secrets that
// come with them need a keychain: run with test/support/with-keyring.sh.
import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type ParseError, parse } from 'jsonc-parser';
import { expect, onTestFinished, test } from 'vitest';
import type { ExportDone, ImportDone } from '../../../shared/model/import-result.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { Portolan, ROOT } from '../../support/portolan.ts';
import { EVERYTHING } from '../../support/real-servers.ts';
import { tempDir } from '../../support/temp-dir.ts';

const SAMPLES = join(ROOT, 'test', 'fixtures', 'client-samples');
const LITERALS = ['trk_live_EXAMPLE0000000000000000', 'plain-EXAMPLE-secret'];

/** Client, its sample, where it stands below the home, the key of its servers. */
const CLIENTS = [
  ['claude-desktop', 'claude-desktop.basic.json', '.config/Claude/claude_desktop_config.json', 'mcpServers'],
  ['claude-code', 'claude-code.user.claude.json', '.claude.json', 'mcpServers'],
  ['cursor', 'cursor.global-jsonc.mcp.json', '.cursor/mcp.json', 'mcpServers'],
  ['vscode', 'vscode.user.mcp.json', '.config/Code/User/mcp.json', 'servers'],
] as const;

interface Written {
  readonly command: string;
  readonly args: string[];
  readonly env?: Record<string, string>;
}

test.each(CLIENTS)(
  '%s: what export writes starts a server that lists its tools',
  async (client, _sample, path, key) => {
    const { portolan, home } = homeWithClients();
    await portolan.json('add', 'everything', '--', ...EVERYTHING);
    const before = serversIn(join(home, path), key);
    const done = await exportTo(portolan, client);
    expect(done).toMatchObject({ path: join(home, path), changed: true });
    const { everything, ...others } = serversIn(join(home, path), key);
    expect(others).toEqual(before);
    expect(await toolsOf(portolan, everything as Written)).toContain('echo');
  },
);

test.each(CLIENTS)('%s: undo gives the file back byte for byte, and only once', async (client, sample, path) => {
  const { portolan, home } = homeWithClients();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await exportTo(portolan, client);
  expect(await portolan.json('export', '--to', client, '--undo')).toMatchObject({ changed: true });
  expect(readFileSync(join(home, path))).toEqual(readFileSync(join(SAMPLES, sample)));
  const { code, stdout } = await portolan.run(['export', '--to', client, '--undo', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NOTHING_TO_UNDO', hint: expect.any(String) as string } });
});

test('a second export of the same changes nothing', async () => {
  const { portolan } = homeWithClients();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await exportTo(portolan, 'cursor');
  expect(await exportTo(portolan, 'cursor')).toMatchObject({ changed: false });
});

test('an export shows the difference and writes nothing with --dry-run, and asks for --yes where nobody can be asked', async () => {
  const { portolan, home } = homeWithClients();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  const dry = await portolan.run(['export', '--to', 'cursor', '--dry-run']);
  expect(dry.stdout).toMatch(/^\+ +"everything": \{$/m);
  const unasked = await portolan.run(['export', '--to', 'cursor', '--force', '--json']);
  expect([unasked.code, JSON.parse(unasked.stdout)]).toMatchObject([2, { error: { code: 'INPUT_INVALID' } }]);
  expect(readFileSync(join(home, '.cursor/mcp.json'))).toEqual(
    readFileSync(join(SAMPLES, 'cursor.global-jsonc.mcp.json')),
  );
});

test('import takes the servers of all clients over, their literal secrets to the keychain, and their files stay as they are', async () => {
  const { portolan, home } = homeWithClients();
  const done = await portolan.json<ImportDone>('import', '--yes');
  expect(done).toMatchObject({
    skipped: [],
    secrets: expect.arrayContaining(['issue-tracker-EU.TRACKER_TOKEN']) as [],
  });
  const { servers } = await portolan.json<{ servers: ServerEntry[] }>('list');
  expect(servers.map(({ name }) => name).sort()).toEqual([...done.added].sort());
  expect(done.added).toEqual(expect.arrayContaining(['filesystem', 'issue-tracker-EU', 'docs', 'design', 'search']));
  expect(await portolan.json('show', 'issue-tracker-EU')).toMatchObject({
    endpoint: { env: { TRACKER_TOKEN: '${secret:issue-tracker-EU.TRACKER_TOKEN}', TRACKER_ORG: 'acme' } },
  });
  const catalog = readFileSync(join(portolan.home, 'catalog.json'), 'utf8');
  for (const literal of LITERALS) expect(catalog).not.toContain(literal);
  const { secrets } = await portolan.json<{ secrets: { name: string }[] }>('secret', 'list');
  expect(secrets.map(({ name }) => name)).toEqual(expect.arrayContaining([...done.secrets]));
  for (const [, sample, path] of CLIENTS)
    expect(readFileSync(join(home, path))).toEqual(readFileSync(join(SAMPLES, sample)));
});

test('a second import, and one of a file that names Portolan itself, add nothing', async () => {
  const { portolan } = homeWithClients();
  await portolan.json('import', '--yes');
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await exportTo(portolan, 'cursor');
  expect(await portolan.json('import', '--yes')).toEqual({ added: [], skipped: [], secrets: [] });
});

/** An installation whose person has the sample files of all four clients. */
function homeWithClients(): { portolan: Portolan; home: string } {
  const home = tempDir();
  for (const [, sample, path] of CLIENTS) cpSync(join(SAMPLES, sample), join(home, path));
  return { portolan: new Portolan({ HOME: home, XDG_CONFIG_HOME: join(home, '.config') }), home };
}

/** With --force, because such a client may be running on the computer that runs the tests. */
function exportTo(portolan: Portolan, client: string): Promise<ExportDone> {
  return portolan.json('export', '--to', client, '--servers', 'everything', '--force', '--yes');
}

function serversIn(file: string, key: string): Record<string, unknown> {
  const errors: ParseError[] = [];
  const document = parse(readFileSync(file, 'utf8'), errors, { allowTrailingComma: true }) as Record<
    string,
    Record<string, unknown>
  >;
  expect(errors).toEqual([]);
  return document[key] ?? {};
}

/** Does what a client does with an entry of its file. */
async function toolsOf({ home }: Portolan, { command, args, env }: Written): Promise<string[]> {
  const client = new Client({ name: 'test client', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({ command, args, env: { ...env, PORTOLAN_HOME: home }, cwd: dirname(home) }),
  );
  onTestFinished(() => client.close());
  return (await client.listTools()).tools.map(({ name }) => name);
}
