// The layers between sessions and servers, built for this host: what is kept of eras and answers, and the key of the bridges.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import type { StateDb } from '../core/base/state-db.ts';
import type { Connections } from '../core/connections/connections.ts';
import type { CatalogReader } from '../core/connections/upstream.ts';
import { EraDetector } from '../core/eras/era-detector.ts';
import { EraStore } from '../core/eras/era-store.ts';
import type { Human } from '../core/eras/human.ts';
import type { TaskLayer } from '../core/eras/task-layer.ts';
import { type SignInWaits, Upstreams } from '../core/eras/upstreams.ts';
import { WarmStore } from '../core/eras/warm/warm-store.ts';

/** `close` ends the cache of answers; the connections themselves belong to `connections`. */
export function createUpstreams(options: {
  cacheDir: string;
  stateDb: StateDb;
  connections: Connections;
  catalog: CatalogReader;
  human: Human;
  clock: Clock;
  logger: Logger;
  signIns?: SignInWaits;
  tasks?: TaskLayer;
}): { readonly upstreams: Upstreams; readonly close: () => void } {
  const { cacheDir, stateDb, connections, catalog, human, clock, logger, signIns, tasks } = options;
  const warm = WarmStore.open(join(cacheDir, 'answers.db'), { now: () => clock.now(), logger });
  const detector = new EraDetector({
    store: new EraStore(stateDb),
    clock,
    openRaw: (...asked) => connections.open(...asked),
    entryOf: (name) => catalog.get(name),
    log: (server, text) => logger.info(text, { server }),
  });
  const stateKey = randomBytes(32);
  const upstreams = new Upstreams({
    connections,
    catalog,
    detector,
    warm,
    human,
    clock,
    stateKey,
    ...(signIns && { signIns }),
    ...(tasks && { tasks }),
  });
  return { upstreams, close: () => warm.close() };
}
