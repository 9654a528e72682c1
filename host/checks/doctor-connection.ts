// A connection of its own, for looking at a server: asks one thing at a time in the server's own dialect, and keeps what the server
// wrote elsewhere.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../core/base/clock.ts';
import { type JsonObject, objectOf, textOf } from '../../core/base/json-object.ts';
import {
  DISCOVER,
  type Era,
  LEGACY_VERSIONS,
  META,
  MODERN_VERSIONS,
  OWN_EXTENSIONS,
} from '../../core/connections/era.ts';
import { type Frame, frameOf, parseFrame } from '../../core/connections/frame.ts';
import type { HandshakeInfo } from '../../core/connections/status-board.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import { discoverResultOf } from '../../core/eras/discover-result.ts';
import { probeEra, type Verdict } from '../../core/eras/era-probe.ts';
import { ProbeFeed } from '../../core/eras/probe-feed.ts';
import { PortolanError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import type { ConnectionsPort } from '../ports.ts';

const CLIENT = { name: 'Portolan doctor', version: VERSION };
const METHOD_NOT_FOUND = -32_601;
const MAX_SAID_CHARS = 300;

/** What a server told of itself. */
export interface Introduction {
  readonly info: HandshakeInfo;
  readonly capabilities: JsonObject;
}

/** What a server wrote where no messages belong. */
export interface Writings {
  lastError: string | undefined;
  noise: string | undefined;
}

export class DoctorConnection {
  readonly sessionId = `doctor-${randomBytes(8).toString('hex')}`;
  readonly writings: Writings;
  /** Why it has ended. */
  closed: PortolanError | undefined;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #clock: Clock;
  readonly #feed = new ProbeFeed();
  readonly #end = Promise.withResolvers<void>();
  #upstream: Upstream | undefined;
  #version: string | undefined;

  private constructor(clock: Clock, writings: Writings) {
    this.#clock = clock;
    this.writings = writings;
    this.ended = this.#end.promise;
  }

  /** Opens the server `name` as one of `era`. @throws PortolanError what `ConnectionsPort.open` throws */
  static async open(
    connections: Pick<ConnectionsPort, 'open'>,
    name: string,
    about: { readonly era: Era; readonly clock: Clock; readonly writings: Writings },
  ): Promise<DoctorConnection> {
    const self = new DoctorConnection(about.clock, about.writings);
    self.#upstream = await connections.open(name, self.sessionId, self.#events(), about.era);
    return self;
  }

  /** @throws PortolanError see probeEra */
  probe(timeoutMs: number): Promise<Verdict> {
    return probeEra(this.#open, this.#feed, { clock: this.#clock, timeoutMs });
  }

  /** The handshake of the server's era. @throws PortolanError REQUEST_TIMEOUT, PROTOCOL_ERROR, UNSUPPORTED, and what the connection failed with */
  async introduce(verdict: Verdict, timeoutMs: number): Promise<Introduction> {
    return verdict.era === 'modern' ? this.#discover(verdict, timeoutMs) : this.#initialize(timeoutMs);
  }

  /** The result of one request; undefined when the server does not know the method. @throws as `introduce` */
  async request(method: string, params: object, timeoutMs: number): Promise<JsonObject | undefined> {
    const answer = await this.#ask(method, params, timeoutMs);
    const error = objectOf(answer.message['error']);
    if (error === undefined) return objectOf(answer.message['result']) ?? {};
    if (error['code'] === METHOD_NOT_FOUND) return undefined;
    const said = textOf(error['message'])?.slice(0, MAX_SAID_CHARS) ?? 'no reason given';
    throw new PortolanError('PROTOCOL_ERROR', `The server answered ${method} with an error: ${said}`, {
      hint: "Report it to the server's makers; what else it offers can be used.",
      data: { rpcCode: typeof error['code'] === 'number' ? error['code'] : null },
    });
  }

  /** Ends it; resolves when no process of it lives. */
  async close(): Promise<void> {
    await this.#upstream?.close();
  }

  async #discover(verdict: Extract<Verdict, { era: 'modern' }>, timeoutMs: number): Promise<Introduction> {
    this.#version = verdict.version;
    const found = verdict.discovered ?? discoverResultOf(await this.request(DISCOVER, {}, timeoutMs));
    if (found === undefined) throw new PortolanError('PROTOCOL_ERROR', 'The server does not answer server/discover.');
    return {
      info: { protocolVersion: verdict.version, serverInfo: found.serverInfo },
      capabilities: found.capabilities,
    };
  }

  async #initialize(timeoutMs: number): Promise<Introduction> {
    const asked = { protocolVersion: LEGACY_VERSIONS[0], capabilities: {}, clientInfo: CLIENT };
    const result = await this.request('initialize', asked, timeoutMs);
    const protocolVersion = textOf(result?.['protocolVersion']);
    if (result === undefined || protocolVersion === undefined)
      throw new PortolanError('PROTOCOL_ERROR', 'The answer to initialize names no protocol version.');
    if (!LEGACY_VERSIONS.includes(protocolVersion)) {
      throw new PortolanError(
        'UNSUPPORTED',
        `The server speaks ${protocolVersion.slice(0, 40)}, which Portolan does not.`,
        {
          hint: 'Update Portolan or the server.',
        },
      );
    }
    this.#open.send(frameOf({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    const about = objectOf(result['serverInfo']);
    const [name, version] = [textOf(about?.['name']), textOf(about?.['version'])];
    const serverInfo = name === undefined || version === undefined ? undefined : { name, version };
    return { info: { protocolVersion, serverInfo }, capabilities: objectOf(result['capabilities']) ?? {} };
  }

  #ask(method: string, params: object, timeoutMs: number): Promise<Frame> {
    const meta = this.#version === undefined ? {} : { _meta: modernMeta(this.#version) };
    const request = frameOf({ jsonrpc: '2.0', id: `portolan-${randomUUID()}`, method, params: { ...params, ...meta } });
    return new Promise<Frame>((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        reject(
          new PortolanError(
            'REQUEST_TIMEOUT',
            `The server did not answer ${method} within ${timeoutMs / 1_000} seconds.`,
            {
              hint: 'Try again; a server that starts slowly needs a longer timeouts.startMs in its entry.',
            },
          ),
        );
      }, timeoutMs);
      const end = (then: () => void) => {
        timer.cancel();
        then();
      };
      this.#feed.listen({
        onAnswer: (frame) => {
          if (frame.id !== request.id) return false;
          end(() => resolve(frame));
          return true;
        },
        onFailed: (id, error) => {
          if (id !== request.id) return false;
          end(() => reject(error));
          return true;
        },
        onClosed: (error) => end(() => reject(error)),
      });
      if (this.closed === undefined) this.#open.send(request);
    });
  }

  #events(): UpstreamEvents {
    return {
      onFrame: (frame) => (frame.kind === 'request' ? this.#answer(frame) : this.#feed.onFrame(frame)),
      onRequestFailed: (id, error) => this.#feed.onRequestFailed(id, error),
      onClosed: (error) => {
        this.closed = error;
        this.#end.resolve();
        this.#feed.onClosed(error);
      },
      onLog: (source, text) => {
        if (source === 'stderr') this.writings.lastError = text;
        if (source === 'stdout-noise') this.writings.noise ??= text;
      },
    };
  }

  /** It offers nothing: of a server's own requests only ping is answered with a result. */
  #answer({ id = 'null', method }: Frame): void {
    const answer =
      method === 'ping' ? '"result":{}' : `"error":{"code":${String(METHOD_NOT_FOUND)},"message":"Not supported."}`;
    this.#open.send(parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},${answer}}`), 'client'));
  }

  get #open(): Upstream {
    if (this.#upstream === undefined) throw new PortolanError('INTERNAL', 'the connection is not open yet');
    return this.#upstream;
  }
}

/** What a program wrote before it ended is mostly why. */
export function withLastWords({ code, message, hint, data }: PortolanError, said: string | undefined): PortolanError {
  const cause = said === undefined ? message : `${message} Its last words: ${said.slice(0, MAX_SAID_CHARS)}`;
  return new PortolanError(code, cause, { data, ...(hint !== undefined && { hint }) });
}

/** A `server/discover` for finding out what answers at an address. */
export function discoverRequest(): Frame {
  const params = { _meta: modernMeta(MODERN_VERSIONS[0] ?? '') };
  return frameOf({ jsonrpc: '2.0', id: `portolan-${randomUUID()}`, method: DISCOVER, params });
}

function modernMeta(version: string): object {
  const capabilities = { extensions: OWN_EXTENSIONS };
  return { [META.protocolVersion]: version, [META.clientInfo]: CLIENT, [META.clientCapabilities]: capabilities };
}
