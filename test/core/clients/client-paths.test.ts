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
    ['generic', linux, []],
  ] as const)('%s on %o', (client, env, expected) => {
    expect(
      clientFormat(client)
        .files(env)
        .map((file) => file.path),
    ).toEqual(expected);
  });
});
