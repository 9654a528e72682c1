// An export into the files of each scope: where it goes, in which place of the file, and what is never written.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clients } from '../../../core/clients/clients.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { LAUNCHER, stdioEntry, testClients } from '../../support/test-clients.ts';

const OURS = { command: LAUNCHER.command, args: [...LAUNCHER.args, 'connect', 'files'] };

function withFiles() {
  const all = testClients(tempDir());
  all.catalog.push(stdioEntry('files'));
  const projectDir = join(all.home, 'app');
  const write = async (client: string, scope: string, more: Partial<ExportInput> = {}) => {
    const plan = await all.clients.planExport({ client, scope, projectDir, mode: 'connect', ...more });
    const { path } = await all.clients.applyExport({ planId: plan.planId });
    return { path, text: readFileSync(path, 'utf8') };
  };
  return { ...all, projectDir, write };
}

type ExportInput = Parameters<Clients['planExport']>[0];

describe('an export into a scope', () => {
  it.each([
    ['claude-code', 'project', 'app/.mcp.json', ['mcpServers']],
    ['cursor-agent', 'project', 'app/.cursor/mcp.json', ['mcpServers']],
    ['vscode-insiders', 'user', '.config/Code - Insiders/User/mcp.json', ['servers']],
    ['vscode', 'project', 'app/.vscode/mcp.json', ['servers']],
    ['github-copilot-cli', 'project', 'app/.mcp.json', ['mcpServers']],
    ['github-copilot-cli', 'project-shared', 'app/.github/mcp.json', ['mcpServers']],
    ['windsurf', 'user', '.codeium/windsurf/mcp_config.json', ['mcpServers']],
    ['windsurf', 'user-devin', '.config/devin/mcp_config.json', ['mcpServers']],
    ['cline', 'user', '.cline/data/settings/cline_mcp_settings.json', ['mcpServers']],
    ['kiro', 'project', 'app/.kiro/settings/mcp.json', ['mcpServers']],
    ['antigravity', 'user', '.gemini/config/mcp_config.json', ['mcpServers']],
    ['trae', 'user-cn', '.config/Trae CN/User/mcp.json', ['mcpServers']],
  ])('%s %s goes to %s under %j', async (client, scope, at, root) => {
    const { write, home } = withFiles();
    const { path, text } = await write(client, scope);
    expect(path).toBe(join(home, at));
    const map = root.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], JSON.parse(text));
    expect(map).toMatchObject({ files: OURS });
    // Nobody else reads the file of a user; that of a project goes where the project goes.
    const mode = statSync(path).mode & 0o777;
    expect(mode).toBe(at.startsWith('app/') ? 0o644 & ~process.umask() : 0o600);
  });

  it('local of Claude Code stands with the project in the file of the user, and all else stays', async () => {
    const { write, put, projectDir, home } = withFiles();
    const other = { mcpServers: { a: { command: 'a' } }, hasTrustDialogAccepted: true };
    const before = { numStartups: 3, projects: { [projectDir]: other, '/other': {} } };
    put('.claude.json', JSON.stringify(before));
    const { path, text } = await write('claude-code', 'local');
    expect(path).toBe(join(home, '.claude.json'));
    const ours = { ...other, mcpServers: { ...other.mcpServers, files: OURS } };
    expect(JSON.parse(text)).toEqual({ ...before, projects: { ...before.projects, [projectDir]: ours } });
  });

  it('goes into a file that a star stands for when there is one, and never makes one with a star in its name', async () => {
    const { write, put, home } = withFiles();
    await expect(write('kiro', 'agent')).rejects.toMatchObject({ code: 'EXPORT_REFUSED' });
    const path = put('.kiro/agents/ops.json', '{\n  "name": "ops" // who\n}\n');
    expect(await write('kiro', 'agent')).toMatchObject({
      path: join(home, '.kiro/agents/ops.json'),
      text: expect.stringContaining('"name": "ops", // who') as string,
    });
    expect(readFileSync(path, 'utf8')).toContain('"mcpServers"');
  });

  it('keeps the settings around the servers of a workspace with several folders', async () => {
    const { write, put } = withFiles();
    put('app/shop.code-workspace', '{\n\t"folders": [],\n\t"settings": { "editor.tabSize": 2 /* ours */ }\n}\n');
    const { text } = await write('vscode', 'multi-root');
    expect(text).toContain('"editor.tabSize": 2');
    expect(text).toContain('/* ours */');
    expect(JSON.parse(text.replace('/* ours */', ''))).toMatchObject({
      settings: { mcp: { servers: { files: OURS } } },
    });
  });

  it.each([
    ['vscode', 'legacy'],
    ['vscode', 'project-foreign'],
    ['claude-code', 'managed'],
    ['cline', 'legacy'],
    ['jetbrains-ai-assistant', 'user'],
  ])('%s %s is refused: Portolan never writes there', async (client, scope) => {
    const { write, put } = withFiles();
    put('.config/Code/User/settings.json', '{}');
    put('app/.mcp.json', '{}');
    await expect(write(client, scope)).rejects.toMatchObject({ code: 'EXPORT_REFUSED' });
  });
});
