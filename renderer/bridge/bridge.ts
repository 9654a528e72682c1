// What the window knows of its surroundings: a client of the contract, and powers that only some shells have.
import type { ClientRetryPluginContext } from '@orpc/client/plugins';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/index.ts';

export type HostClient = ContractRouterClient<Contract, ClientRetryPluginContext>;

/** Things a desktop shell may offer. Each may be absent; the view then shows a way that needs no power. */
export interface Powers {
  /** Starts a host when none answers. */
  readonly startHost?: () => Promise<void>;
  /** Opens a file or folder with the system's own program. */
  readonly openPath?: (path: string) => Promise<void>;
  /** Tells the shell which theme its frame and menus should follow. */
  readonly setTheme?: (theme: 'system' | 'light' | 'dark') => Promise<unknown>;
  /** Opens the address that a waiting question asks to open, with the system's own browser. */
  readonly openQuestion?: (id: string) => Promise<unknown>;
  /** Opens the address of a sign-in under way, with the system's own browser. */
  readonly openSignIn?: (id: string) => Promise<unknown>;
  /** Copies a secret, which leaves the clipboard after 30 seconds if it is still in it. */
  readonly copySecret?: (text: string) => Promise<unknown>;
  /** Lets the person choose a file; undefined when they chose none. */
  readonly chooseFile?: () => Promise<string | undefined>;
}

export interface Bridge {
  readonly kind: 'electron' | 'browser';
  readonly client: HostClient;
  readonly powers: Powers;
  /** Address of the host as a person may read it. */
  readonly where: string;
}
