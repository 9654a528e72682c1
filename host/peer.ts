// Who is at the other end of a shim's connection, as far as the system tells. The process id is the shim's own claim;
// what is read about that process (owner, executable, parent) comes from the system. A name is never proof of identity.
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Caller } from '../core/audit/audit-event.ts';
import { PortolanError } from '../shared/errors.ts';

/** Programs that say little: the script they run names the client better. */
const INTERPRETERS = new Set([
  'node',
  'nodejs',
  'electron',
  'python',
  'python3',
  'bun',
  'deno',
  'sh',
  'bash',
  'dash',
  'zsh',
]);
const MAX_NAME_LENGTH = 64;

/**
 * The caller behind the shim `pid`: the program that started it. `claimedParent` is used where the system tells nothing
 * (no /proc) and only as a number.
 * Throws FORBIDDEN when the process belongs to another user or `pid` is not a process id.
 */
export function readPeer(
  pid: number,
  claimedParent: number | undefined,
  options: { proc?: string; uid?: number | undefined } = {},
): Caller {
  const { proc = '/proc', uid = process.getuid?.() } = options;
  if (!isPid(pid)) throw new PortolanError('FORBIDDEN', 'the connection does not say which process it belongs to');
  const owner = ownerOf(`${proc}/${pid}`);
  if (owner !== undefined && uid !== undefined && owner !== uid) {
    throw new PortolanError('FORBIDDEN', `process ${pid} belongs to another user`, { data: { pid } });
  }
  const parent = parentOf(proc, pid) ?? claimedParent;
  if (parent === undefined || !isPid(parent)) return { name: 'unknown program', pid };
  const executable = linkTarget(`${proc}/${parent}/exe`);
  return {
    name: nameOf(proc, parent, executable),
    pid: parent,
    ...(executable === undefined ? {} : { executable }),
  };
}

function isPid(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid > 0;
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}

/** Field 4 of /proc/PID/stat; the command in field 2 may hold spaces and brackets, so it is cut off first (proc(5)). */
function parentOf(proc: string, pid: number): number | undefined {
  const stat = contentOf(`${proc}/${pid}/stat`);
  const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return isPid(parent) ? parent : undefined;
}

function nameOf(proc: string, pid: number, executable: string | undefined): string {
  const argv = contentOf(`${proc}/${pid}/cmdline`)?.split('\0') ?? [];
  const program = basename(executable ?? argv[0] ?? '');
  const script = argv.slice(1).find((arg) => arg !== '' && !arg.startsWith('-'));
  const name = INTERPRETERS.has(program) && script !== undefined ? basename(script) : program;
  return printable(name) || 'unknown program';
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_NAME_LENGTH);
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
