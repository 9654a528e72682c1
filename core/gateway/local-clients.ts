// The local clients of a host, one for each caller and server, each closed when it was idle for a minute.
import { randomBytes } from 'node:crypto';
import type { Caller } from '../audit/audit-event.ts';
import type { GatewayContext } from './gateway-context.ts';
import { LocalClient } from './local-client.ts';
import type { Session, SessionOptions } from './session.ts';

const IDLE_MS = 60_000;

interface Held {
  readonly client: Promise<LocalClient>;
  timer: { cancel(): void } | undefined;
}

export class LocalClients {
  readonly #context: GatewayContext;
  readonly #createSession: (about: Pick<SessionOptions, 'id' | 'server' | 'caller' | 'connect'>) => Session;
  readonly #held = new Map<string, Held>();

  constructor(
    context: GatewayContext,
    createSession: (about: Pick<SessionOptions, 'id' | 'server' | 'caller' | 'connect'>) => Session,
  ) {
    this.#context = context;
    this.#createSession = createSession;
  }

  /** The client for this caller and server, initialised. A failed start is not kept. */
  async get(caller: Caller, server: string): Promise<LocalClient> {
    const key = JSON.stringify([caller.name, server]);
    const held = this.#held.get(key);
    const client = await held?.client;
    if (client !== undefined && !client.isClosed) return client;
    if (this.#held.get(key) !== held) return this.get(caller, server);
    return this.#create(key, caller, server);
  }

  /** Stops the idle timers. The sessions themselves belong to the gateway. */
  close(): void {
    for (const { timer } of this.#held.values()) timer?.cancel();
    this.#held.clear();
  }

  async #create(key: string, caller: Caller, server: string): Promise<LocalClient> {
    this.#drop(key);
    const id = randomBytes(16).toString('hex');
    const client = new LocalClient(
      (downstream) => this.#createSession({ id, server, caller, connect: () => downstream }),
      this.#context.clock,
      () => this.#restartIdle(key, client),
    );
    const ready = client.initialize(caller.name).then(() => client);
    this.#held.set(key, { client: ready, timer: undefined });
    try {
      return await ready;
    } catch (error) {
      this.#drop(key);
      await client.close();
      throw error;
    }
  }

  #restartIdle(key: string, client: LocalClient): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    held.timer?.cancel();
    held.timer = this.#context.clock.setTimeout(() => {
      if (client.inFlight > 0) return;
      this.#drop(key);
      void client.close();
    }, IDLE_MS);
  }

  #drop(key: string): void {
    this.#held.get(key)?.timer?.cancel();
    this.#held.delete(key);
  }
}
