// Makes sure that a host runs. The host is plain Node, never Electron-as-Node: the packaged app carries its own
// `portolan` executable, a checkout has a launcher with absolute paths.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog } from 'electron';

/** Starts the host when none answers and gives the path of its control socket; quits with a message when it cannot. */
export async function startHost(): Promise<string> {
  try {
    const { socket } = JSON.parse(await run(launcher(), ['host', 'start', '--json'])) as { socket: string };
    return socket;
  } catch (error) {
    dialog.showErrorBox('Portolan', `The Portolan host does not start (HOST_UNREACHABLE).\n\n${String(error)}`);
    app.exit(5);
    throw error;
  }
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
    execFile(file, args, { timeout: 20_000, windowsHide: true }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout);
    });
  });
}
