// A connection to a server over its process's stdin and stdout (MCP 2025-11-25 and 2026-07-28, Transports, stdio).
// It passes frames and tells what happened; it never restarts a process and never sends a request twice.
import { PortolanError } from '../../shared/errors.ts';
import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { Redactor } from '../base/redact.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import { LISTEN } from './era.ts';
import { ErrorLog } from './error-log.ts';
import type { Frame } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { LineFramer } from './line-framer.ts';
import { NoiseMeter } from './noise-meter.ts';
import { MAX_PENDING_REQUESTS, PendingRequests } from './pending-requests.ts';
import { StdinQueue } from './stdin-queue.ts';
import { type ExitInfo, type StdioProcess, type StdioProcessOptions, startStdioProcess } from './stdio-process.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';

/** After the exit, what is still in the pipes is read this long: a descendant may hold them open for ever. */
const READ_OUT_MS = 250;

export interface StdioOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly runDir: string;
  readonly sessionId: string;
  readonly hostEnv?: NodeJS.ProcessEnv;
  /** PATH for the child instead of the host's. */
  readonly path?: string | undefined;
  readonly approve?: StdioProcessOptions['approve'];
}

/**
 * Starts the server's process and connects to it. Its stderr goes to `onLog` line by line (8 KiB at most each, known
 * secrets taken out); stdout lines that are no MCP messages are counted and otherwise ignored.
 * @throws PortolanError SPAWN_* when it cannot be started; what `approve` throws; UNSUPPORTED when the endpoint is not a command
 */
export async function openStdio(
  server: ResolvedServer,
  events: UpstreamEvents,
  options: StdioOptions,
): Promise<Upstream> {
  const { endpoint, secretValues } = server;
  if (endpoint.type !== 'stdio') throw new PortolanError('UNSUPPORTED', 'This server is not started by a command.');
  const { clock = systemClock, runDir, hostEnv, path, approve } = options;
  const logger = options.logger.child({ server: server.name, session: options.sessionId });
  const redactor = new Redactor();
  for (const value of secretValues) redactor.addSecret(value);
  const redact = (text: string) => redactor.redact(text);
  const errorLog = new ErrorLog(redact, (line) => events.onLog('stderr', line));
  const child = await startStdioProcess(endpoint, {
    runDir,
    clock,
    logger,
    path,
    approve,
    onErrorOutput: (bytes) => errorLog.push(bytes),
    ...(hostEnv === undefined ? {} : { hostEnv }),
  });
  logger.info('server process started', { pid: child.pid });
  return connect(child, events, clock, redact, errorLog);
}

function connect(
  child: StdioProcess,
  events: UpstreamEvents,
  clock: Clock,
  redact: (text: string) => string,
  errorLog: ErrorLog,
): Upstream {
  const { stdin, stdout, stderr } = child;
  const pending = new PendingRequests();
  const queue = new StdinQueue(stdin, offerRoom);
  const noise = new NoiseMeter((text) => events.onLog('stdout-noise', redact(text)), clock);
  let cause: string | undefined;
  let closed = false;
  /** A frame was refused since room was last offered. */
  let hasRefused = false;
  let givingUp: Timer | undefined;
  let exit: ExitInfo | undefined;

  /** Why stdout is not read: the other side takes no more, or a long message is being read. */
  const pauses = { byOwner: false, byReader: false };

  const frames = new FrameReader({
    onFrame,
    onUnreadable: (_error, line) => noise.add(line),
    onBusy: (isBusy) => {
      pauses.byReader = isBusy;
      setFlow();
    },
  });
  const stdoutLines = new LineFramer((line) => {
    if (!closed) frames.take(line);
  }, onTooLarge);

  function onFrame(frame: Frame): void {
    if (closed) return;
    if (frame.kind === 'response' && frame.id !== undefined) pending.settle(frame.id);
    events.onFrame(frame);
    offerRoom();
  }

  function offerRoom(): void {
    if (closed || !hasRefused) return;
    hasRefused = false;
    events.onDrain?.();
  }

  /** After the exit a long message stops nothing: what is left is no more than a pipe holds, and has to be read in time. */
  function setFlow(): void {
    if (pauses.byOwner || (pauses.byReader && exit === undefined)) stdout.pause();
    else stdout.resume();
  }

  function onTooLarge(bytes: number): void {
    const error = new PortolanError('FRAME_TOO_LARGE', 'The server sent a message that is longer than allowed.', {
      hint: 'Ask for less at once.',
      data: { bytes, sent: true },
    });
    events.onLog('portolan', `${error.message} It was dropped after ${bytes} bytes.`);
    // With several requests waiting nobody can tell whose answer it was.
    const id = pending.takeOnly();
    if (id !== undefined) events.onRequestFailed(id, error);
  }

  /**
   * A pipe has ended. Usually the exit follows at once; if not, the process is of no use any more: it is ended, and the
   * exit does the rest.
   */
  function giveUp(why: string): void {
    if (closed || givingUp !== undefined) return;
    givingUp = clock.setTimeout(() => {
      cause ??= why;
      void child.stop();
    }, READ_OUT_MS);
  }

  function finish(exit: ExitInfo): void {
    if (closed) return;
    givingUp?.cancel();
    stdoutLines.end();
    errorLog.end();
    noise.stop();
    const neverSent = queue.drop();
    for (const id of pending.drain()) events.onRequestFailed(id, exitError(exit, !neverSent.has(id)));
    closed = true;
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    const error = exitError(exit);
    events.onLog('portolan', error.message);
    events.onClosed(error);
  }

  function exitError({ code, signal }: ExitInfo, sent?: boolean): PortolanError {
    const lastErrorLine = errorLog.lastLine;
    const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
    return new PortolanError(
      'SERVER_EXITED',
      `The server's process ended (${how})${cause === undefined ? '' : `: ${cause}`}.`,
      {
        hint: 'Read the server’s log for the cause. A new connection starts it again.',
        data: {
          exitCode: code,
          signal,
          ...(lastErrorLine === undefined ? {} : { lastErrorLine }),
          ...(sent === undefined ? {} : { sent }),
        },
      },
    );
  }

  stdout.on('data', (chunk: Buffer) => stdoutLines.push(chunk));
  stdout.once('end', () => giveUp('it closed its output'));
  stdin.on('error', () => giveUp('it closed its input'));
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  void child.exited.then(async (info) => {
    exit = info;
    givingUp?.cancel();
    await frames.whenRead();
    await readOut(child, clock);
    stdoutLines.end();
    await frames.whenRead();
    finish(info);
  });
  for (const name of child.loaderVariables) {
    events.onLog('portolan', `The entry sets ${name}, which makes programs load code.`);
  }

  return {
    transport: 'stdio',
    pid: child.pid,
    /** After `onClosed` frames are dropped. */
    send(frame) {
      if (closed) return;
      try {
        if (frame.kind === 'request' && pending.isFull) throw busy();
        queue.push(frame);
      } catch (error) {
        hasRefused = true;
        throw error;
      }
      if (frame.kind === 'request' && frame.id !== undefined) pending.add(frame.id, frame.method === LISTEN);
      if (frame.method !== 'notifications/cancelled') return;
      pending.cancel(cancelledId(frame));
      // Not at once: the sender is not done with this frame.
      queueMicrotask(offerRoom);
    },
    pause() {
      pauses.byOwner = true;
      setFlow();
    },
    resume() {
      pauses.byOwner = false;
      setFlow();
    },
    close: async () => {
      cause ??= 'Portolan stopped it';
      await child.stop();
      // Without an exit it hangs in the kernel, even after SIGKILL.
      finish(exit ?? { code: null, signal: null });
    },
  };
}

/**
 * Waits until both pipes are read to their end, or a moment. Node resumes paused pipes at the exit: what is left then is
 * no more than a pipe holds.
 */
async function readOut({ stdout, stderr }: StdioProcess, clock: Clock): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.setTimeout(resolve, READ_OUT_MS);
    const check = () => {
      if (![stdout, stderr].every((stream) => stream.readableEnded || stream.destroyed)) return;
      timer.cancel();
      resolve();
    };
    for (const stream of [stdout, stderr]) stream.once('end', check).once('close', check);
    check();
  });
}

function busy(): PortolanError {
  return new PortolanError('SERVER_BUSY', `${MAX_PENDING_REQUESTS} requests wait for this server already.`, {
    hint: 'Try again when some are answered, or restart the server.',
  });
}

function cancelledId({ message }: Frame): unknown {
  const params = message['params'];
  return typeof params === 'object' && params !== null && 'requestId' in params ? params.requestId : undefined;
}
