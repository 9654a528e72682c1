// Portolan's tables against those of two other packages: every difference stands in one table with its reason, and none
// stands there that is gone. Clients that one side does not know are named too.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MCPConfigRegistry } from '@gleanwork/mcp-config-schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  Comparison,
  type Difference,
  HTTP,
  knownFormat,
  NAME,
  ourEntry,
  ourPaths,
  SSE,
  STDIO,
} from '../../support/other-tables.ts';

type Explained = Difference & { readonly because: string };

const explained = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'others-differ.json'), 'utf8'),
) as readonly Explained[];

/** Their names, where they are others; null: a client that Portolan does not have. */
const ADD_MCP: Readonly<Record<string, string | null>> = {
  'cline-cli': 'cline',
  'kiro-cli': 'kiro',
  fx: null,
  'grok-build': null,
  'kimi-code': null,
  mastracode: null,
  mcporter: null,
  pi: null,
};
/** Null: programs in the web, whose settings nobody else can write. */
const GLEANWORK: Readonly<Record<string, string | null>> = {
  'antigravity-cli': 'antigravity',
  gemini: 'gemini-cli',
  jetbrains: 'jetbrains-ai-assistant',
  junie: 'jetbrains-junie',
  chatgpt: null,
  'claude-teams-enterprise': null,
  linear: null,
};
const KNOWN = new Set(
  'antigravity cline claude-code claude-desktop codex cursor cursor-agent gemini-cli goose github-copilot-cli kilo-code kiro opencode vscode windsurf zed jetbrains-ai-assistant jetbrains-junie'.split(
    ' ',
  ),
);

function expectExplained(differences: readonly Difference[], source: Difference['source']): void {
  const rows = explained.filter((row) => row.source === source && knownFormat(row.client) !== undefined);
  const bare = rows.map(({ because: _because, ...row }) => row);
  const without = (some: readonly Difference[], others: readonly Difference[]) =>
    some.filter((row) => !others.some((other) => isDeepStrictEqual(row, other)));
  expect(without(differences, bare)).toEqual([]);
  expect(without(bare, differences)).toEqual([]);
}

// Its table is made of the platform it runs on.
describe.runIf(process.platform === 'linux')('against add-mcp', () => {
  beforeAll(() => {
    for (const name of ['XDG_CONFIG_HOME', 'CODEX_HOME', 'CLAUDE_CONFIG_DIR', 'COPILOT_HOME', 'CLINE_DIR']) {
      vi.stubEnv(name, undefined);
    }
  });
  afterAll(() => vi.unstubAllEnvs());

  it('paths, keys, formats, transports and written entries are the same, or explained', async () => {
    const { agents } = await import('add-mcp');
    const compared = new Comparison('add-mcp');
    const home = homedir();
    const env = { env: {}, platform: 'linux', homeDir: home, projectDir: '/src/app' } as const;
    const shown = (path: string) => path.replace(home, '~');
    for (const [theirs, agent] of Object.entries(agents)) {
      const client = ADD_MCP[theirs] === undefined ? theirs : ADD_MCP[theirs];
      if (client === null) continue;
      expect(KNOWN, `${theirs} is new`).toContain(client);
      const format = knownFormat(client);
      if (format === undefined) continue;
      compared.path(theirs, client, 'user file', shown(agent.configPath), ourPaths(format, env, 'user').map(shown));
      if (agent.localConfigPath !== undefined) {
        compared.path(
          theirs,
          client,
          'project file',
          `/src/app/${agent.localConfigPath}`,
          ourPaths(format, env, 'project'),
        );
      }
      const [file] = format.files(env);
      compared.same(theirs, client, 'key', agent.configKey, format.place.root.join('.'));
      compared.same(theirs, client, 'format', agent.format, file?.format.replace('jsonc', 'json'));
      const context = { local: false, configKey: agent.configKey };
      for (const [transport, endpoint] of [
        ['stdio', STDIO],
        ['http', HTTP],
        ['sse', SSE],
      ] as const) {
        const { type: _type, ...fields } = endpoint;
        const given = endpoint.type === 'stdio' ? fields : { type: transport === 'sse' ? 'sse' : 'http', ...fields };
        const they = agent.supportedTransports.includes(transport)
          ? agent.transformConfig(NAME, given as object, context)
          : 'refused';
        compared.same(theirs, client, `${transport} entry`, they, ourEntry(format, endpoint));
      }
    }
    expectExplained(compared.differences, 'add-mcp');
  });
});

describe('against @gleanwork/mcp-config-schema', () => {
  it('paths on every platform, keys, formats and written entries are the same, or explained', () => {
    const registry = new MCPConfigRegistry({ serverPackage: 'x-mcp' });
    const compared = new Comparison('gleanwork');
    for (const config of registry.getAllConfigs()) {
      const theirs: string = config.id;
      const client = GLEANWORK[theirs] === undefined ? theirs : GLEANWORK[theirs];
      if (client === null) continue;
      expect(KNOWN, `${theirs} is new`).toContain(client);
      const format = knownFormat(client);
      if (format === undefined) continue;
      for (const [platform, home] of [
        ['darwin', '/Users/dana'],
        ['linux', '/home/dana'],
        ['win32', 'C:\\Users\\dana'],
      ] as const) {
        const they = config.configPath[platform]
          ?.replace(/\$HOME|%USERPROFILE%/, () => home)
          .replace('%APPDATA%', () => `${home}\\AppData\\Roaming`);
        const ours = ourPaths(format, { env: {}, platform, homeDir: home }, 'user');
        if (they !== undefined || ours.length > 0)
          compared.path(theirs, client, `user file on ${platform}`, they, ours);
      }
      const [file] = format.files({ env: {}, platform: 'linux', homeDir: '/home/dana' });
      compared.same(theirs, client, 'key', config.configStructure.serversPropertyName, format.place.root.join('.'));
      if (file !== undefined)
        compared.same(theirs, client, 'format', config.configFormat, file.format.replace('jsonc', 'json'));
      const builder = registry.createBuilder(config.id);
      const stdio = builder.buildConfiguration({ transport: 'stdio', serverName: NAME });
      const http = builder.buildConfiguration({
        transport: 'http',
        serverName: NAME,
        serverUrl: 'https://x.example/mcp',
        headers: { 'X-A': '1' },
      });
      compared.same(theirs, client, 'stdio entry', entryIn(stdio), ourEntry(format, { ...STDIO, env: {} }));
      compared.same(theirs, client, 'http entry', entryIn(http), ourEntry(format, HTTP));
    }
    expectExplained(compared.differences, 'gleanwork');
  });
});

/** The one entry of a configuration. */
function entryIn(config: object): unknown {
  const [servers] = Object.values(config) as Record<string, unknown>[];
  return servers?.[NAME];
}

describe('the table of explained differences', () => {
  it('gives a reason for every row', () => {
    expect(explained.filter((row) => row.because.length < 10)).toEqual([]);
  });
});
