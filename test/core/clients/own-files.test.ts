// Whole exports and imports with clients whose files are no plain `mcpServers` in JSON.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { LAUNCHER, stdioEntry, testClients } from '../../support/test-clients.ts';
import { rejected } from '../../support/thrown.ts';

const user = (client: string) => ({ client, scope: 'user', mode: 'connect' }) as const;

describe('a file in TOML', () => {
  const BEFORE = '# mine\r\nmodel = "m" # inline\r\n\r\n[mcp_servers.a]\r\nurl = "x"\r\n\r\n[profiles.fast]\r\nm = 1';

  it('CFG-04 gets one table, shows it as the only change, and is as it was after an undo', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const path = put('.codex/config.toml', BEFORE);
    const plan = await clients.planExport(user('codex'));
    const args = JSON.stringify([...LAUNCHER.args, 'connect', 'files']).replaceAll(',', ', ');
    const added = ['', '[mcp_servers.files]', `command = "${LAUNCHER.command}"`, `args = ${args}`];
    const changed = plan.diff.lines.filter(({ kind }) => kind === 'add' || kind === 'del');
    expect(changed.map((line) => `${line.kind} ${line.text}`).toSorted()).toEqual(
      added.map((text) => `add ${text}`).toSorted(),
    );
    await clients.applyExport({ planId: plan.planId });
    expect(readFileSync(path, 'utf8')).toBe(BEFORE.replace('url = "x"', `url = "x"\r\n${added.join('\r\n')}`));
    expect((await clients.planExport(user('codex'))).servers[0]?.action).toBe('same');
    await clients.undoExport({ client: 'codex' });
    expect(readFileSync(path, 'utf8')).toBe(BEFORE);
  });

  it('CFG-05 that does not parse is refused with its line and left alone', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const path = put('.codex/config.toml', 'a = 1\nb = = 2\n');
    const error = await rejected(clients.planExport(user('codex')));
    expect([error.code, error.data['line'], error.message]).toEqual([
      'PARSE_ERROR',
      2,
      expect.stringContaining('it is not valid TOML'),
    ]);
    expect(readFileSync(path, 'utf8')).toBe('a = 1\nb = = 2\n');
  });

  it('CFG-05 whose servers are no tables is refused', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    put('.codex/config.toml', '[[mcp_servers]]\ncommand = "x"\n');
    expect((await rejected(clients.planExport(user('codex')))).code).toBe('PARSE_ERROR');
  });

  it('hands its secrets to the keychain and its variables to the catalog', async () => {
    const { clients, catalog, secrets, put } = testClients(tempDir());
    put(
      '.codex/config.toml',
      '[mcp_servers.docs]\nurl = "https://d.example/mcp"\nbearer_token_env_var = "D"\n' +
        '[mcp_servers.run]\ncommand = "r"\nenv = { API_KEY = "sk-EXAMPLE-0000000000" }\nenv_vars = ["PASSED"]\n',
    );
    const plan = await clients.planImport({ client: 'codex' });
    await clients.applyImport({ planId: plan.planId });
    expect(catalog.map((entry) => entry.endpoint)).toEqual([
      { type: 'streamable-http', url: 'https://d.example/mcp', headers: { Authorization: 'Bearer ${env:D}' } },
      { type: 'stdio', command: 'r', args: [], env: { API_KEY: '${secret:run.API_KEY}', PASSED: '${env:PASSED}' } },
    ]);
    expect([...secrets.values()]).toEqual(['sk-EXAMPLE-0000000000']);
  });
});

describe('a client with several files for one scope', () => {
  it.each([
    ['opencode', [], '.config/opencode/opencode.json'],
    ['opencode', ['.config/opencode/opencode.jsonc'], '.config/opencode/opencode.jsonc'],
    ['opencode', ['.config/opencode/opencode.json'], '.config/opencode/opencode.json'],
    ['kilo-code', [], '.config/kilo/kilo.jsonc'],
    // Files that it also reads are not written.
    ['kilo-code', ['.config/kilo/config.json'], '.config/kilo/kilo.jsonc'],
  ])('%s with %j is written at %s', async (client, present, expected) => {
    const { clients, catalog, put, home } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    for (const path of present) put(path, '{ "x": 1 } // note\n');
    const done = await clients.applyExport({ planId: (await clients.planExport(user(client))).planId });
    expect(done.path).toBe(join(home, expected));
  });

  it('a name of its own list is told apart from somebody else’s entry by the command that starts Portolan', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('timeout'));
    const path = put(
      '.config/opencode/opencode.json',
      '{ "mcp": { "timeout-mcp": { "type": "local", "command": ["/old/portolan", "connect", "timeout"] } } }',
    );
    const plan = await clients.planExport(user('opencode'));
    expect(plan.servers).toEqual([{ name: 'timeout', clientName: 'timeout-mcp', action: 'replace' }]);
    put('.config/opencode/opencode.json', '{ "mcp": { "timeout-mcp": { "type": "local", "command": ["x"] } } }');
    const other = await clients.planExport(user('opencode'));
    expect(other.servers).toEqual([{ name: 'timeout', clientName: 'timeout-mcp-2', action: 'add' }]);
    expect(existsSync(path)).toBe(true);
  });
});
