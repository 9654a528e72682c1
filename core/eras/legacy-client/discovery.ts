// Learns what a modern server is before a legacy client's handshake is answered: at once when that is known, else by
// `server/discover`. (MCP 2026-07-28, Discovery)
import { PortolanError } from '../../../shared/errors.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { objectOf, textOf } from '../../base/json-object.ts';
import { DISCOVER, MODERN_VERSIONS } from '../../connections/era.ts';
import { exactIdKey, type Frame } from '../../connections/frame.ts';
import { type DiscoverResult, readDiscoverResult } from '../discover-result.ts';
import { noCommonVersion, otherVersion, refusedVersion } from './answer-map.ts';

export interface Discovered {
  readonly server: DiscoverResult;
  /** The newest version that both speak. */
  readonly version: string;
}

export interface DiscoveryOptions {
  readonly known: DiscoverResult | undefined;
  readonly nextId: () => string;
  /** A request of our own in this version. */
  readonly requestFor: (id: string, method: string, version: string) => Frame;
  readonly send: (frame: Frame) => void;
  readonly clock: Clock;
  readonly startMs: number;
}

interface Asked {
  readonly id: string;
  readonly resolve: (answer: Frame) => void;
  readonly reject: (error: PortolanError) => void;
}

export class Discovery {
  readonly #options: DiscoveryOptions;
  #asked: Asked | undefined;
  #timer: Timer | undefined;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /**
   * What the server is. A version that it refuses is tried once more as one that it names.
   * @throws PortolanError SERVER_START_TIMEOUT, PROTOCOL_ERROR when it speaks none of our versions or answers otherwise, and
   *   whatever the connection reports
   */
  async run(): Promise<Discovered> {
    const server = this.#options.known ?? (await this.#ask());
    const version = MODERN_VERSIONS.find((each) => server.supportedVersions.includes(each));
    if (version === undefined) throw new PortolanError('PROTOCOL_ERROR', noCommonVersion(server.supportedVersions));
    return { server, version };
  }

  /** Takes the answer to our own request: false for every other frame. */
  take(frame: Frame): boolean {
    const asked = frame.kind === 'response' && this.#isOurs(frame.id) ? this.#asked : undefined;
    asked?.resolve(frame);
    return asked !== undefined;
  }

  /** The connection gives no answer to the request with this id (source text). False when it is none of ours. */
  failed(id: string, error: PortolanError): boolean {
    if (!this.#isOurs(id)) return false;
    this.#asked?.reject(error);
    return true;
  }

  /** The connection is over. */
  stop(error: PortolanError): void {
    this.#asked?.reject(error);
  }

  async #ask(): Promise<DiscoverResult> {
    const { clock, startMs } = this.#options;
    this.#timer = clock.setTimeout(() => this.#asked?.reject(tooLate(startMs)), startMs);
    try {
      const [newest = ''] = MODERN_VERSIONS;
      let answer = await this.#discover(newest);
      const refused = refusedVersion(answer);
      if (refused !== undefined) {
        const other = otherVersion(refused, newest);
        if (other === undefined) throw new PortolanError('PROTOCOL_ERROR', noCommonVersion(refused));
        answer = await this.#discover(other);
      }
      const result = readDiscoverResult(answer);
      if (result !== undefined) return result;
      throw notDiscovered(answer);
    } finally {
      this.#timer.cancel();
      this.#asked = undefined;
    }
  }

  #discover(version: string): Promise<Frame> {
    const { nextId, requestFor, send } = this.#options;
    const id = nextId();
    return new Promise((resolve, reject) => {
      this.#asked = { id, resolve, reject };
      send(requestFor(id, DISCOVER, version));
    });
  }

  #isOurs(id: string | undefined): boolean {
    return this.#asked !== undefined && id !== undefined && exactIdKey(id) === exactIdKey(this.#asked.id);
  }
}

function notDiscovered(answer: Frame): PortolanError {
  const message = textOf(objectOf(answer.message['error'])?.['message']);
  const why = message === undefined ? '.' : `: ${message.slice(0, 500)}`;
  return new PortolanError('PROTOCOL_ERROR', `The server did not tell what it is${why}`);
}

function tooLate(ms: number): PortolanError {
  return new PortolanError('SERVER_START_TIMEOUT', `The server did not tell what it is within ${ms} ms.`, {
    hint: 'Look at the log of the server, or give it more time in its entry.',
  });
}
