// Can the kernel run this file? Asked before starting it, because the C library answers ENOEXEC by handing the file to
// /bin/sh: garbage would run as a shell script, and the cause would be lost.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { extname } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';

const HEAD_BYTES = 256;
/** e_machine values (ELF header, byte 18) that each processor runs. */
const ELF_MACHINES: Readonly<Record<string, readonly number[]>> = {
  x64: [62, 3],
  ia32: [3],
  arm64: [183, 40],
  arm: [40],
  riscv64: [243],
  ppc64: [21],
  s390x: [22],
  loong64: [258],
};
const MACH_O = new Set(['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', 'cafebabf']);

/**
 * Gives the interpreter of a script (`#!` line), or undefined for a native program.
 * @throws PortolanError SPAWN_WRONG_FORMAT when the file is neither, or is made for another processor
 */
export function checkExecutableFormat(file: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (platform === 'win32') return undefined;
  const head = readHead(file);
  // Readable is not needed for running: the kernel decides.
  if (head === undefined) return undefined;
  if (head.toString('latin1', 0, 2) === '#!') return /^#!\s*(\S+)/.exec(head.toString('latin1'))?.[1];
  if (platform === 'darwin') {
    if (MACH_O.has(head.toString('hex', 0, 4))) return undefined;
  } else if (isElf(head)) {
    if (runsHere(head) || hasBinfmtHandler(head, file)) return undefined;
    throw wrongFormat(file, 'is made for another kind of processor', 'Install the build for this machine.');
  } else if (hasBinfmtHandler(head, file)) return undefined;
  throw wrongFormat(
    file,
    'is neither a program nor a script that names its interpreter',
    'Give the interpreter as the command and this file as its argument, or begin the file with a line such as #!/bin/sh.',
  );
}

function wrongFormat(file: string, why: string, hint: string): PortolanError {
  return new PortolanError('SPAWN_WRONG_FORMAT', `${file} ${why}.`, { hint, data: { path: file } });
}

function readHead(file: string): Buffer | undefined {
  try {
    const fd = openSync(file, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function isElf(head: Buffer): boolean {
  return head.length >= 20 && head.toString('latin1', 0, 4) === '\x7fELF';
}

function runsHere(elf: Buffer): boolean {
  const machine = elf[5] === 2 ? elf.readUInt16BE(18) : elf.readUInt16LE(18);
  return ELF_MACHINES[process.arch]?.includes(machine) ?? true;
}

/** Linux can be told of further formats (binfmt_misc: emulators, Wine, WSL). */
function hasBinfmtHandler(head: Buffer, file: string): boolean {
  const dir = '/proc/sys/fs/binfmt_misc';
  try {
    return readdirSync(dir)
      .filter((name) => name !== 'register' && name !== 'status')
      .some((name) => matchesRule(readFileSync(`${dir}/${name}`, 'latin1'), head, file));
  } catch {
    return false;
  }
}

/** One rule as the kernel prints it: `enabled`, then `extension .x`, or `offset`, `magic` and perhaps `mask` in hex. */
export function matchesRule(rule: string, head: Buffer, file: string): boolean {
  if (!rule.startsWith('enabled')) return false;
  const value = (key: string) => new RegExp(`^${key} (\\S+)$`, 'm').exec(rule)?.[1];
  const extension = value('extension');
  if (extension !== undefined) return extname(file) === extension;
  const magic = Buffer.from(value('magic') ?? '', 'hex');
  const mask = Buffer.from(value('mask') ?? '', 'hex');
  const offset = Number(value('offset') ?? 0);
  if (magic.length === 0 || head.length < offset + magic.length) return false;
  return magic.every((byte, i) => ((head[offset + i] ?? 0) & (mask[i] ?? 0xff)) === byte);
}
