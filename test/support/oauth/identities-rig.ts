// Identities on a real catalog, vault and token store (secrets in memory), with all that they recorded.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AuditEvent } from '../../../core/audit/audit-event.ts';
import { type Clock, systemClock } from '../../../core/base/clock.ts';
import { Redactor } from '../../../core/base/redact.ts';
import { StateDb } from '../../../core/base/state-db.ts';
import { Identities, type IdentitiesOptions } from '../../../core/identity/identities.ts';
import { MemoryStore } from '../../../core/vault/memory-store.ts';
import { TokenStore } from '../../../core/vault/token-store.ts';
import { Vault } from '../../../core/vault/vault.ts';
import { type Identity, identitySchema, type IdentityStatus } from '../../../shared/model/identity.ts';
import { openCatalog } from '../open-catalog.ts';
import { tempDir } from '../temp-dir.ts';

export interface IdentitiesRig {
  readonly identities: Identities;
  readonly store: MemoryStore;
  readonly vault: Vault;
  readonly tokens: TokenStore;
  readonly audit: AuditEvent[];
  readonly changes: IdentityStatus[];
  readonly catalogText: () => string;
  /** Identities as after a restart: another object on the same catalog and keychain. */
  readonly reopen: () => Identities;
}

export async function openIdentities(options: Partial<IdentitiesOptions> = {}): Promise<IdentitiesRig> {
  const stateDb = StateDb.open(join(tempDir(), 'state.db'));
  onTestFinished(() => stateDb.close());
  const store = new MemoryStore();
  const logger = { warn: () => undefined };
  const vault = await Vault.open({ stateDb, store, redactor: new Redactor(), logger });
  const tokens = new TokenStore(vault);
  const { catalog, text } = await openCatalog('{ "mcpServers": {} }');
  const audit: AuditEvent[] = [];
  const changes: IdentityStatus[] = [];
  const open = (clock: Clock): Identities => {
    const identities = new Identities({
      catalog,
      vault,
      tokens,
      clock,
      env: {},
      logger,
      audit: (event) => audit.push(event),
      ...options,
    });
    onTestFinished(() => identities.close());
    identities.onChange((status) => changes.push(status));
    return identities;
  };
  const clock = options.clock ?? systemClock;
  return {
    identities: open(clock),
    store,
    vault,
    tokens,
    audit,
    changes,
    catalogText: text,
    reopen: () => open(clock),
  };
}

export function identityOf(issuer: string, more: Partial<Identity> = {}): Identity {
  return identitySchema.parse({ name: 'work', issuer, clientId: 'portolan', ...more });
}

/** What a browser does with an address: follows every redirect. Gives the last page. */
export async function browse(url: URL | undefined): Promise<Response> {
  if (url === undefined) throw new Error('there is no address to open');
  return fetch(url);
}

/** Signs in by the browser’s way, everybody being signed in at the provider. */
export async function signIn(identities: Identities, name = 'work'): Promise<void> {
  const { url, done } = await identities.startSignIn(name, 'browser');
  await Promise.all([browse(url), done]);
}
