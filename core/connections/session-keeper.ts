// Keeps one Streamable HTTP session alive: it remembers the client's own handshake, plays it again when the server has lost
// the session (once, however many calls notice it), and runs the standing stream.
import type { HttpResponse } from './http-response.ts';
import type { Clock } from '../base/clock.ts';
import { type Frame, exactIdKey } from './frame.ts';
import type { HttpChannel, HttpSession } from './http-channel.ts';
import type { RemoteCare } from './remote-care.ts';
import { drain, type MessageHandlers, readMessages } from './http-messages.ts';
import { sessionLost } from './resume-stream.ts';
import { keepListening } from './standing-stream.ts';

interface KeeperOptions {
  readonly clock: Clock;
  readonly care: RemoteCare;
  readonly handshakeMs: number;
  readonly log: (text: string) => void;
}

export class SessionKeeper {
  readonly #channel: HttpChannel;
  readonly #handlers: MessageHandlers;
  readonly #options: KeeperOptions;
  #initialize: Frame | undefined;
  #initialized: Frame | undefined;
  #recovery: Promise<void> | undefined;
  #standing = new AbortController();

  /** `handlers` get what arrives outside of requests. `handshakeMs`: the longest time for a repeated handshake. */
  constructor(channel: HttpChannel, handlers: MessageHandlers, options: KeeperOptions) {
    this.#channel = channel;
    this.#handlers = handlers;
    this.#options = options;
  }

  /** The server has answered the client's `initialize` with a result. */
  begin(initialize: Frame, answer: HttpResponse, result: Frame): void {
    this.#initialize = initialize;
    this.#channel.begin(answer, result);
  }

  /** The server has taken the client's `notifications/initialized`: from now on it may speak on its own stream. */
  start(initialized: Frame): void {
    this.#initialized = initialized;
    this.#listen();
  }

  stop(): void {
    this.#standing.abort();
  }

  /**
   * Gets a new session in place of `lost`; does nothing when that has been replaced already.
   * @throws PortolanError SESSION_LOST when the server gives no new session; the old one stays set, for the next try.
   */
  recover(lost: HttpSession): Promise<void> {
    if (this.#recovery !== undefined) return this.#recovery;
    if (this.#channel.session !== lost) return Promise.resolve();
    this.#recovery = this.#replay().finally(() => {
      this.#recovery = undefined;
    });
    return this.#recovery;
  }

  async #replay(): Promise<void> {
    const deadline = new AbortController();
    const timer = this.#options.clock.setTimeout(() => deadline.abort(), this.#options.handshakeMs);
    const signal = AbortSignal.any([deadline.signal, this.#standing.signal]);
    const before = this.#channel.session;
    try {
      if (this.#initialize === undefined) throw new Error('no handshake to repeat');
      await this.#repeatInitialize(this.#initialize, signal);
      if (this.#channel.session.protocolVersion !== before.protocolVersion)
        throw new Error('the protocol version changed');
      if (this.#initialized !== undefined) await this.#repeatInitialized(this.#initialized, signal);
    } catch (error) {
      this.#channel.session = before;
      throw sessionLost(error);
    } finally {
      timer.cancel();
    }
    this.#options.log('The server had lost the session; a new one was started.');
    if (this.#initialized !== undefined) this.#listen();
  }

  async #repeatInitialize(initialize: Frame, signal: AbortSignal): Promise<void> {
    const response = await this.#channel.post(initialize, signal);
    if (response.statusCode !== 200) {
      drain(response);
      throw new Error(`initialize was answered with HTTP status ${String(response.statusCode)}`);
    }
    let result: Frame | undefined;
    await readMessages(
      response,
      { lastEventId: undefined, retryMs: undefined, events: 0 },
      {
        ...this.#handlers,
        onFrame: (frame) => {
          if (!isAnswerTo(frame, initialize)) this.#handlers.onFrame(frame);
          else if (Object.hasOwn(frame.message, 'result')) result = frame;
        },
      },
    );
    if (result === undefined) throw new Error('initialize was refused');
    this.#channel.begin(response, result);
  }

  async #repeatInitialized(initialized: Frame, signal: AbortSignal): Promise<void> {
    const response = await this.#channel.post(initialized, signal);
    drain(response);
    const status = response.statusCode;
    if (status >= 300) throw new Error(`initialized was answered with HTTP status ${String(status)}`);
  }

  #listen(): void {
    if (this.#standing.signal.aborted) return;
    this.#standing.abort();
    this.#standing = new AbortController();
    const { clock, care, log } = this.#options;
    void keepListening(this.#channel, { clock, care, log, signal: this.#standing.signal, handlers: this.#handlers });
  }
}

function isAnswerTo(frame: Frame, request: Frame): boolean {
  if (frame.kind !== 'response' || frame.id === undefined || request.id === undefined) return false;
  return frame.id !== 'null' && exactIdKey(frame.id) === exactIdKey(request.id);
}
