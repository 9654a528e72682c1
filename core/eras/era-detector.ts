// Knows which generation of the protocol each server speaks: by its entry, by an earlier verdict, or by asking the server.
import { PortolanError } from '../../shared/errors.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import { type Era, MODERN_VERSIONS } from '../connections/era.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';
import type { DiscoverResult } from './discover-result.ts';
import { probeEra, type Verdict } from './era-probe.ts';
import { endpointDigest, type EraStore } from './era-store.ts';
import { ProbeFeed } from './probe-feed.ts';

const PROBE_MS = 5_000;

export interface Detected {
  readonly era: Era;
  /** What a modern server said of itself, while that may still be used. */
  readonly discovered?: DiscoverResult;
  /**
   * The probe's own connection to a modern server, for the session that asked, to be used on or closed. Until `redirect` names
   * its reader, what it reports is kept.
   */
  readonly opened?: { readonly upstream: Upstream; redirect(events: UpstreamEvents): void };
}

export interface EraDetectorOptions {
  readonly store: Pick<EraStore, 'get' | 'put' | 'forget'>;
  readonly clock: Clock;
  /** Opens the bare connection of a session, as if the server spoke `era`. */
  readonly openRaw: (
    server: string,
    sessionId: string,
    events: UpstreamEvents,
    era: Era,
    client: () => string,
    mayWait: () => boolean,
  ) => Promise<Upstream>;
  readonly entryOf: (server: string) => ServerEntry | undefined;
  /** One line about a verdict, for the log of the server. */
  readonly log: (server: string, text: string) => void;
}

interface Probed {
  readonly verdict: Verdict;
  readonly opened: Detected['opened'] | undefined;
}

/** As much of a verdict as a caller is told. */
type Known = Pick<Detected, 'era' | 'discovered'>;

export class EraDetector {
  readonly #options: EraDetectorOptions;
  /** Probes over HTTP that are going on, by server and endpoint. */
  readonly #probes = new Map<string, Promise<Probed>>();

  constructor(options: EraDetectorOptions) {
    this.#options = options;
  }

  /**
   * What the server speaks: its entry decides, else an earlier verdict, else the server is asked. Sessions that ask an HTTP server
   * at the same time share one question; a process that is asked belongs to the session, and has ended when it is legacy.
   * @throws PortolanError SERVER_NOT_FOUND, what `openRaw` throws, and what `probeEra` throws: no verdict is kept then
   */
  async detect(server: string, sessionId: string, client: () => string = () => 'a client'): Promise<Detected> {
    const entry = this.#options.entryOf(server);
    if (entry === undefined) {
      throw new PortolanError('SERVER_NOT_FOUND', `There is no server "${server}" in the catalog.`, {
        hint: 'List the servers with: portolan list',
      });
    }
    const { endpoint, options } = entry;
    if (endpoint.type === 'sse' || options.protocolEra === 'legacy') return { era: 'legacy' };
    const known = this.#options.store.get(entry, this.#options.clock.now());
    if (options.protocolEra === 'modern') return detected(known?.era === 'modern' ? known : { era: 'modern' });
    if (known !== undefined && isSpoken(known)) return detected(known);
    if (endpoint.type !== 'stdio') return this.#probeOnce(entry, sessionId, client);
    const { opened, verdict } = await this.#probe(entry, sessionId, client);
    return detected(verdict, opened);
  }

  /** The verdict was wrong, as when a server refuses `initialize` or does not know a modern request: the next session asks anew. */
  contradict(server: string): void {
    this.#options.store.forget(server);
  }

  async #probeOnce(entry: ServerEntry, sessionId: string, client: () => string): Promise<Detected> {
    const key = `${entry.name} ${endpointDigest(entry)}`;
    const running = this.#probes.get(key);
    if (running !== undefined) return detected((await running).verdict);
    const probe = this.#probe(entry, sessionId, client).finally(() => this.#probes.delete(key));
    this.#probes.set(key, probe);
    const { opened, verdict } = await probe;
    return detected(verdict, opened);
  }

  async #probe(entry: ServerEntry, sessionId: string, client: () => string): Promise<Probed> {
    const { clock, openRaw, store, log } = this.#options;
    const feed = new ProbeFeed();
    let isKept = false;
    // The question itself waits for nobody: it has little time.
    const upstream = await openRaw(entry.name, sessionId, feed, 'modern', client, () => isKept);
    try {
      const timeoutMs = Math.min(PROBE_MS, entry.options.timeouts.startMs ?? PROBE_MS);
      const verdict = await probeEra(upstream, feed, { clock, timeoutMs });
      store.put(entry, verdict, clock.now());
      log(entry.name, `The server speaks the ${verdict.era} protocol.`);
      isKept = verdict.era === 'modern';
      const opened = { upstream, redirect: (events: UpstreamEvents) => feed.redirect(events) };
      return { verdict, opened: isKept ? opened : undefined };
    } finally {
      // A legacy process may be in any state after a message it does not know: it gets no second one.
      if (!isKept) await upstream.close();
    }
  }
}

function detected(verdict: Known, opened?: Detected['opened']): Detected {
  const { era, discovered } = verdict;
  return { era, ...(discovered === undefined ? {} : { discovered }), ...(opened === undefined ? {} : { opened }) };
}

/** False for a modern version that this Portolan does not speak: another one may have found it. */
function isSpoken(verdict: Verdict): boolean {
  return verdict.era === 'legacy' || MODERN_VERSIONS.includes(verdict.version);
}
