// What the procedures on signing in need of the parts behind them. Types only.
import type { Identity, IdentityStatus, ServerSignIn, SignIn } from '../shared/model/identity.ts';

export type Revoked = 'yes' | 'later' | 'not-offered';

export interface IdentitiesPort {
  list(): IdentityStatus[];
  /** Throws DUPLICATE_NAME, INPUT_INVALID, KEYCHAIN_*, CATALOG_NOT_WRITABLE. */
  add(input: {
    identity: Identity;
    clientSecretValue?: string | undefined;
    privateKeyValue?: string | undefined;
  }): Promise<IdentityStatus>;
  /** Throws IDENTITY_NOT_FOUND, POLICY_DENIED for a managed one, and as `add`. */
  update(name: string, identity: Identity, clientSecretValue?: string): Promise<IdentityStatus>;
  remove(name: string): Promise<void>;
  signOut(name: string): Promise<{ identity: IdentityStatus; revoked: Revoked; url?: string | undefined }>;
  /** Throws TOKEN_INVALID, ISSUER_MISMATCH, CLOCK_WRONG. */
  takeIdToken(name: string, idToken: string): Promise<IdentityStatus>;
}

export interface SignInsPort {
  list(): SignIn[];
  start(input: {
    server?: string | undefined;
    identity?: string | undefined;
    id?: string | undefined;
    way?: 'browser' | 'device' | undefined;
    again: boolean;
  }): Promise<SignIn>;
  /** Each change of it from now on, the present state first; ends after the final one. Throws NOT_FOUND. */
  follow(id: string, signal: AbortSignal | undefined): AsyncIterable<SignIn>;
  cancel(id: string): void;
  servers(): ServerSignIn[];
  /** Throws SERVER_NOT_FOUND. */
  server(name: string): ServerSignIn;
  signOut(name: string): Promise<{ server: ServerSignIn; revoked: Revoked }>;
}
