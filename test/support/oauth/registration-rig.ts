// Client registrations over a real state.db, and the authorization servers that they register at.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AuditEvent } from '../../../core/audit/audit-event.ts';
import { StateDb } from '../../../core/base/state-db.ts';
import type { ResolvedServerAuth } from '../../../core/catalog/resolve.ts';
import {
  type ClientRegistration,
  ClientRegistrations,
  type ClientUse,
} from '../../../core/oauth/client-registration.ts';
import { discover, type Discovery } from '../../../core/oauth/discovery.ts';
import { ManualClock } from '../manual-clock.ts';
import { tempDir } from '../temp-dir.ts';
import { guarded } from './guarded.ts';
import { MemoryTokenStore } from './memory-token-store.ts';
import type { ScriptedAuthorizationServer } from './scripted-authorization-server.ts';

export const REDIRECT = 'http://127.0.0.1:51004/callback';
const AUTO: ResolvedServerAuth = { way: 'auto' };

export class RegistrationRig {
  readonly clock = new ManualClock();
  readonly tokens = new MemoryTokenStore();
  readonly audit: AuditEvent[] = [];
  readonly #path = join(tempDir(), 'state.db');
  registrations: ClientRegistrations;
  #stateDb: StateDb;
  readonly #url: string | undefined;

  constructor(metadataDocumentUrl?: string) {
    this.#url = metadataDocumentUrl;
    this.#stateDb = StateDb.open(this.#path);
    this.registrations = this.#registrations();
    onTestFinished(() => this.#stateDb.close());
  }

  /** As after a start of the program: only what was written is known. */
  reopen(): void {
    this.#stateDb.close();
    this.#stateDb = StateDb.open(this.#path);
    this.registrations = this.#registrations();
  }

  async client(
    server: ScriptedAuthorizationServer,
    auth: Partial<ResolvedServerAuth> = {},
    use: Partial<ClientUse> = {},
  ): Promise<ClientRegistration> {
    const redirect = use.grant === undefined ? { redirectUri: REDIRECT } : {};
    const whole: ClientUse = { grant: 'authorization_code', scope: ['read'], ...redirect, ...use };
    const fetch = guarded({ home: new URL(server.origin) });
    return this.registrations.clientFor(await discovered(server), { ...AUTO, ...auth }, whole, fetch);
  }

  /** Every row of the clients table, as text. */
  rows(): string {
    return JSON.stringify(this.#stateDb.db.prepare('SELECT * FROM oauth_clients').all());
  }

  #registrations(): ClientRegistrations {
    return new ClientRegistrations({
      stateDb: this.#stateDb,
      tokens: this.tokens,
      clock: this.clock,
      audit: (event) => void this.audit.push(event),
      ...(this.#url === undefined ? {} : { metadataDocumentUrl: this.#url }),
    });
  }
}

function discovered(server: ScriptedAuthorizationServer): Promise<Discovery> {
  const home = new URL('/mcp', server.origin);
  return discover(home, { revision: 'modern', fetch: guarded({ home }) });
}
