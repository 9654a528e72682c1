// A Clients over a temporary home, with a catalog and a keychain that are plain maps.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Clients, type ClientsOptions } from '../../core/clients/clients.ts';
import { silentLogger } from '../../core/base/logger.ts';
import type { Endpoint, ServerEntry, ServerOptions } from '../../shared/model/server-entry.ts';

export interface TestClients {
  readonly clients: Clients;
  readonly home: string;
  readonly backupsDir: string;
  readonly catalog: ServerEntry[];
  readonly secrets: Map<string, string>;
  /** Writes a file under the home directory and gives its path. */
  readonly put: (path: string, content: string | Buffer, mode?: number) => string;
}

export const LAUNCHER = { command: '/opt/portolan/node', args: ['/opt/portolan/cli/main.js'] };

export function testClients(home: string, options: Partial<ClientsOptions> = {}): TestClients {
  const catalog: ServerEntry[] = [];
  const secrets = new Map<string, string>();
  const backupsDir = join(home, 'portolan', 'backups');
  const clients = new Clients({
    env: {},
    platform: 'linux',
    homeDir: home,
    backupsDir,
    logger: silentLogger,
    launcher: () => LAUNCHER,
    isRunning: async () => false,
    catalog: {
      list: () => catalog,
      inputs: () => [],
      addMany: async (entries) => {
        catalog.push(...entries);
        return entries;
      },
    },
    secrets: {
      has: (name) => secrets.has(name),
      set: async (name, value) => secrets.set(name, value),
      remove: async (name) => secrets.delete(name),
    },
    ...options,
  });
  const put = (path: string, content: string | Buffer, mode = 0o600): string => {
    const absolute = join(home, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content, { mode });
    return absolute;
  };
  return { clients, home, backupsDir, catalog, secrets, put };
}

export function serverEntry(name: string, endpoint: Endpoint, options: Partial<ServerOptions> = {}): ServerEntry {
  return {
    name,
    endpoint,
    options: { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {}, ...options },
  };
}

export function stdioEntry(
  name: string,
  command = 'run',
  args: string[] = [],
  env: Record<string, string> = {},
): ServerEntry {
  return serverEntry(name, { type: 'stdio', command, args, env });
}
