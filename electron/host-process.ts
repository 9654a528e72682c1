// Makes sure that a host runs. The host is plain Node, never Electron-as-Node: the packaged app carries its own
// `portolan` executable, a checkout has a launcher with absolute paths.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PortolanError } from '../shared/errors.ts';

const START_TIMEOUT_MS = 20_000;
const MAX_SAID = 1_000;

export interface RunningHost {
  /** Path of its control socket; the same for every host of one data directory. */
  readonly socket: string;
  readonly dataDir: string;
}

/** Starts a host when none answers. Rejects with HOST_UNREACHABLE and what the launcher said. */
export async function startHost(): Promise<RunningHost> {
  const { socket, dataDir } = JSON.parse(await run(launcher(), ['host', 'start', '--json'])) as RunningHost;
  return { socket, dataDir };
}

function launcher(): string {
  const name = process.platform === 'win32' ? 'portolan.exe' : 'portolan';
  const packaged = join(process.resourcesPath ?? '', 'bin', name);
  return existsSync(packaged)
    ? packaged
    : join(import.meta.dirname, '..', 'bin', process.platform === 'win32' ? 'portolan.cmd' : 'portolan');
}

function run(file: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: START_TIMEOUT_MS, windowsHide: true }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = (stderr.trim() || error.message).slice(0, MAX_SAID);
      reject(new PortolanError('HOST_UNREACHABLE', `the Portolan host does not start: ${said}`, { cause: error }));
    });
  });
}
