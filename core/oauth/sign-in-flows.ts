// What the owner of a server's sign-in needs of the parts that talk to authorization servers. Types only: tests bring their own.
import type { ResolvedServerAuth } from '../catalog/resolve.ts';
import type { ServerSignIn } from '../../shared/model/identity.ts';
import type { Challenge } from './challenge.ts';
import type { Discovery } from './discovery.ts';
import type { Revoked } from './revoke.ts';
import type { TokenSet } from './token-set.ts';

/** A remote server as far as signing in goes. It holds secrets: never log it. */
export interface AuthTarget {
  readonly name: string;
  readonly url: URL;
  /** The block of the entry, its references resolved. */
  readonly auth: ResolvedServerAuth | undefined;
  readonly revision: 'modern' | 'legacy';
}

/** One wish for tokens. */
export interface Wanted {
  readonly target: AuthTarget;
  readonly discovery: Discovery;
  readonly scope: readonly string[];
}

export interface Granted {
  readonly set: TokenSet;
  readonly registration: ServerSignIn['registration'];
}

/** A sign-in that waits for a person at an authorization server. `expiresAt`: epoch milliseconds. */
export interface Started<T> {
  readonly url?: string;
  readonly device?: { readonly userCode: string; readonly verificationUrl: string; readonly expiresAt: number };
  readonly expiresAt: number;
  readonly done: Promise<T>;
  cancel(): void;
}

/** Every function ends by itself, within half a minute. */
export interface SignInFlows {
  /** What the server answers to a plain request without a token; undefined when it does not ask for one. */
  ask(target: AuthTarget): Promise<Challenge | undefined>;
  /** `lastIssuer`: the one that was used last, tried first while the server still names it. */
  discover(target: AuthTarget, challenge: Challenge | undefined, lastIssuer?: string): Promise<Discovery>;
  /** Through the browser or with a code; the URL is opened by the caller. */
  start(wanted: Wanted, way: 'browser' | 'device', again: boolean): Promise<Started<Granted>>;
  /** A failure carries data.final when the refresh token is dead. */
  refresh(target: AuthTarget, discovery: Discovery, set: TokenSet): Promise<TokenSet>;
  clientCredentials(wanted: Wanted): Promise<Granted>;
  workload(wanted: Wanted): Promise<Granted>;
  /** IDP_REFUSED is final; NEEDS_SIGN_IN with data.identity when the identity needs a person. */
  enterprise(wanted: Wanted, identity: string): Promise<Granted>;
  revoke(target: AuthTarget, discovery: Discovery, set: TokenSet): Promise<Revoked>;
  /** Name of the identity that the server is reached through; undefined: through none. */
  identityFor(target: AuthTarget, discovery: Discovery | undefined): string | undefined;
  /** Headers that bind a request to the key of a token, or undefined for a plain bearer token. (RFC 9449) */
  boundHeaders(set: TokenSet, request: { readonly method: string; readonly url: URL }): Promise<Record<string, string>>;
  noteNonce(set: TokenSet, url: URL, nonce: string): void;
}
