// What a bridge between the two generations of MCP is built from. Types only.
import type { Clock } from '../base/clock.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';
import type { Human } from './human.ts';

export interface BridgeOptions {
  /** Catalog name of the server. */
  readonly server: string;
  /** Name of the client, for questions to a person. */
  readonly client: () => string;
  /** Opens the connection to the server in the server's own era. Called once per bridge and again after a loss. */
  readonly open: (events: UpstreamEvents) => Promise<Upstream>;
  /** Towards the caller, in the caller's dialect. */
  readonly events: UpstreamEvents;
  readonly clock: Clock;
  readonly human: Human | undefined;
  /** Milliseconds for the handshake / discover. */
  readonly startMs: number;
}
