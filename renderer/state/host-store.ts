// The one store of host state: fills itself from a snapshot, follows the event stream, and says when the host is gone.
import type { HostEvent, Snapshot } from '../../shared/model/system.ts';
import type { HostClient } from '../bridge/bridge.ts';
import { type Fault, toFault } from '../words/fault.ts';
import { applyEvent } from './apply-event.ts';

export type HostState =
  | { readonly state: 'loading' }
  | { readonly state: 'live'; readonly snapshot: Snapshot }
  /** `asOf`: epoch milliseconds of the last moment at which the data was true. */
  | { readonly state: 'gone'; readonly fault: Fault; readonly snapshot: Snapshot | undefined; readonly asOf: number };

const RETRY_MS = 1000;

export class HostStore {
  readonly #client: HostClient;
  readonly #onEvent: (event: HostEvent) => void;
  readonly #listeners = new Set<() => void>();
  #state: HostState = { state: 'loading' };
  #wake: () => void = () => undefined;

  /** `onEvent` sees every event after the snapshot holds it. */
  constructor(client: HostClient, onEvent: (event: HostEvent) => void) {
    this.#client = client;
    this.#onEvent = onEvent;
  }

  /** Begins to follow the host; the returned function ends it. */
  start(): () => void {
    const abort = new AbortController();
    void this.#follow(abort.signal);
    return () => abort.abort();
  }

  /** Tries again now instead of after the pause. */
  retry(): void {
    this.#wake();
  }

  readonly get = (): HostState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#followOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#lost(error);
        await this.#pause(signal);
      }
    }
  }

  async #followOnce(signal: AbortSignal): Promise<void> {
    const snapshot = await this.#client.system.snapshot(undefined, { signal });
    this.#set({ state: 'live', snapshot });
    const events = await this.#client.system.events(undefined, {
      signal,
      lastEventId: snapshot.lastEventId,
      context: {
        retry: Number.POSITIVE_INFINITY,
        retryDelay: RETRY_MS,
        shouldRetry: ({ error }) => toFault(error).code !== 'UNAUTHENTICATED',
        onRetry: ({ error }) => {
          this.#lost(error);
          return (worked) => worked && this.#found();
        },
      },
    });
    for await (const event of events) {
      if (event.type === 'reset') return;
      if (this.#state.state === 'loading') return;
      const held = this.#state.snapshot;
      if (held) this.#set({ state: 'live', snapshot: applyEvent(held, event) });
      this.#onEvent(event);
    }
  }

  #lost(error: unknown): void {
    const before = this.#state;
    const snapshot = before.state === 'loading' ? undefined : before.snapshot;
    // A later fault may say more: a host that came back does not know this tab any more.
    this.#set({
      state: 'gone',
      fault: toFault(error),
      snapshot,
      asOf: before.state === 'gone' ? before.asOf : Date.now(),
    });
  }

  #found(): void {
    if (this.#state.state === 'gone' && this.#state.snapshot)
      this.#set({ state: 'live', snapshot: this.#state.snapshot });
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      // Asking again with a refused token changes nothing and counts as guessing: only a person's word ends this pause.
      const refused = this.#state.state === 'gone' && this.#state.fault.code === 'UNAUTHENTICATED';
      const timer = refused ? undefined : setTimeout(resolve, RETRY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener('abort', this.#wake, { once: true });
    });
  }

  #set(state: HostState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
