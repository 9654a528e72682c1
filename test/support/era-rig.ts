// Era detection over real connections: bare processes and HTTP servers, a store on disk, and a clock that the test turns.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { StateDb } from '../../core/base/state-db.ts';
import type { Era } from '../../core/connections/era.ts';
import { openRemote } from '../../core/connections/open-remote.ts';
import { openStdio } from '../../core/connections/stdio-upstream.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import { EraDetector } from '../../core/eras/era-detector.ts';
import { EraStore } from '../../core/eras/era-store.ts';
import { type ServerEntry, serverEntrySchema } from '../../shared/model/server-entry.ts';
import { ManualClock } from './manual-clock.ts';
import { lives } from './processes.ts';
import { tempDir } from './temp-dir.ts';

const MODERN_STDIO = fileURLToPath(new URL('../fixtures/modern-stdio.mjs', import.meta.url));

export const remoteEntry = (url: string, options: object = {}, type = 'streamable-http'): ServerEntry =>
  serverEntrySchema.parse({ name: 'remote', endpoint: { type, url }, options });

export class EraRig {
  /** For the detector and HTTP; processes live by the machine's. */
  readonly clock = new ManualClock();
  readonly entries = new Map<string, ServerEntry>();
  readonly opened: { readonly upstream: Upstream; readonly era: Era; readonly sessionId: string }[] = [];
  readonly log: string[] = [];
  readonly store: EraStore;
  readonly detector: EraDetector;
  readonly record = join(tempDir(), 'record');

  constructor() {
    const state = StateDb.open(join(tempDir(), 'state.db'));
    onTestFinished(async () => {
      await Promise.all(this.opened.map(({ upstream }) => upstream.close()));
      state.close();
    });
    this.store = new EraStore(state);
    this.detector = new EraDetector({
      store: this.store,
      clock: this.clock,
      openRaw: (server, sessionId, events, era) => this.open(server, sessionId, events, era),
      entryOf: (server) => this.entries.get(server),
      log: (server, text) => void this.log.push(`${server}: ${text}`),
    });
  }

  /** A server over stdio: `kind` as in the fixture. */
  addStdio(kind: string, options: object = {}): ServerEntry {
    return this.addCommand(kind, [process.execPath, MODERN_STDIO, kind, this.record], options);
  }

  addCommand(name: string, [command, ...args]: readonly string[], options: object = {}): ServerEntry {
    return this.add(serverEntrySchema.parse({ name, endpoint: { type: 'stdio', command, args }, options }));
  }

  add(entry: ServerEntry): ServerEntry {
    this.entries.set(entry.name, entry);
    return entry;
  }

  async open(server: string, sessionId: string, events: UpstreamEvents, era: Era): Promise<Upstream> {
    const entry = this.entries.get(server);
    if (entry === undefined) throw new Error('no such entry');
    const resolved = { ...entry, secretValues: [] };
    const clock: Clock | undefined = entry.endpoint.type === 'stdio' ? undefined : this.clock;
    const upstream = clock
      ? openRemote(resolved, events, { logger: silentLogger, clock, era })
      : await openStdio(resolved, events, { logger: silentLogger, runDir: join(tempDir(), 'run'), sessionId });
    this.opened.push({ upstream, era, sessionId });
    return upstream;
  }

  /** What processes have received: the process id and the method of each line. */
  received(): [pid: number, method: string][] {
    return readFileSync(this.record, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [, pid, text] = /^(\d+) (.*)$/.exec(line) ?? [];
        return [Number(pid), (JSON.parse(text ?? '') as { method: string }).method];
      });
  }

  /** The processes that were started, and those of them that live. */
  get pids(): readonly number[] {
    return this.opened.flatMap(({ upstream }) => upstream.pid ?? []);
  }

  get living(): readonly number[] {
    return this.pids.filter(lives);
  }
}
