// What signing in to servers needs of the rest, and what it tells. Types only.
import type { PortolanError } from '../../shared/errors.ts';
import type { ServerSignIn, SignIn } from '../../shared/model/identity.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import type { WriteAudit } from './oauth-audit.ts';
import type { SignInFlows, Started } from './sign-in-flows.ts';
import type { TokenBroker } from './token-broker.ts';
import type { TokenKeeper } from './token-owner.ts';

export interface ServerSignInsOptions {
  readonly broker: TokenBroker;
  readonly tokens: TokenKeeper;
  readonly flows: SignInFlows;
  readonly clock: Clock;
  readonly audit: WriteAudit;
  readonly waitMs: () => number;
  readonly entries: () => readonly ServerEntry[];
  readonly resolve: (entry: ServerEntry) => Promise<ResolvedServer>;
  readonly startIdentity: (
    name: string,
    options: { way: 'browser' | 'device' | undefined; again: boolean },
  ) => Promise<Started<void>>;
  readonly hooks: SignInHooks;
}

/** What happens to the rest of the host. */
interface SignInHooks {
  readonly onSignIns: (list: SignIn[]) => void;
  readonly onServer: (status: ServerSignIn) => void;
  /** Calls cannot go on without a person. */
  readonly onNeeded: (server: string, error: PortolanError) => void;
  readonly onSignedIn: (server: string) => void;
  /** Nothing that was told to whoever was signed in may be told to the next. */
  readonly onPrincipalGone: (server: string) => Promise<void>;
}
