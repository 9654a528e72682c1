// Which files of a client are there: stars, parents of a project, and whose file a path is.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientEnv, ClientFile } from '../../../core/clients/client-format.ts';
import { CLIENT_FORMATS, clientFormat } from '../../../core/clients/client-formats.ts';
import { placesAt, placesOf } from '../../../core/clients/client-places.ts';
import { expandFiles, isPathOf } from '../../../core/clients/expand-files.ts';
import { tempDir } from '../../support/temp-dir.ts';

const linux: ClientEnv = { env: {}, platform: 'linux', homeDir: '/home/dana' };
const windows: ClientEnv = { env: {}, platform: 'win32', homeDir: 'C:\\Users\\dana' };

function put(root: string, ...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '{}');
  }
}

describe('a star in a path', () => {
  it('stands for the files that are there, sorted, and for no folders', async () => {
    const root = tempDir();
    put(root, 'profiles/b/mcp.json', 'profiles/a/mcp.json', 'profiles/c/other.json');
    mkdirSync(join(root, 'profiles/d/mcp.json'), { recursive: true });
    const file: ClientFile = { scope: 'profile', path: join(root, 'profiles', '*', 'mcp.json'), format: 'json' };
    expect(await expandFiles([file], linux)).toEqual([
      { ...file, path: join(root, 'profiles/a/mcp.json') },
      { ...file, path: join(root, 'profiles/b/mcp.json') },
    ]);
  });

  it('stands for nothing where its folder is missing', async () => {
    const file: ClientFile = { scope: 'agent', path: join(tempDir(), 'none', '*.json'), format: 'json' };
    expect(await expandFiles([file], linux)).toEqual([]);
  });

  it('matches only its own segment, and every other character is itself', () => {
    const file: ClientFile = { scope: 'agent', path: '/h/agents/*.json', format: 'json' };
    expect(isPathOf(file, '/h/agents/a.json', linux)).toBe(true);
    expect(isPathOf(file, '/h/agents/x/../a.json', linux)).toBe(true);
    expect(isPathOf(file, '/h/agents/b/a.json', linux)).toBe(false);
    expect(isPathOf(file, '/h/agents/axjson', linux)).toBe(false);
  });
});

describe('a file that is looked for upwards', () => {
  const file = (projectDir: string): ClientFile => ({
    scope: 'project',
    path: join(projectDir, '.mcp.json'),
    format: 'json',
    upwards: true,
  });

  it('is found in the parents, nearest first, up to the root of the repository and not above', async () => {
    const root = tempDir();
    put(root, '.mcp.json', 'repo/.git/HEAD', 'repo/.mcp.json', 'repo/a/.mcp.json', 'repo/a/b/c/x');
    const projectDir = join(root, 'repo/a/b/c');
    const found = await expandFiles([file(projectDir)], { ...linux, projectDir });
    expect(found.map(({ path }) => path)).toEqual([
      join(projectDir, '.mcp.json'),
      join(root, 'repo/a/.mcp.json'),
      join(root, 'repo/.mcp.json'),
    ]);
  });

  it('is only the one in the folder itself where there is no repository', async () => {
    const root = tempDir();
    put(root, '.mcp.json', 'a/x');
    const projectDir = join(root, 'a');
    const found = await expandFiles([file(projectDir)], { ...linux, projectDir });
    expect(found.map(({ path }) => path)).toEqual([join(projectDir, '.mcp.json')]);
  });
});

describe('the owner of a path', () => {
  it.each([
    ['/home/dana/.cursor/mcp.json', 'cursor', 'user'],
    ['/src/app/.cursor/mcp.json', 'cursor', 'project'],
    ['/home/dana/.claude.json', 'claude-code', 'user'],
    ['/src/app/.mcp.json', 'claude-code', 'project'],
    ['/etc/claude-code/managed-settings.d/10-mcp.json', 'claude-code', 'managed-settings'],
    ['/home/dana/.config/Code/User/profiles/abc/mcp.json', 'vscode', 'profile'],
    ['/src/app/team.code-workspace', 'vscode', 'multi-root'],
    ['/src/app/.vscode/settings.json', 'vscode', 'legacy'],
    ['/src/app/.github/mcp.json', 'github-copilot-cli', 'project-shared'],
    ['/home/dana/.kiro/agents/ops.json', 'kiro', 'agent'],
    ['/src/app/.agents/mcp_config.json', 'antigravity', 'project'],
    ['/home/dana/.config/Trae CN/User/mcp.json', 'trae', 'user-cn'],
    ['/src/app/mcp.json', undefined, undefined],
  ])('%s is of %s, as %s', (path, client, scope) => {
    const [place] = placesAt(path, linux, CLIENT_FORMATS);
    expect([place?.format.id, place?.file.scope]).toEqual([client, scope]);
  });

  it('is found on Windows in any case of letters', () => {
    const path = 'C:\\SRC\\app\\.VS\\mcp.json';
    const places = placesAt(path, windows, [clientFormat('visual-studio')]);
    expect(places.map(({ file }) => [file.scope, file.path])).toEqual([['solution-user', path]]);
  });
});

it('lists every path of a client once, and those of a project only when one is asked about', async () => {
  const root = tempDir();
  const env = { ...linux, homeDir: root };
  const paths = async (each: ClientEnv) =>
    (await placesOf(clientFormat('claude-code'), each)).map(({ file, projectDir }) => [file.scope, projectDir]);
  expect(await paths(env)).toEqual([
    ['user', undefined],
    ['managed', undefined],
    ['managed-settings', undefined],
  ]);
  const projectDir = join(root, 'app');
  expect(await paths({ ...env, projectDir })).toEqual([
    ['user', undefined],
    ['managed', undefined],
    ['managed-settings', undefined],
    ['project', projectDir],
  ]);
});
