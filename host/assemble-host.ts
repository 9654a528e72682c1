// Puts the host's own parts (procedures, web, shims, status) around the core parts that it is given. Construction only.
import type { IncomingMessage } from 'node:http';
import { systemClock } from '../core/base/clock.ts';
import { PortolanError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { acceptShim, readShimRequest } from './connect.ts';
import type { EventHub } from './events.ts';
import { COMMAND_LINE, type CoreParts, type HostParts, WINDOW } from './parts.ts';
import type { RpcHandler } from './rpc.ts';
import type { Host, HostEnvironment } from './run-host.ts';
import type { ShutdownStep } from './shutdown.ts';
import { readStaticFiles } from './static-files.ts';
import { createToolCache, type ToolCache } from './tool-cache.ts';
import { createWebControl, type WebControl } from './web-control.ts';

/** `filesDir`: the built window. `shutdown`: closes the core parts, in order; the web host and the streams end before. */
export function assembleHost(options: {
  core: CoreParts;
  environment: HostEnvironment;
  events: EventHub;
  filesDir: string;
  shutdown: readonly ShutdownStep[];
  abandon(): Promise<void>;
}): Host & { readonly tools: ToolCache; readonly web: WebControl } {
  const { core, environment, events } = options;
  const { paths, logger, adoptions, fence, startedAt } = environment;
  const { gateway, httpGateway, audit } = core;
  const files = readStaticFiles(options.filesDir);
  const tools = createToolCache(async (name, caller) => (await gateway.localClient(caller, name)).listTools());
  const web = createWebControl({
    files,
    rpc: (req, res) => rpc(req, res, { caller: WINDOW }),
    logger: logger.child({ part: 'web' }),
    clock: systemClock,
    onSessionEnded: (id) =>
      audit.append({ kind: 'session.closed', outcome: 'allowed', client: WINDOW, what: `browser session ${id}` }),
  });
  const parts: HostParts = {
    ...core,
    events,
    logger,
    tools,
    web,
    stop: (mode) => environment.stop(mode),
    status: () => ({
      pid: process.pid,
      version: VERSION,
      startedAt: startedAt.toISOString(),
      dataDir: paths.home,
      socket: paths.socket,
      draining: environment.isDraining(),
      sessions: gateway.sessions().length,
      inFlight: gateway.inFlight(),
      ...(web.base === undefined ? {} : { web: web.base }),
      rssBytes: process.memoryUsage.rss(),
    }),
  };
  const beforeCall = () => {
    fence.assertHeld();
    if (environment.isDraining()) throw draining();
  };
  // The procedures with their schemas take as long to load as all the rest of the host, and a shim needs none of them.
  let loading: Promise<RpcHandler> | undefined;
  const rpc: RpcHandler = async (req, res, context) => {
    loading ??= import('./rpc.ts').then(({ createRpcHandler }) => createRpcHandler(parts, beforeCall));
    return (await loading)(req, res, context);
  };
  return {
    tools,
    web,
    rpc: (req, res) => rpc(req, res, { caller: isWindow(req) ? WINDOW : COMMAND_LINE }),
    file: (req, res, pathname) => files.serve(req, res, pathname),
    connect: async (req, socket, head) => {
      fence.assertHeld();
      await acceptShim({ request: readShimRequest(req, core.catalog), socket, head, gateway, adoptions });
    },
    // Clients over HTTP can start no host: while the gateway is on, this one stays.
    // What is kept only in memory would be lost by leaving unasked.
    isBusy: () =>
      httpGateway.isOn ||
      (core.vault.state().kind === 'memory' && core.vault.list().length > 0) ||
      gateway.sessions().length + gateway.inFlight() + events.readers + web.sessions + core.tasks.active > 0,
    idleMs: () => core.settings.get().idleExitMinutes * 60_000,
    drain: () => {
      // Its port is free for the next host while the calls here go on.
      httpGateway.drain();
      return gateway.drain();
    },
    abandon: () => options.abandon(),
    shutdown: [
      { name: 'event streams', run: () => events.close() },
      { name: 'web host', run: () => web.close() },
      { name: 'http gateway', run: () => httpGateway.close() },
      ...options.shutdown,
    ],
  };
}

/** The desktop window says so; it changes nothing but the name in the audit log. */
function isWindow(req: IncomingMessage): boolean {
  return req.headers['x-portolan-from'] === 'window';
}

function draining(): PortolanError {
  return new PortolanError('HOST_DRAINING', 'this Portolan host is about to leave', {
    hint: 'Try again in a moment: another one takes over.',
  });
}
