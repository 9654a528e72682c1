// What the tests of the audit log share: opening real logs in temporary folders, and events to put in them.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { AuditLogLimits, AuditLogOptions } from '../../../core/audit/audit-log-options.ts';
import { type AuditEvent, AuditLog } from '../../../core/audit/audit-log.ts';
import { silentLogger } from '../../../core/base/logger.ts';
import { listNumbered } from '../../../core/audit/layout.ts';
import { parseRecord, splitLine, type AuditRecord } from '../../../core/audit/record.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** Small enough that a few events roll segments and journals. */
export const SMALL: AuditLogLimits = {
  segment: { bytes: 67_108_864, records: 7 },
  journalBytes: 4096,
  groupMs: 1,
  retryMs: 20,
};

export interface Home {
  readonly home: string;
  readonly dir: string;
  readonly cacheDir: string;
}

/**
 * A folder for one log. In memory where the system has such a place: what is tested is what a process loses when it dies, for
 * which a page cache is a disk, and hundreds of real syncs would make the tests wait for other users of the disk.
 */
export function auditHome(home = memoryDir() ?? tempDir()): Home {
  return { home, dir: join(home, 'audit'), cacheDir: join(home, 'cache') };
}

function memoryDir(): string | undefined {
  try {
    const dir = mkdtempSync('/dev/shm/portolan-test-');
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    return dir;
  } catch {
    return undefined;
  }
}

/** An open log that is closed when the test ends. */
export async function openLog(home: Home, options: Partial<AuditLogOptions> = {}): Promise<AuditLog> {
  const log = await AuditLog.open({ dir: home.dir, cacheDir: home.cacheDir, logger: silentLogger, ...options });
  onTestFinished(() => log.close());
  return log;
}

export function intent(number: number, extra: Partial<AuditEvent> = {}): AuditEvent {
  return {
    kind: 'call.intent',
    outcome: 'allowed',
    client: { name: 'claude-desktop', version: '1.0' },
    server: 'github',
    tool: `tool_${number}`,
    method: 'tools/call',
    session: 'session-a',
    requestId: String(number),
    argumentsBytes: number,
    ...extra,
  };
}

/** A closed log of `count` records; gives its folder. */
export async function writtenLog(count: number, limits: Partial<AuditLogLimits> = {}): Promise<Home> {
  const home = auditHome();
  const log = await AuditLog.open({ dir: home.dir, cacheDir: home.cacheDir, logger: silentLogger, limits });
  for (let i = 1; i <= count; i++) log.append(intent(i));
  await log.close();
  return home;
}

/** A copy of a log, as an auditor or an attacker takes one. */
export function copyOf(home: Home): Home {
  const copy = auditHome();
  cpSync(home.dir, copy.dir, { recursive: true });
  return copy;
}

/** Every line of every segment, without line feeds. */
export function segmentLines(dir: string): string[] {
  const segments = join(dir, 'segments');
  return listNumbered(segments).flatMap((file) =>
    readFileSync(join(segments, `${String(file).padStart(8, '0')}.jsonl`), 'utf8')
      .split('\n')
      .slice(0, -1),
  );
}

export function recordsOf(dir: string): AuditRecord[] {
  return segmentLines(dir).map((line) => {
    const split = splitLine(Buffer.from(line));
    const record = split === undefined ? undefined : parseRecord(split.preimage);
    if (record === undefined) throw new Error(`not a record: ${line.slice(0, 80)}`);
    return record;
  });
}

export interface ChildRun {
  readonly pid: number;
  /** What it has said so far, line by line. */
  readonly lines: string[];
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  kill(): void;
}

/** Runs append-child.ts as a real process of its own, optionally under another program. */
export function runChild(home: Home, mode: string, under: readonly string[] = []): ChildRun {
  const script = fileURLToPath(new URL('./append-child.ts', import.meta.url));
  const [command, ...args] = [...under, process.execPath, script, home.dir, home.cacheDir, mode];
  const child = spawn(command ?? process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text));
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code !== 0 && code !== null) reject(new Error(`the child failed with ${code}: ${problems}`));
      else resolve({ code, signal });
    });
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { pid: child.pid ?? 0, lines, exited, kill: () => void child.kill('SIGKILL') };
}
