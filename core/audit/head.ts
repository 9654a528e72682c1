// `head.json`: how long the log is and the hash of its last record, so that cutting off the newest records shows. Later a
// signed checkpoint takes its place.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

export interface Head {
  /** Number of the last record. */
  readonly size: number;
  /** Its event hash; null while the log is empty. */
  readonly hash: string | null;
}

export type HeadFile =
  | { readonly state: 'missing' }
  | { readonly state: 'damaged' }
  | { readonly state: 'ok'; readonly head: Head };

/** The exact text, so that a reader can tell any changed byte. */
function headText(head: Head): string {
  return `{"format":"1","hash":${JSON.stringify(head.hash)},"size":"${head.size}"}\n`;
}

export function readHead(path: string): HeadFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { state: 'missing' };
    throw error;
  }
  const match = /^\{"format":"1","hash":(?:null|"([0-9a-f]{64})"),"size":"(\d{1,15})"\}\n$/.exec(text);
  if (match === null) return { state: 'damaged' };
  const head = { size: Number(match[2]), hash: match[1] ?? null };
  return headText(head) === text && (head.size === 0) === (head.hash === null)
    ? { state: 'ok', head }
    : { state: 'damaged' };
}

/** Replaces the head atomically and durably. Synchronous: it runs on the writer's own thread. */
export function writeHead(path: string, head: Head): void {
  const temporary = `${path}.new`;
  const fd = openSync(temporary, 'w', 0o600);
  try {
    writeAll(fd, Buffer.from(headText(head)));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
}

/** Writes every byte; a short write goes on with the rest. */
export function writeAll(fd: number, bytes: Buffer): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(fd, bytes, from);
}
