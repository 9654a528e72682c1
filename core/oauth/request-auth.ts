// What a connection asks of the owner of its server's tokens: headers for a request, and what to do when the server refuses it.
// Types only: neither side knows the other.
import type { Challenge } from './challenge.ts';

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  /** Number of the token that they hold; grows with each new one, 0 = none. */
  readonly generation: number;
}

/** The headers of a request without a token: one object for all of them. */
export const NO_CREDENTIALS: Credentials = Object.freeze({ headers: Object.freeze({}), generation: 0 });

/** A request that the server did not run. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly challenges: readonly Challenge[];
  /** The tool or method that was called. */
  readonly what?: string | undefined;
  /** False: nobody may be waited for. */
  readonly mayWait?: boolean;
  /** The request waits for a person, or does so no more. Told in pairs. */
  readonly onWaiting?: ((isWaiting: boolean) => void) | undefined;
}

/** Who sends the requests of a connection. */
export interface Requester {
  /** Name of the client, for a person. */
  client(): string;
  /** They may wait for a person now. */
  mayWait(): boolean;
}

export interface RequestAuth {
  /** At once while the token is in memory and fresh; a renewal that is due is awaited. Rejects when the token cannot be had. */
  credentials(request: { readonly method: string; readonly url: URL }): Credentials | Promise<Credentials>;
  /**
   * Resolves when the request is worth sending again with new credentials.
   * @throws PortolanError NEEDS_SIGN_IN, SCOPE_REFUSED, IDP_REFUSED, TOKEN_REFUSED, SIGN_IN_CANCELLED, what discovery throws
   */
  refused(refusal: Refusal, used: Credentials, signal: AbortSignal): Promise<void>;
  /** To be told of every response: nonces, and that the server takes the token. (RFC 9449 section 8.2) */
  noteResponse(
    response: { readonly statusCode: number; readonly headers: Readonly<Record<string, string | undefined>> },
    url: URL,
    used: Credentials,
  ): void;
}
