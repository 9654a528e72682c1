// One request of a client on its way to a server and back: what interceptors see.
import type { PortolanError } from '../../shared/errors.ts';
import type { Caller } from '../audit/audit-event.ts';
import { type JsonObject, objectOf } from '../base/json-object.ts';
import type { Frame } from '../connections/frame.ts';
import type { TracePath } from './trace-context.ts';

/** The session a request belongs to. `caller` changes once, when `initialize` tells who the client says it is. */
export interface SessionFacts {
  readonly id: string;
  readonly server: string;
  caller: Caller;
}

export interface Exchange {
  readonly session: SessionFacts;
  readonly frame: Frame;
  /** Source text of the request's id. */
  readonly id: string;
  readonly method: string;
  /** Clock.monotonic() when the request was read. */
  readonly startedAt: number;
  /** Bytes may have left for the server. */
  sent: boolean;
  /** Clock.monotonic() when its bytes last began to leave. */
  sentAt?: number;
  /** Present while the request is traced. */
  trace?: TracePath;
  ended: boolean;
  /** Id of the intent record; absent for requests that are not audited. */
  intent?: string;
  /** Id of the outcome record. */
  outcome?: string;
}

/** How a request ended, from the client's side. `failed` is Portolan's own error; a server's error is an answer. */
export type Ending =
  | { readonly kind: 'answered'; readonly frame: Frame }
  | { readonly kind: 'failed'; readonly error: PortolanError }
  | { readonly kind: 'cancelled'; readonly by: 'client' | 'departure' };

/** The answer's `result` when the server gave one that is an object. */
export function resultOf(frame: Frame): JsonObject | undefined {
  return objectOf(frame.message['result']);
}
