// The host's log: JSON lines in one file, cut into a few old ones by size. Lines arrive redacted; it never throws,
// because a full disk must not take the host down.
import { chmodSync, closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

export interface LogFile {
  write(line: string): void;
  close(): void;
}

/**
 * Appends lines to `path` (0600). At `maxBytes` the file becomes `path.1`, older ones move up, `keep` old ones stay:
 * (keep + 1) × maxBytes in all at most.
 */
export function openLogFile(path: string, options: { maxBytes?: number; keep?: number } = {}): LogFile {
  const { maxBytes = 5 * 1024 * 1024, keep = 4 } = options;
  let fd = open(path);
  let size = fd === undefined ? 0 : fstatSync(fd).size;

  const rotate = (): void => {
    if (fd !== undefined) closeSync(fd);
    quietly(() => rmSync(`${path}.${keep}`, { force: true }));
    for (let n = keep - 1; n >= 1; n -= 1) quietly(() => renameSync(`${path}.${n}`, `${path}.${n + 1}`));
    quietly(() => renameSync(path, `${path}.1`));
    fd = open(path);
    size = 0;
  };

  return {
    write: (line) => {
      const bytes = Buffer.from(`${line}\n`, 'utf8');
      if (size > 0 && size + bytes.length > maxBytes) rotate();
      fd ??= open(path);
      if (fd === undefined) return;
      const target = fd;
      quietly(() => writeSync(target, bytes));
      size += bytes.length;
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

function open(path: string): number | undefined {
  try {
    const fd = openSync(path, 'a', 0o600);
    if (process.platform !== 'win32') chmodSync(path, 0o600);
    return fd;
  } catch {
    return undefined;
  }
}

function quietly(fn: () => unknown): void {
  try {
    fn();
  } catch {
    // Logging is best effort.
  }
}
