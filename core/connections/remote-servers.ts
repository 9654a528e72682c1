// What is kept of each remote server beyond a single connection: what its tools ask for in headers, and how it has behaved. And
// what its connections, and those to all servers, share. It opens nothing.
import type { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { HttpSockets } from './http-sockets.ts';
import { ReconnectPace } from './reconnect-pace.ts';
import { RemoteCare } from './remote-care.ts';
import { ToolHeaders } from './tool-headers.ts';
import { WakeWatch } from './wake-watch.ts';

interface RemoteServer {
  readonly toolHeaders: ToolHeaders;
  readonly care: RemoteCare;
  /** The entry has one set of credentials: whoever reaches the server does so as the same principal. */
  readonly socketsTo: (origin: string, connectMs: number) => HttpSockets;
}

export class RemoteServers {
  readonly #options: {
    readonly clock: Clock;
    readonly onFailing: (name: string, error: PortolanError) => void;
    readonly onRecovered: (name: string) => void;
  };
  readonly #pace: ReconnectPace;
  readonly #wakes: WakeWatch;
  readonly #servers = new Map<string, RemoteServer>();

  /** `onFailing`: the server is left alone for a moment; `onRecovered`: it answers again. */
  constructor(options: {
    clock: Clock;
    onFailing: (name: string, error: PortolanError) => void;
    onRecovered: (name: string) => void;
  }) {
    this.#options = options;
    this.#pace = new ReconnectPace(options.clock);
    this.#wakes = new WakeWatch(options.clock);
  }

  of(name: string): RemoteServer {
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const { clock, onFailing, onRecovered } = this.#options;
    const care = new RemoteCare({
      clock,
      pace: this.#pace,
      wakes: this.#wakes,
      onOpened: (error) => onFailing(name, error),
      onClosed: () => onRecovered(name),
    });
    const server = { toolHeaders: new ToolHeaders(), care, socketsTo: socketsOf(clock) };
    this.#servers.set(name, server);
    return server;
  }

  /** A person wants the server tried again at once. */
  forgive(name: string): void {
    this.#servers.get(name)?.care.breaker.reset();
  }

  /** The entry has changed or is gone: nothing of what was learnt holds. */
  forget(name: string): void {
    this.#servers.delete(name);
  }
}

function socketsOf(clock: Clock): RemoteServer['socketsTo'] {
  const known = new Map<string, HttpSockets>();
  return (origin, connectMs) => {
    const key = `${String(connectMs)} ${origin}`;
    const sockets = known.get(key) ?? new HttpSockets({ origin, clock, connectMs, isShared: true });
    known.set(key, sockets);
    return sockets;
  };
}
