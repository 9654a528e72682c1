// A home of its own for one test, holding what two clients of a real person left there.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './portolan.ts';
import { tempDir } from './temp-dir.ts';

const SAMPLES = join(ROOT, 'test', 'fixtures', 'client-samples');

/** Makes the home and gives the environment of a person who lives there. No keychain is reached from it. */
export function homeWithClients(): Record<string, string> {
  const home = tempDir();
  const config = join(home, '.config');
  put('cursor.duplicates.mcp.json', join(home, '.cursor', 'mcp.json'));
  put('claude-desktop.basic.json', join(config, 'Claude', 'claude_desktop_config.json'));
  return {
    HOME: home,
    XDG_CONFIG_HOME: config,
    XDG_DATA_HOME: join(home, '.local', 'share'),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home, 'no-bus')}`,
  };
}

function put(sample: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(join(SAMPLES, sample), path);
}
