// Where sessions get their connections from: the layers between a session and a server, put together in one visible order.
//
//   session → kept answers → a person's answers → bridge between the generations → tasks → shared connection → server
//
// Each layer speaks the dialect of the side it faces; those that a pair does not need are left out.
import { hash } from 'node:crypto';
import { type PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import type { Era } from '../connections/era.ts';
import { SharedConnection } from '../connections/shared-connection.ts';
import type { HandshakeInfo } from '../connections/status-board.ts';
import type { CatalogReader, Upstream, UpstreamEvents } from '../connections/upstream.ts';
import type { Detected } from './era-detector.ts';
import { endpointDigest } from './era-store.ts';
import { observeFirstAnswer } from './first-answer.ts';
import type { Human } from './human.ts';
import { openWithHumanAnswers } from './human-answers.ts';
import { bridgeLegacyClient } from './legacy-client/legacy-client-bridge.ts';
import { bridgeModernClient } from './modern-client/modern-client-bridge.ts';
import type { Opener, TaskLayer } from './task-layer.ts';
import type { WarmStore } from './warm/warm-store.ts';
import { WarmUpstream } from './warm/warm-upstream.ts';

const DEFAULT_START_MS = 30_000;
const SHARED_SESSION = 'shared';
/** For one connection; then something else is wrong. */
const MOST_SIGN_INS = 2;
const ALWAYS = (): boolean => true;

/** What supervises the servers. The real one is `Connections`. */
interface RawConnections {
  /** `era`: what the server speaks. */
  open(
    name: string,
    sessionId: string,
    events: UpstreamEvents,
    era?: Era,
    client?: () => string,
    /** The requests may wait for a person to sign in. */
    mayWait?: () => boolean,
  ): Promise<Upstream>;
  noteHandshake(name: string, info: HandshakeInfo, sessionId: string): void;
  noteCall(name: string): void;
  noteTools(name: string, count: number): void;
  noteFailure(name: string, error: PortolanError): void;
}

/** What is known of signing in to the servers. The real one is `ServerSignIns`. */
export interface SignInWaits {
  /** Whose credentials reach a server now. */
  principalOf(name: string): Promise<string>;
  /** Waits for the person whom `error` asks for; false when it asks for nobody. Rejects when nobody came. */
  waitFor(
    error: PortolanError,
    waiting: { client: string; signal: AbortSignal; onWaiting: (isWaiting: boolean) => void },
  ): Promise<boolean>;
  /** The longest that a request waits for a person, in milliseconds. */
  readonly waitMs: number;
}

export interface UpstreamsOptions {
  readonly connections: RawConnections;
  readonly catalog: CatalogReader;
  readonly detector: {
    detect(server: string, sessionId: string, client: () => string): Promise<Detected>;
    contradict(server: string): void;
  };
  readonly warm: Pick<WarmStore, 'get' | 'set' | 'drop' | 'knows' | 'dropServer'>;
  readonly human: Human | undefined;
  readonly clock: Clock;
  /** Without it nobody is waited for. */
  readonly signIns?: SignInWaits;
  /** Without it tasks pass unseen. */
  readonly tasks?: TaskLayer;
  /** Authenticates what a bridge hands to clients and gets back; one per host. */
  readonly stateKey: Buffer;
}

const NO_SIGN_INS: SignInWaits = {
  principalOf: () => Promise.resolve('local'),
  waitFor: () => Promise.resolve(false),
  waitMs: 0,
};

/** One session's wish for a connection. */
interface Wish {
  readonly entry: ServerEntry;
  readonly sessionId: string;
  /** What the session's client speaks. */
  readonly dialect: Era;
  readonly client: () => string;
  /** Whose credentials reach the server. */
  readonly principal: string;
  /** Set while somebody is there to be asked. */
  readonly human: Human | undefined;
}

export class Upstreams {
  readonly #options: UpstreamsOptions;
  readonly #shared = new Map<string, SharedConnection>();
  readonly #eras = new Map<string, Era>();

  constructor(options: UpstreamsOptions) {
    this.#options = options;
  }

  /**
   * A connection in the caller's dialect, whatever the server speaks. A server whose answers are kept is opened behind: then its
   * failures come through the events.
   * @throws PortolanError whatever opening the connection and asking for its era throw.
   */
  async open(
    name: string,
    sessionId: string,
    events: UpstreamEvents,
    dialect: Era = 'legacy',
    client: () => string = () => 'a client',
  ): Promise<Upstream> {
    const { catalog, connections, human, signIns = NO_SIGN_INS, warm } = this.#options;
    const entry = catalog.get(name);
    // Nothing is told of a server that may not be used.
    if (entry?.options.enabled !== true) return connections.open(name, sessionId, events);
    const present = human?.isPresent() === true ? human : undefined;
    const principal = await signIns.principalOf(name);
    const wish: Wish = { entry, sessionId, dialect, client, principal, human: present };
    const about = { server: name, endpoint: endpointDigest(entry), principal, dialect };
    const upstream = new WarmUpstream({
      store: warm,
      keyOf: (variant) => ({ ...about, variant: present === undefined ? variant : `${variant} with a person` }),
      dialect,
      transport: entry.endpoint.type === 'stdio' ? 'stdio' : 'streamable-http',
      open: (to) => this.#openLayers(wish, to),
      events,
    });
    if (warm.knows(about)) void upstream.open(false);
    else await upstream.open(true);
    return upstream;
  }

  /** What a server was last found to speak in this host's life. */
  eraOf(name: string): Era | undefined {
    return this.#eras.get(name);
  }

  /** Forgets what was kept about a server, as when its tools must not be told from memory. */
  forget(name: string): void {
    this.#options.warm.dropServer(name);
  }

  /** Nothing to note: what counts is what the server itself has answered, and that is told where it comes in. */
  noteHandshake(): void {}

  noteCall(name: string): void {
    this.#options.connections.noteCall(name);
  }

  noteTools(name: string, count: number): void {
    this.#options.connections.noteTools(name, count);
  }

  noteFailure(name: string, error: PortolanError): void {
    this.#options.connections.noteFailure(name, error);
  }

  async #openLayers(wish: Wish, events: UpstreamEvents): Promise<Upstream> {
    const { entry, dialect, client, principal } = wish;
    const detected = await this.#detect(wish, events);
    this.#eras.set(entry.name, detected.era);
    const { era, discovered } = detected;
    const about = { server: entry.name, principal, era, dialect, client };
    const capabilities = discovered && { capabilities: discovered.capabilities };
    const seen = this.#options.tasks?.session({ ...about, ...capabilities });
    const raw = this.#opener(wish, detected);
    const open = seen?.toServer(raw) ?? raw;
    const bridge: Opener = (to) => this.#bridge(wish, detected, open, to);
    return (seen?.toClient(bridge) ?? bridge)(events);
  }

  async #bridge(wish: Wish, detected: Detected, open: Opener, events: UpstreamEvents): Promise<Upstream> {
    const { entry, dialect, client, human, principal } = wish;
    const { clock, signIns = NO_SIGN_INS, stateKey } = this.#options;
    // The supervision knows when a person is waited for; a bridge only waits long enough.
    const personMs = entry.endpoint.type === 'stdio' ? 0 : signIns.waitMs;
    const startMs = (entry.options.timeouts.startMs ?? DEFAULT_START_MS) + personMs;
    const bridged = { server: entry.name, client, open, events, clock, human, startMs };
    if (dialect === detected.era) {
      return human === undefined ? open(events) : openWithHumanAnswers({ ...bridged, human }, dialect);
    }
    if (dialect === 'modern') return bridgeModernClient({ ...bridged, stateKey, principal });
    const { discovered } = detected;
    return bridgeLegacyClient({ ...bridged, ...(discovered !== undefined && { discovered }) });
  }

  /** A server that has to be signed in to before it tells what it speaks is asked again when somebody has done so. */
  async #detect({ entry, sessionId, client }: Wish, events: UpstreamEvents): Promise<Detected> {
    const { detector, signIns = NO_SIGN_INS } = this.#options;
    for (let signedIn = 0; ; signedIn++) {
      try {
        return await detector.detect(entry.name, sessionId, client);
      } catch (error) {
        const onWaiting = (isWaiting: boolean): void => events.onPersonAsked?.('', isWaiting);
        const waiting = { client: client(), signal: new AbortController().signal, onWaiting };
        if (signedIn === MOST_SIGN_INS || !(await signIns.waitFor(toPortolanError(error), waiting))) throw error;
      }
    }
  }

  /** Opens the server itself, in its own era: first the connection over which it was asked for that, where there is one. */
  #opener(wish: Wish, detected: Detected): Opener {
    const { entry, sessionId, client } = wish;
    const { name } = entry;
    let probed = detected.opened;
    return async (events) => {
      const first = probed;
      probed = undefined;
      if (isShared(entry)) {
        await first?.upstream.close();
        return this.#sharedOf(wish, detected).attach(events);
      }
      const observed = this.#observed(name, sessionId, detected, events);
      if (first === undefined)
        return this.#options.connections.open(name, sessionId, observed, detected.era, client, ALWAYS);
      first.redirect(observed);
      if (detected.discovered !== undefined) this.#noteDiscovered(name, sessionId, detected);
      return first.upstream;
    };
  }

  #sharedOf({ entry, client, principal }: Wish, detected: Detected): SharedConnection {
    const { name } = entry;
    const key = hash('sha256', JSON.stringify([name, endpointDigest(entry), principal, detected.era]), 'hex');
    const known = this.#shared.get(key);
    if (known?.isGone === false) return known;
    const { clock, connections } = this.#options;
    const shared: SharedConnection = new SharedConnection({
      open: (events) => {
        const observed = this.#observed(name, SHARED_SESSION, detected, events);
        return connections.open(name, SHARED_SESSION, observed, detected.era, client, ALWAYS);
      },
      clock,
      onGone: () => {
        if (this.#shared.get(key) === shared) this.#shared.delete(key);
      },
    });
    this.#shared.set(key, shared);
    return shared;
  }

  /** Tells the supervision that the server has answered, whoever asked it, and the detector when the answer belies it. */
  #observed(name: string, sessionId: string, detected: Detected, events: UpstreamEvents): UpstreamEvents {
    return observeFirstAnswer(events, detected.era, {
      onReady: (info) => this.#options.connections.noteHandshake(name, info, sessionId),
      onOtherEra: () => this.#options.detector.contradict(name),
    });
  }

  #noteDiscovered(name: string, sessionId: string, { discovered }: Detected): void {
    const [protocolVersion = ''] = discovered?.supportedVersions ?? [];
    this.#options.connections.noteHandshake(name, { protocolVersion, serverInfo: discovered?.serverInfo }, sessionId);
  }
}

function isShared({ options }: ServerEntry): boolean {
  return options.sharing === 'shared';
}
