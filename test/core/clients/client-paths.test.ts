// Where each client keeps its files, on every platform.
import { describe, expect, it } from 'vitest';
import type { ClientEnv } from '../../../core/clients/client-format.ts';
import { clientFormat } from '../../../core/clients/client-formats.ts';

const linux: ClientEnv = { env: {}, platform: 'linux', homeDir: '/home/dana' };
const mac: ClientEnv = { env: {}, platform: 'darwin', homeDir: '/Users/dana' };
const windows: ClientEnv = { env: {}, platform: 'win32', homeDir: 'C:\\Users\\dana' };

describe('files of a client', () => {
  it.each([
    ['claude-desktop', linux, ['/home/dana/.config/Claude/claude_desktop_config.json']],
    ['claude-desktop', { ...linux, env: { XDG_CONFIG_HOME: '/cfg' } }, ['/cfg/Claude/claude_desktop_config.json']],
    [
      'claude-desktop',
      { ...linux, env: { XDG_CONFIG_HOME: 'relative' } },
      ['/home/dana/.config/Claude/claude_desktop_config.json'],
    ],
    ['claude-desktop', mac, ['/Users/dana/Library/Application Support/Claude/claude_desktop_config.json']],
    [
      'claude-desktop',
      { ...windows, env: { APPDATA: 'D:\\Roaming', LOCALAPPDATA: 'D:\\Local' } },
      [
        'D:\\Roaming\\Claude\\claude_desktop_config.json',
        'D:\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json',
      ],
    ],
    ['claude-code', linux, ['/home/dana/.claude.json']],
    ['claude-code', mac, ['/Users/dana/.claude.json']],
    ['claude-code', windows, ['C:\\Users\\dana\\.claude.json']],
    ['claude-code', { ...linux, env: { CLAUDE_CONFIG_DIR: '/srv/cc' } }, ['/srv/cc/.claude.json']],
    ['claude-code', { ...linux, projectDir: '/src/app' }, ['/home/dana/.claude.json', '/src/app/.mcp.json']],
    ['cursor', linux, ['/home/dana/.cursor/mcp.json']],
    ['cursor', windows, ['C:\\Users\\dana\\.cursor\\mcp.json']],
    ['cursor', { ...mac, projectDir: '/src/app' }, ['/Users/dana/.cursor/mcp.json', '/src/app/.cursor/mcp.json']],
    ['vscode', linux, ['/home/dana/.config/Code/User/mcp.json']],
    ['vscode', { ...linux, env: { XDG_CONFIG_HOME: '/cfg' } }, ['/cfg/Code/User/mcp.json']],
    ['vscode', mac, ['/Users/dana/Library/Application Support/Code/User/mcp.json']],
    ['vscode', windows, ['C:\\Users\\dana\\AppData\\Roaming\\Code\\User\\mcp.json']],
    [
      'vscode',
      { ...windows, projectDir: 'C:\\src' },
      ['C:\\Users\\dana\\AppData\\Roaming\\Code\\User\\mcp.json', 'C:\\src\\.vscode\\mcp.json'],
    ],
    ['codex', linux, ['/home/dana/.codex/config.toml', '/etc/codex/requirements.toml']],
    ['codex', { ...windows, env: { CODEX_HOME: 'D:\\codex' } }, ['D:\\codex\\config.toml']],
    [
      'codex',
      { ...mac, projectDir: '/src/app' },
      ['/Users/dana/.codex/config.toml', '/src/app/.codex/config.toml', '/etc/codex/requirements.toml'],
    ],
    ['zed', { ...linux, env: { XDG_CONFIG_HOME: '/cfg' } }, ['/cfg/zed/settings.json']],
    ['zed', mac, ['/Users/dana/.config/zed/settings.json']],
    ['zed', windows, ['C:\\Users\\dana\\AppData\\Roaming\\Zed\\settings.json']],
    [
      'gemini-cli',
      { ...linux, projectDir: '/src/app', env: { GEMINI_CLI_HOME: '/g', GEMINI_CLI_SYSTEM_SETTINGS_PATH: '/s.json' } },
      ['/g/.gemini/settings.json', '/src/app/.gemini/settings.json', '/etc/gemini-cli/system-defaults.json', '/s.json'],
    ],
    [
      'gemini-cli',
      mac,
      [
        '/Users/dana/.gemini/settings.json',
        '/Library/Application Support/GeminiCli/system-defaults.json',
        '/Library/Application Support/GeminiCli/settings.json',
      ],
    ],
    [
      'qwen-code',
      { ...linux, projectDir: '/src/app', env: { QWEN_HOME: '/q' } },
      ['/q/settings.json', '/src/app/.qwen/settings.json', '/src/app/.mcp.json', '/etc/qwen-code/settings.json'],
    ],
    ['qwen-code', windows, ['C:\\Users\\dana\\.qwen\\settings.json', 'C:\\ProgramData\\qwen-code\\settings.json']],
    [
      'opencode',
      { ...mac, env: { XDG_CONFIG_HOME: '/cfg', OPENCODE_CONFIG: '/own.json', OPENCODE_CONFIG_DIR: '/dir' } },
      [
        '/cfg/opencode/opencode.json',
        '/cfg/opencode/opencode.jsonc',
        '/own.json',
        '/dir/opencode.json',
        '/dir/opencode.jsonc',
        '/Library/Application Support/opencode/opencode.json',
        '/Library/Application Support/opencode/opencode.jsonc',
      ],
    ],
    [
      'kilo-code',
      linux,
      [
        '/home/dana/.config/kilo/kilo.jsonc',
        '/home/dana/.config/kilo/kilo.json',
        '/home/dana/.config/kilo/opencode.json',
        '/home/dana/.config/kilo/opencode.jsonc',
        '/home/dana/.config/kilo/config.json',
        '/home/dana/.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json',
      ],
    ],
    [
      'crush',
      { ...linux, projectDir: '/src/app', env: { CRUSH_GLOBAL_CONFIG: '/c', XDG_DATA_HOME: '/d' } },
      ['/c/crush.json', '/src/app/crush.json', '/src/app/.crush.json', '/d/crush/crush.json', '/etc/crush/crush.json'],
    ],
    [
      'crush',
      windows,
      ['C:\\Users\\dana\\.config\\crush\\crush.json', 'C:\\Users\\dana\\AppData\\Local\\crush\\crush.json'],
    ],
    ['generic', linux, []],
  ] as const)('%s on %o', (client, env, expected) => {
    expect(
      clientFormat(client)
        .files(env)
        .map((file) => file.path),
    ).toEqual(expected);
  });
});
