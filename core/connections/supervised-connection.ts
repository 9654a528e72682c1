// What a supervisor is given, and what it keeps of each connection. Types only.
import type { PortolanError } from '../../shared/errors.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../shared/model/server-status.ts';
import type { Clock, Timer } from '../base/clock.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import type { Requester } from '../oauth/request-auth.ts';
import type { Era } from './era.ts';
import type { ServerAuditEvent } from './server-audit.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';

export interface SupervisorOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly isEnabled: () => boolean;
  readonly resolve: (entry: ServerEntry) => Promise<ResolvedServer>;
  /** Opens the transport. Failures of a start reject; later ones arrive through the events. */
  readonly openTransport: (server: ResolvedServer, request: OpenRequest, events: UpstreamEvents) => Promise<Upstream>;
  readonly audit: (event: ServerAuditEvent) => void;
  readonly onStatus: (status: ServerStatus) => void;
}

/** For which session, and what the server speaks. */
export interface OpenRequest {
  readonly sessionId: string;
  readonly era: Era;
  /** As the catalog had it when it was asked for, references not resolved. */
  readonly entry: ServerEntry;
  readonly requester: Requester;
}

/** One connection from the wish to open it until nothing of it is left. */
export interface Connection {
  readonly id: number;
  readonly sessionId: string;
  readonly startedAt: number;
  readonly isProcess: boolean;
  upstream: Upstream | undefined;
  isReady: boolean;
  /** The server has answered something: a candidate for the handshake that is reported without a session. */
  hasAnswered: boolean;
  /** Ended by us for no fault of the server. */
  isWanted: boolean;
  /** Why it ended, when not because we wanted so: set before the end when supervision ends it. */
  fault: PortolanError | undefined;
  timer: Timer | undefined;
  /** Requests that wait for a person to sign in: meanwhile nobody can say that it is slow. */
  waiting: number;
}
