// The life of one host process: election, listening, serving, leaving in order. It knows nothing of what is served: that
// is loaded after the socket accepts, so that a client that starts a host can connect at once.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../core/base/clock.ts';
import { createLogger, type Logger } from '../core/base/logger.ts';
import { prepareDataDir, type Paths, resolvePaths } from '../core/base/paths.ts';
import { Redactor } from '../core/base/redact.ts';
import { PortolanError, toPortolanError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { type AdoptedSession, type Adoptions, createAdoptions, readAnnounced } from './adoptions.ts';
import { compareVersions } from './compare-versions.ts';
import { type ControlSocket, openControlSocket } from './control-socket.ts';
import { removeDescriptor, writeDescriptor } from './descriptor.ts';
import { createFence, type Fence } from './fence.ts';
import { finishHandOver } from './hand-over.ts';
import { watchIdle } from './idle.ts';
import { acquireInstanceLock } from './instance-lock.ts';
import { openLogFile } from './log-file.ts';
import { runShutdown, type ShutdownStep } from './shutdown.ts';
import { removeStartMarker } from './start-marker.ts';

const SHUTDOWN_MS = 5_000;
/** A host that could not be made answers with the reason for this long, so that whoever started it learns it. */
const TELL_FAILURE_MS = 3_000;
/** Between the answer to `stop` and leaving. */
const STOP_DELAY_MS = 50;

/** What one process gives to the host that runs in it. */
export interface HostEnvironment {
  readonly paths: Paths;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly fence: Pick<Fence, 'assertHeld'>;
  readonly adoptions: Adoptions;
  readonly startedAt: Date;
  isDraining(): boolean;
  /** Begins to leave; returns at once. */
  stop(mode: 'drain' | 'now'): void;
}

/** A host as its process sees it. */
export interface Host {
  rpc(req: IncomingMessage, res: ServerResponse): Promise<void>;
  file(req: IncomingMessage, res: ServerResponse, pathname: string): boolean;
  connect(req: IncomingMessage, socket: Socket, head: Buffer): Promise<void>;
  isBusy(): boolean;
  idleMs(): number;
  /** Finishes calls in flight and gives back what was read from each session and not forwarded. */
  drain(): Promise<readonly AdoptedSession[]>;
  /** In order; the last ones close what the first ones still write to. */
  readonly shutdown: readonly ShutdownStep[];
  /** Ends children and nothing else: this process is no longer the host. */
  abandon(): Promise<void>;
}

/**
 * Becomes the host of the data directory that `env` chooses, or resolves with `another` at once when one lives.
 * Resolves with `left` when the host has left; the caller then ends the process with that code.
 * Throws DATA_DIR_*, LOCK_UNSUPPORTED, ADDRESS_IN_USE.
 */
export async function runHost(options: {
  env: NodeJS.ProcessEnv;
  load(): Promise<(environment: HostEnvironment) => Promise<Host>>;
}): Promise<{ kind: 'another' } | { kind: 'left'; exitCode: number }> {
  const startedAt = new Date();
  const paths = resolvePaths(options.env);
  process.umask(0o077);
  const { repaired } = prepareDataDir(paths);
  const lock = acquireInstanceLock(paths.lock);
  if (lock === undefined) return { kind: 'another' };

  const redactor = new Redactor();
  const logFile = openLogFile(join(paths.logDir, 'host.log'));
  const logger = createLogger((line) => logFile.write(line), {
    fields: { pid: process.pid },
    redact: (text) => redactor.redact(text),
  });
  if (repaired.length > 0) logger.warn('took other users’ rights away', { paths: repaired });

  const done = Promise.withResolvers<number>();
  let state: 'running' | 'draining' | 'leaving' = 'running';
  let host: Host | undefined;
  let control: ControlSocket | undefined;

  const fence = createFence({
    lock,
    descriptor: paths.descriptor,
    pid: process.pid,
    onLost: () => {
      state = 'leaving';
      const gone = host?.abandon() ?? Promise.resolve();
      gone.then(
        () => done.resolve(1),
        () => done.resolve(1),
      );
    },
  });
  const adoptions = createAdoptions(systemClock, readAnnounced(paths.runDir));

  const closeDown = async (): Promise<void> => {
    idle.stop();
    await runShutdown(
      [
        { name: 'stop listening', run: () => control?.stopListening() },
        ...(host?.shutdown ?? []),
        { name: 'descriptor', run: () => removeDescriptor(paths.descriptor, process.pid) },
      ],
      { deadlineMs: SHUTDOWN_MS, logger },
    );
    adoptions.stop();
    fence.stop();
    logger.info('left');
    logFile.close();
    lock.release();
  };
  const leave = async (reason: string, exitCode: number): Promise<void> => {
    if (state === 'leaving') return;
    state = 'leaving';
    logger.info('leaving', { reason });
    await closeDown();
    control?.destroyAll();
    done.resolve(exitCode);
  };
  const handOver = async (version: string): Promise<void> => {
    logger.info('handing over to a newer host', { version });
    const sessions = (await host?.drain()) ?? [];
    state = 'leaving';
    await finishHandOver({ paths, sessions, closeDown });
    control?.destroyAll();
    done.resolve(0);
  };
  const failed = (what: string) => (error: unknown) => {
    logger.error(what, { error });
    void leave(what, 1);
  };
  const stop = (mode: 'drain' | 'now'): void => {
    if (state !== 'running') return;
    if (mode === 'drain') state = 'draining';
    const drained = mode === 'drain' ? host?.drain() : undefined;
    Promise.resolve(drained)
      .then(() => setTimeout(() => void leave('asked to stop', 0), STOP_DELAY_MS))
      .catch(failed('draining failed'));
  };

  const ready = Promise.withResolvers<Host>();
  // Whoever waits for it gets the rejection; without anyone waiting it must not end the process.
  ready.promise.catch(() => undefined);
  const idle = watchIdle({
    isBusy: () => host === undefined || host.isBusy() || (control?.open ?? 0) > 0,
    idleMs: () => host?.idleMs() ?? Number.POSITIVE_INFINITY,
    onIdle: () => void leave('idle', 0),
  });
  control = await openControlSocket({
    path: paths.socket,
    logger,
    handlers: {
      health: () => ({ pid: process.pid, version: VERSION, draining: state !== 'running' }),
      rpc: async (req, res) => (await ready.promise).rpc(req, res),
      file: async (req, res, pathname) => (await ready.promise).file(req, res, pathname),
      connect: async (req, socket, head) => {
        if (state !== 'running') throw draining();
        await (await ready.promise).connect(req, socket, head);
      },
      handOver: (version) => {
        if (compareVersions(version, VERSION) <= 0) throw notNewer(version);
        if (state !== 'running') return;
        state = 'draining';
        ready.promise.then(() => handOver(version)).catch(failed('the hand-over failed'));
      },
      adopt: (message) => adoptions.add(message),
    },
  });
  process.on('SIGTERM', () => void leave('SIGTERM', 0));
  process.on('SIGINT', () => void leave('SIGINT', 0));
  process.on('uncaughtException', failed('an uncaught exception'));
  process.on('unhandledRejection', failed('an unhandled rejection'));
  logger.info('listening', { version: VERSION, socket: paths.socket });

  try {
    const about = { pid: process.pid, version: VERSION, socket: paths.socket, startedAt: startedAt.toISOString() };
    const [create] = await Promise.all([options.load(), writeDescriptor(paths.descriptor, about)]);
    removeStartMarker(paths.runDir);
    const isDraining = () => state !== 'running';
    const { env } = options;
    host = await create({ paths, env, logger, redactor, fence, adoptions, startedAt, isDraining, stop });
    ready.resolve(host);
    logger.info('ready', { tookMs: Math.round(performance.now()) });
  } catch (error) {
    logger.error('the host could not be made', { error });
    ready.reject(toPortolanError(error));
    setTimeout(() => void leave('the start failed', 1), TELL_FAILURE_MS);
  }
  return { kind: 'left', exitCode: await done.promise };
}

function draining(): PortolanError {
  return new PortolanError('HOST_DRAINING', 'this Portolan host is about to leave', {
    hint: 'Try again in a moment: another one takes over.',
  });
}

function notNewer(version: string): PortolanError {
  return new PortolanError('FORBIDDEN', `a host of version ${VERSION} hands over to newer ones only`, {
    data: { version: version.slice(0, 64) },
  });
}
