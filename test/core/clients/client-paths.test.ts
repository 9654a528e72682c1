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
    [
      'claude-code',
      linux,
      [
        '/home/dana/.claude.json',
        '/etc/claude-code/managed-mcp.json',
        '/etc/claude-code/managed-settings.json',
        '/etc/claude-code/managed-settings.d/*.json',
      ],
    ],
    [
      'claude-code',
      mac,
      [
        '/Users/dana/.claude.json',
        '/Library/Application Support/ClaudeCode/managed-mcp.json',
        '/Library/Application Support/ClaudeCode/managed-settings.json',
        '/Library/Application Support/ClaudeCode/managed-settings.d/*.json',
      ],
    ],
    [
      'claude-code',
      windows,
      [
        'C:\\Users\\dana\\.claude.json',
        'C:\\Program Files\\ClaudeCode\\managed-mcp.json',
        'C:\\Program Files\\ClaudeCode\\managed-settings.json',
        'C:\\Program Files\\ClaudeCode\\managed-settings.d\\*.json',
      ],
    ],
    [
      'claude-code',
      { ...linux, projectDir: '/src/app', env: { CLAUDE_CONFIG_DIR: '/srv/cc' } },
      [
        '/srv/cc/.claude.json',
        '/etc/claude-code/managed-mcp.json',
        '/etc/claude-code/managed-settings.json',
        '/etc/claude-code/managed-settings.d/*.json',
        '/src/app/.mcp.json',
        '/srv/cc/.claude.json',
      ],
    ],
    ['cursor', linux, ['/home/dana/.cursor/mcp.json']],
    ['cursor', windows, ['C:\\Users\\dana\\.cursor\\mcp.json']],
    ['cursor', { ...mac, projectDir: '/src/app' }, ['/Users/dana/.cursor/mcp.json', '/src/app/.cursor/mcp.json']],
    ['cursor-agent', linux, ['/home/dana/.cursor/mcp.json']],
    [
      'vscode',
      { ...linux, env: { XDG_CONFIG_HOME: '/cfg' } },
      ['/cfg/Code/User/mcp.json', '/cfg/Code/User/profiles/*/mcp.json', '/cfg/Code/User/settings.json'],
    ],
    [
      'vscode',
      { ...windows, projectDir: 'C:\\src' },
      [
        'C:\\Users\\dana\\AppData\\Roaming\\Code\\User\\mcp.json',
        'C:\\Users\\dana\\AppData\\Roaming\\Code\\User\\profiles\\*\\mcp.json',
        'C:\\Users\\dana\\AppData\\Roaming\\Code\\User\\settings.json',
        'C:\\src\\.vscode\\mcp.json',
        'C:\\src\\*.code-workspace',
        'C:\\src\\.mcp.json',
        'C:\\src\\.vscode\\settings.json',
      ],
    ],
    [
      'vscode-insiders',
      mac,
      [
        '/Users/dana/Library/Application Support/Code - Insiders/User/mcp.json',
        '/Users/dana/Library/Application Support/Code - Insiders/User/profiles/*/mcp.json',
        '/Users/dana/Library/Application Support/Code - Insiders/User/settings.json',
      ],
    ],
    ['visual-studio', linux, []],
    [
      'visual-studio',
      { ...windows, projectDir: 'C:\\src' },
      [
        'C:\\Users\\dana\\.mcp.json',
        'C:\\src\\.vs\\mcp.json',
        'C:\\src\\.mcp.json',
        'C:\\src\\.vscode\\mcp.json',
        'C:\\src\\.cursor\\mcp.json',
      ],
    ],
    ['github-copilot-cli', windows, ['C:\\Users\\dana\\.copilot\\mcp-config.json']],
    [
      'github-copilot-cli',
      { ...linux, projectDir: '/src/app', env: { COPILOT_HOME: '/cop' } },
      ['/cop/mcp-config.json', '/src/app/.mcp.json', '/src/app/.github/mcp.json'],
    ],
    ['jetbrains-ai-assistant', linux, []],
    [
      'jetbrains-junie',
      { ...linux, projectDir: '/src/app' },
      ['/home/dana/.junie/mcp/mcp.json', '/src/app/.junie/mcp/mcp.json'],
    ],
    [
      'windsurf',
      windows,
      [
        'C:\\Users\\dana\\.codeium\\windsurf\\mcp_config.json',
        'C:\\Users\\dana\\.codeium\\mcp_config.json',
        'C:\\Users\\dana\\.config\\devin\\mcp_config.json',
      ],
    ],
    [
      'cline',
      linux,
      [
        '/home/dana/.cline/data/settings/cline_mcp_settings.json',
        '/home/dana/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
      ],
    ],
    [
      'cline',
      { ...mac, env: { CLINE_DIR: '/cl' } },
      [
        '/cl/data/settings/cline_mcp_settings.json',
        '/Users/dana/Library/Application Support/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
      ],
    ],
    [
      'cline',
      { ...linux, env: { CLINE_DIR: '/cl', CLINE_DATA_DIR: '/data', XDG_CONFIG_HOME: '/cfg' } },
      [
        '/data/settings/cline_mcp_settings.json',
        '/cfg/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
      ],
    ],
    [
      'cline',
      { ...linux, env: { CLINE_DATA_DIR: '/data', CLINE_MCP_SETTINGS_PATH: '/x/s.json', XDG_CONFIG_HOME: '/cfg' } },
      ['/x/s.json', '/cfg/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'],
    ],
    [
      'roo-code',
      { ...windows, projectDir: 'C:\\src' },
      [
        'C:\\Users\\dana\\AppData\\Roaming\\Code\\User\\globalStorage\\rooveterinaryinc.roo-cline\\settings\\mcp_settings.json',
        'C:\\src\\.roo\\mcp.json',
      ],
    ],
    [
      'amazon-q',
      { ...linux, projectDir: '/src/app' },
      ['/home/dana/.aws/amazonq/mcp.json', '/home/dana/.aws/amazonq/cli-agents/*.json', '/src/app/.amazonq/mcp.json'],
    ],
    [
      'kiro',
      { ...mac, projectDir: '/src/app' },
      ['/Users/dana/.kiro/settings/mcp.json', '/Users/dana/.kiro/agents/*.json', '/src/app/.kiro/settings/mcp.json'],
    ],
    ['warp', { ...linux, projectDir: '/src/app' }, ['/home/dana/.warp/.mcp.json', '/src/app/.warp/.mcp.json']],
    ['lm-studio', windows, ['C:\\Users\\dana\\.lmstudio\\mcp.json']],
    ['cherry-studio', mac, []],
    ['boltai', mac, ['/Users/dana/.boltai/mcp.json']],
    ['boltai', linux, []],
    [
      'factory-droid',
      { ...linux, projectDir: '/src/app' },
      ['/home/dana/.factory/mcp.json', '/src/app/.factory/mcp.json'],
    ],
    [
      'antigravity',
      { ...linux, projectDir: '/src/app' },
      [
        '/home/dana/.gemini/config/mcp_config.json',
        '/home/dana/.gemini/antigravity/mcp_config.json',
        '/home/dana/.gemini/antigravity-cli/mcp_config.json',
        '/src/app/.agents/mcp_config.json',
      ],
    ],
    [
      'trae',
      { ...mac, projectDir: '/src/app' },
      [
        '/Users/dana/Library/Application Support/Trae/User/mcp.json',
        '/Users/dana/Library/Application Support/Trae CN/User/mcp.json',
        '/src/app/.trae/mcp.json',
      ],
    ],
    ['open-webui', linux, []],
    ['mcp-inspector', linux, ['/home/dana/.mcp-inspector/mcp.json']],
    ['mcp-inspector', { ...linux, env: { MCP_CATALOG_PATH: '/srv/catalog.json' } }, ['/srv/catalog.json']],
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
