// Tells that a file may have changed, whoever changed it and however: written in place, replaced, deleted.
// It may tell too often, never what changed; reading and comparing is the caller's part.
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

export interface FileWatch {
  close(): void;
}

/** An editor's save is several events; they are told once, this long after the last one. */
const DEBOUNCE_MS = 60;
/** For file systems without events (network, some containers) and directories that were replaced. */
const POLL_MS = 1_500;

/** Watches `path` until closed; does not keep the process alive. */
export function watchFile(path: string, onMaybeChanged: () => void): FileWatch {
  let closed = false;
  let debounce: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  let lastSeen: string | undefined;

  const changed = () => {
    clearTimeout(debounce);
    if (!closed) debounce = setTimeout(onMaybeChanged, DEBOUNCE_MS).unref();
  };
  const startEvents = () => {
    try {
      watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(path)) changed();
      });
      watcher.on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      watcher = undefined;
    }
  };
  const poll = async () => {
    if (watcher === undefined && !closed) startEvents();
    const seen = await fingerprint(path);
    if (lastSeen !== undefined && seen !== lastSeen) changed();
    lastSeen = seen;
  };

  startEvents();
  void poll();
  const timer = setInterval(() => void poll(), POLL_MS).unref();
  return {
    close() {
      closed = true;
      clearTimeout(debounce);
      clearInterval(timer);
      watcher?.close();
    },
  };
}

async function fingerprint(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    return 'missing';
  }
}
