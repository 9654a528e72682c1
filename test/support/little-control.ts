// The contract over the little parts on a real control socket in this process, with the events that they tell.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { createClient, type HostClient } from '../../host/control-client.ts';
import { openControlSocket } from '../../host/control-socket.ts';
import { EventHub } from '../../host/events.ts';
import { createFeed } from '../../host/feed.ts';
import { COMMAND_LINE } from '../../host/parts.ts';
import { createRpcHandler } from '../../host/rpc.ts';
import { PortolanError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import { type LittleParts, littleParts } from './little-parts.ts';
import { tempDir } from './temp-dir.ts';
import { rigParts } from './web-rig.ts';

export interface LittleControl {
  readonly parts: LittleParts;
  readonly events: EventHub;
  readonly client: HostClient;
}

/** Answers at `path` until the test is over. */
export async function littleControl(path = join(tempDir(), 'host.sock')): Promise<LittleControl> {
  const parts = littleParts();
  const events = new EventHub();
  const feed = createFeed(events, { clock: systemClock, auditState: () => undefined });
  parts.signIns.tell = {
    signIns: (list) => feed.signIns(list),
    identities: (list) => feed.identities(list),
    server: (status) => feed.serverSignIn(status),
  };
  const rpc = createRpcHandler(rigParts(parts, events), () => undefined);
  const refuse = async (): Promise<never> => {
    throw new PortolanError('FORBIDDEN', 'not here');
  };
  const control = await openControlSocket({
    path,
    logger: silentLogger,
    handlers: {
      health: () => ({ pid: process.pid, version: VERSION, draining: false }),
      rpc: (req, res) => rpc(req, res, { caller: COMMAND_LINE }),
      file: async () => false,
      connect: refuse,
      handOver: () => undefined,
      adopt: () => undefined,
    },
  });
  onTestFinished(() => {
    events.close();
    feed.stop();
    control.stopListening();
    control.destroyAll();
  });
  return { parts, events, client: createClient(path) };
}
