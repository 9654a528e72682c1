// The file that tells other programs about the running host. It holds no token and proves nothing: whoever reads it
// still has to connect to the socket, which only the same user can open.
import { readFileSync, rmSync } from 'node:fs';
import { writeFileAtomic } from '../core/base/atomic-file.ts';

export interface Descriptor {
  readonly pid: number;
  readonly version: string;
  /** Absolute path of the socket, or the name of the pipe. */
  readonly socket: string;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** The descriptor at `path`, or undefined when there is none or it is not a descriptor. Never throws. */
export function readDescriptor(path: string): Descriptor | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isDescriptor(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the descriptor at `path` as a whole, mode 0600. Throws FILE_NOT_WRITABLE. */
export async function writeDescriptor(path: string, descriptor: Descriptor): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(descriptor)}\n`);
}

/** Removes the descriptor when it names `pid`: a host never removes its successor's. */
export function removeDescriptor(path: string, pid: number): void {
  if (readDescriptor(path)?.pid === pid) rmSync(path, { force: true });
}

function isDescriptor(value: unknown): value is Descriptor {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, version, socket, startedAt } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(pid) &&
    typeof version === 'string' &&
    typeof socket === 'string' &&
    typeof startedAt === 'string'
  );
}
