// Refresh tokens that are given back to their provider; those that cannot be now are kept until they can. (RFC 7009)
import { randomUUID } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { identitySchema, type Identity } from '../../shared/model/identity.ts';
import type { Clock } from '../base/clock.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { TokenStore } from '../vault/token-store.ts';
import type { Provider } from './provider.ts';
import { toSignInError } from './sign-in-error.ts';

/** `later`: the provider could not be reached, it is tried again at the next start. */
export type Revoked = 'yes' | 'later' | 'not-offered';

export interface RevocationsOptions {
  readonly tokens: TokenStore;
  readonly clock: Clock;
  providerOf(identity: Identity): Provider;
  audit(event: AuditEvent): void;
}

const QUEUE = 'revocation/identity/';
const KEPT_MS = 30 * 86_400_000;

export class Revocations {
  readonly #options: RevocationsOptions;

  constructor(options: RevocationsOptions) {
    this.#options = options;
  }

  /** Revokes now, or keeps the token for later. Throws KEYCHAIN_* when it can do neither. */
  async revoke(provider: Provider, token: string): Promise<Revoked> {
    const revoked = await this.#attempt(provider, token);
    if (revoked === 'later') {
      const queuedAt = this.#options.clock.now();
      const entry = JSON.stringify({ v: 1, identity: provider.identity, token, queuedAt });
      await this.#options.tokens.write(`${QUEUE}${randomUUID()}`, entry);
    }
    return revoked;
  }

  /** Tries those that are kept again. Throws KEYCHAIN_*. */
  async retry(): Promise<void> {
    const { tokens, clock } = this.#options;
    for (const key of tokens.keys(QUEUE)) {
      const stored = await tokens.read(key);
      if (stored === undefined) continue;
      const entry = objectOf(JSON.parse(stored.text));
      const identity = identitySchema.safeParse(entry?.['identity']);
      const token = textOf(entry?.['token']);
      const { queuedAt } = entry ?? {};
      const isOld = typeof queuedAt !== 'number' || clock.now() - queuedAt > KEPT_MS;
      const isDone =
        !identity.success ||
        token === undefined ||
        isOld ||
        (await this.#attempt(this.#options.providerOf(identity.data), token)) !== 'later';
      if (isDone) await tokens.removeIf(key, stored.version);
    }
  }

  async #attempt(provider: Provider, token: string): Promise<Revoked> {
    const { name, issuer } = provider.identity;
    try {
      const { as } = await provider.metadata();
      if (as.revocation_endpoint === undefined) return 'not-offered';
      const auth = await provider.clientAuth(as);
      const options = { ...provider.http(), additionalParameters: { token_type_hint: 'refresh_token' } };
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, provider.client(), auth, token, options));
      this.#options.audit({ kind: 'token.revoked', outcome: 'allowed', what: name, detail: { issuer } });
      return 'yes';
    } catch (error) {
      const { code, message, data } = toSignInError(error, issuer, 'TOKEN_REFUSED');
      const reason = { code, message };
      this.#options.audit({ kind: 'token.revoked', outcome: 'error', what: name, reason, detail: { issuer } });
      return data['final'] === true ? 'not-offered' : 'later';
    }
  }
}
