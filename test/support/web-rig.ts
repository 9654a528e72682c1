// A real web host on a free loopback port over the little parts, and what tests need to talk to it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { systemClock } from '../../core/base/clock.ts';
import { EventHub } from '../../host/events.ts';
import { type HostParts, WINDOW } from '../../host/parts.ts';
import { createRpcHandler } from '../../host/rpc.ts';
import { readStaticFiles } from '../../host/static-files.ts';
import { createToolCache } from '../../host/tool-cache.ts';
import { openWebHost, type WebHost } from '../../host/web-host.ts';
import { WebSessions } from '../../host/web-sessions.ts';
import { type LittleParts, littleParts } from './little-parts.ts';
import { tempDir } from './temp-dir.ts';

export interface WebRig {
  readonly host: WebHost;
  readonly port: number;
  readonly authority: string;
  readonly sessions: WebSessions;
  readonly parts: LittleParts;
  readonly events: EventHub;
  /** Procedures that ran. */
  calls(): number;
  /** A new session's bearer token. */
  token(): string;
}

/** All parts of a host over the little ones. `onCall` runs before each procedure. */
export function rigParts(core: LittleParts, events: EventHub): HostParts {
  return {
    ...core,
    events,
    logger: silentLogger,
    tools: createToolCache(async (name) => (await core.gateway.localClient(WINDOW, name)).listTools()),
    web: {
      base: undefined,
      sessions: 0,
      open: async () => ({ url: 'http://127.0.0.1:1/#code=x', base: 'http://127.0.0.1:1' }),
      revoke: () => 0,
      close: async () => undefined,
    },
    stop: () => undefined,
    status: () => ({
      pid: process.pid,
      version: '0.0.0',
      startedAt: '2026-01-01T00:00:00.000Z',
      dataDir: '/',
      socket: '/s',
      draining: false,
      sessions: 0,
      inFlight: 0,
      rssBytes: 0,
    }),
  };
}

export async function webRig(): Promise<WebRig> {
  const files = tempDir();
  mkdirSync(join(files, 'assets'));
  writeFileSync(join(files, 'index.html'), '<!doctype html><title>Portolan</title><h1>ok</h1>');
  writeFileSync(join(files, 'assets', 'app-abc.js'), 'export {};');
  writeFileSync(join(files, 'secret.bin'), 'not served');
  const parts = littleParts();
  const events = new EventHub();
  const sessions = new WebSessions({ clock: systemClock });
  let calls = 0;
  const rpc = createRpcHandler(rigParts(parts, events), () => {
    calls += 1;
  });
  const host = await openWebHost({
    port: 0,
    sessions,
    files: readStaticFiles(files),
    rpc: (req, res) => rpc(req, res, { caller: WINDOW }),
    logger: silentLogger,
  });
  onTestFinished(async () => {
    events.close();
    await host.close();
  });
  const authority = host.base.slice('http://'.length);
  return {
    host,
    port: Number(authority.split(':')[1]),
    authority,
    sessions,
    parts,
    events,
    calls: () => calls,
    token: () => {
      const opened = sessions.redeem(sessions.createCode());
      if (opened.kind !== 'opened') throw new Error('no session');
      return opened.token;
    },
  };
}

/** Header lines of a proper procedure call of our own page. */
export function rpcLines(rig: WebRig, token: string, body = '{}', path = '/rpc/system/status'): string[] {
  return [
    `POST ${path} HTTP/1.1`,
    `Host: ${rig.authority}`,
    `Origin: http://${rig.authority}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
}
