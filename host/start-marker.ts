// Keeps twenty clients that start at once from starting twenty hosts: whoever creates the marker starts one, the others
// wait. A hint only: the instance lock decides.
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A starter that took longer than this has failed; another may try. */
const VALID_MS = 3_000;

/** True when the caller is to start a host now. */
export function takeStartMarker(runDir: string, now = Date.now()): boolean {
  const path = join(runDir, 'host.starting');
  const created = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (created !== undefined) {
    if (Math.abs(now - created) < VALID_MS) return false;
    rmSync(path, { force: true });
  }
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}

export function removeStartMarker(runDir: string): void {
  rmSync(join(runDir, 'host.starting'), { force: true });
}
