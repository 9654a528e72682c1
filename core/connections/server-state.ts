// What state one server is in, from what happened to its connections. Pure: events in, model out.
import { assertNever } from '../../shared/assert-never.ts';
import type { ErrorCode, PortolanError } from '../../shared/errors.ts';
import type { Reason, ServerState } from '../../shared/model/server-status.ts';

/** One connection: it has been opened, or its handshake has been answered. */
type ConnectionPhase = 'starting' | 'ready';

export interface ServerModel {
  /** Open connections by a number of their own. */
  readonly connections: ReadonlyMap<number, ConnectionPhase>;
  /** What went wrong last and was not put right since. */
  readonly problem: Reason | undefined;
}

export type ServerEvent =
  | { readonly kind: 'opened'; readonly connection: number }
  /** The connection's handshake was answered. */
  | { readonly kind: 'handshake'; readonly connection: number }
  /** The server did something right that clears an earlier problem: any, or the one with the code `from`. */
  | { readonly kind: 'recovered'; readonly from?: ErrorCode }
  /** A problem that does not end a connection. */
  | { readonly kind: 'problem'; readonly error: PortolanError }
  /** A connection ended; `error` is missing when it was ended on purpose. */
  | { readonly kind: 'closed'; readonly connection: number; readonly error?: PortolanError }
  /** A person or a change of the catalog stopped the server. */
  | { readonly kind: 'stopped' };

export const INITIAL_MODEL: ServerModel = { connections: new Map(), problem: undefined };

export function reduceServer(model: ServerModel, event: ServerEvent): ServerModel {
  const { connections, problem } = model;
  switch (event.kind) {
    case 'opened':
      return { connections: new Map(connections).set(event.connection, 'starting'), problem };
    case 'handshake':
      if (!connections.has(event.connection)) return model;
      return { connections: new Map(connections).set(event.connection, 'ready'), problem: undefined };
    case 'recovered':
      if (problem === undefined || (event.from ?? problem.code) !== problem.code) return model;
      return { connections, problem: undefined };
    case 'problem':
      return { connections, problem: reasonOf(event.error) };
    case 'closed': {
      const left = new Map(connections);
      left.delete(event.connection);
      return { connections: left, problem: event.error === undefined ? problem : reasonOf(event.error) };
    }
    case 'stopped':
      return { connections, problem: undefined };
    default:
      return assertNever(event);
  }
}

/** The state that lists and badges show. */
export function stateOf({ connections, problem }: ServerModel): ServerState {
  const phases = [...connections.values()];
  if (problem?.code === 'NEEDS_SIGN_IN') return 'needs-sign-in';
  if (problem?.code === 'APPROVAL_NEEDED') return 'needs-approval';
  if (phases.includes('ready')) return problem === undefined ? 'ready' : 'degraded';
  if (phases.length > 0) return 'starting';
  return problem === undefined ? 'stopped' : 'failed';
}

/** An error as statuses carry it. */
function reasonOf({ code, message, hint }: PortolanError): Reason {
  return hint === undefined ? { code, message } : { code, message, hint };
}
