// Starts test/fixtures/evil-stdio.mjs and other commands as stdio servers and collects what they report.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import type { ResolvedServer } from '../../core/catalog/resolve.ts';
import { type Frame, frameOf } from '../../core/connections/frame.ts';
import { openStdio } from '../../core/connections/stdio-upstream.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import type { PortolanError } from '../../shared/errors.ts';
import { type ServerEntry, serverEntrySchema } from '../../shared/model/server-entry.ts';
import { ManualClock } from './manual-clock.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export const EVIL_STDIO = fileURLToPath(new URL('../fixtures/evil-stdio.mjs', import.meta.url));

/** Everything that one connection reports, in order. */
export class Recorder implements UpstreamEvents {
  readonly frames: Frame[] = [];
  readonly failures: { id: string; error: PortolanError }[] = [];
  readonly logs: { source: string; text: string }[] = [];
  readonly closed: PortolanError[] = [];
  drains = 0;

  onFrame(frame: Frame): void {
    this.frames.push(frame);
  }

  onRequestFailed(id: string, error: PortolanError): void {
    this.failures.push({ id, error });
  }

  onClosed(error: PortolanError): void {
    this.closed.push(error);
  }

  onDrain(): void {
    this.drains += 1;
  }

  onLog(source: string, text: string): void {
    this.logs.push({ source, text });
  }

  /** The result of the request with this number, once it is there. */
  async result(id: number): Promise<Record<string, unknown>> {
    const frame = await until(() => this.frames.find((each) => each.id === String(id)), `request ${id} is answered`);
    return frame.message['result'] as Record<string, unknown>;
  }
}

export function request(id: number, method: string, params: object = {}): Frame {
  return frameOf({ jsonrpc: '2.0', id, method, params });
}

export const initialize = (id = 0): Frame => request(id, 'initialize', { protocolVersion: '2025-11-25' });

/** A catalog entry that starts evil-stdio with these modes. */
export function evilEntry(
  name: string,
  modes: readonly string[],
  endpoint: object = {},
  options: object = {},
): ServerEntry {
  const command = { type: 'stdio', command: process.execPath, args: [EVIL_STDIO, ...modes], ...endpoint };
  return serverEntrySchema.parse({ name, endpoint: command, options });
}

function resolved(entry: ServerEntry, secretValues: readonly string[] = []): ResolvedServer {
  return { ...entry, secretValues };
}

export interface OpenedServer {
  readonly upstream: Upstream;
  readonly events: Recorder;
  readonly runDir: string;
}

/** Opens a server for one test, which ends with it. */
export async function openServer(
  entry: ServerEntry,
  options: { clock?: Clock; runDir?: string; hostEnv?: NodeJS.ProcessEnv; secretValues?: readonly string[] } = {},
): Promise<OpenedServer> {
  const events = new Recorder();
  const { runDir = join(tempDir(), 'run'), clock, hostEnv, secretValues } = options;
  const upstream = await openStdio(resolved(entry, secretValues), events, {
    logger: silentLogger,
    runDir,
    sessionId: 'a'.repeat(32),
    ...(clock === undefined ? {} : { clock }),
    ...(hostEnv === undefined ? {} : { hostEnv }),
  });
  onTestFinished(async () => {
    // A standing clock would hold the end back.
    const pump = clock instanceof ManualClock ? setInterval(() => clock.advance(100), 5) : undefined;
    await upstream.close();
    clearInterval(pump);
  });
  return { upstream, events, runDir };
}
