// Every identity of this person: defined in the catalog or by an administrator, each with its own sign-in.
import { isDeepStrictEqual } from 'node:util';
import { PortolanError } from '../../shared/errors.ts';
import type { Identity, IdentityStatus } from '../../shared/model/identity.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { TokenStore } from '../vault/token-store.ts';
import type { Vault } from '../vault/vault.ts';
import { IdentityKeeper, type StartedSignIn, type SubjectToken } from './identity-keeper.ts';
import { IdentitySecrets, type NewIdentity, withoutTyped } from './identity-secrets.ts';
import { statusOf } from './identity-status.ts';
import type { ManagedIdentities } from './managed-identities.ts';
import { Provider } from './provider.ts';
import { checkAddresses } from './provider-metadata.ts';
import { Refusals } from './refusals.ts';
import { Revocations, type Revoked } from './revocations.ts';

export interface IdentitiesOptions {
  readonly catalog: Pick<Catalog, 'identities' | 'addIdentity' | 'updateIdentity' | 'removeIdentity'>;
  readonly managed?: Pick<ManagedIdentities, 'identities'>;
  readonly vault: Pick<Vault, 'get' | 'set' | 'remove' | 'has'>;
  readonly tokens: TokenStore;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  audit(event: AuditEvent): void;
  /** Names of the servers that are signed in through this identity. */
  unlocks?(name: string): string[];
}

export class Identities {
  readonly #options: IdentitiesOptions;
  readonly #secrets: IdentitySecrets;
  readonly #refusals: Refusals;
  readonly #revocations: Revocations;
  readonly #keepers = new Map<string, IdentityKeeper>();
  #isStarted = false;
  readonly #listeners = new Set<(status: IdentityStatus) => void>();

  /** Touches neither keychain nor network: see `start`. */
  constructor(options: IdentitiesOptions) {
    const { tokens, clock, vault, env } = options;
    this.#options = options;
    this.#secrets = new IdentitySecrets(vault, env);
    this.#refusals = new Refusals(tokens);
    this.#revocations = new Revocations({
      tokens,
      clock,
      providerOf: (identity) => this.#newProvider(identity),
      audit: (event) => options.audit(event),
    });
    this.refresh();
  }

  /** Reads what is kept and finishes what could not be revoked before. Never throws: what fails is in the states and the log. */
  async start(): Promise<void> {
    const { logger } = this.#options;
    this.#isStarted = true;
    const kept = [...this.#keepers].filter(([name]) => this.#isKept(name));
    const tasks = [this.#refusals.load(), ...kept.map(([, keeper]) => keeper.load()), this.#revocations.retry()];
    for (const result of await Promise.allSettled(tasks)) {
      if (result.status === 'rejected') logger.warn('a sign-in could not be read', { error: result.reason as unknown });
    }
  }

  /** Takes over what the catalog and the administrator say now. Called after each change of either. */
  refresh(): void {
    const defined = this.#defined();
    for (const [name, keeper] of this.#keepers) {
      const { identity, source } = keeper.facts();
      const now = defined.get(name);
      if (now !== undefined && now.source === source && isDeepStrictEqual(now.identity, identity)) continue;
      keeper.close();
      this.#keepers.delete(name);
    }
    for (const [name, { identity, source }] of defined) {
      if (this.#keepers.has(name)) continue;
      const keeper = this.#newKeeper(identity, source);
      this.#keepers.set(name, keeper);
      // What fails is in the state of the identity.
      if (this.#isStarted && this.#isKept(name)) keeper.load().catch(() => undefined);
      this.#tell(name);
    }
  }

  list(): IdentityStatus[] {
    return [...this.#keepers.keys()].map((name) => this.status(name));
  }

  /** Throws IDENTITY_NOT_FOUND. */
  status(name: string): IdentityStatus {
    const rest = { unlocks: this.#options.unlocks?.(name) ?? [], refused: this.#refusals.of(name) };
    return statusOf(this.#keeper(name).facts(), rest, this.#options.clock.now());
  }

  /** Without a name: the only one there is. */
  get(name?: string): Identity | undefined {
    if (name !== undefined) return this.#keepers.get(name)?.facts().identity;
    const [only, second] = this.#keepers.values();
    return second === undefined ? only?.facts().identity : undefined;
  }

  /** Throws DUPLICATE_NAME, INPUT_INVALID, URL_REFUSED, KEYCHAIN_*, CATALOG_NOT_WRITABLE. */
  async add({ identity, clientSecretValue, privateKeyValue }: NewIdentity): Promise<IdentityStatus> {
    const { catalog } = this.#options;
    const { name } = identity;
    checkAddresses(identity);
    // The catalog is asked first, without the values: a name that is taken must not lose its own.
    await catalog.addIdentity(withoutTyped(identity, { clientSecretValue, privateKeyValue }));
    try {
      const kept = await this.#secrets.keep(identity, { clientSecretValue, privateKeyValue });
      await catalog.updateIdentity(name, kept);
    } catch (error) {
      await catalog.removeIdentity(name);
      throw error;
    }
    this.#changed(`added identity ${name}`, identity);
    return this.status(name);
  }

  /** An empty `clientSecretValue` takes the secret away. Throws IDENTITY_NOT_FOUND, POLICY_DENIED for a managed one, and as `add`. */
  async update(name: string, changed: Identity, clientSecretValue?: string): Promise<IdentityStatus> {
    const before = this.#changeable(name);
    let identity: Identity = { ...changed, name };
    checkAddresses(identity);
    if (clientSecretValue === '') {
      const { clientSecret: _secret, ...rest } = identity;
      identity = rest;
    } else if (clientSecretValue !== undefined) {
      identity = await this.#secrets.keep(identity, { clientSecretValue });
    }
    const isOther = before.issuer !== identity.issuer || before.clientId !== identity.clientId;
    if (isOther) await this.signOut(name);
    await this.#options.catalog.updateIdentity(name, identity);
    this.#changed(`changed identity ${name}`, identity);
    return this.status(name);
  }

  /** Signs out first. Throws IDENTITY_NOT_FOUND, POLICY_DENIED for a managed one, KEYCHAIN_*, CATALOG_*. */
  async remove(name: string): Promise<void> {
    const identity = this.#changeable(name);
    await this.signOut(name);
    await this.#options.catalog.removeIdentity(name);
    await this.#secrets.forget(name);
    this.#changed(`removed identity ${name}`, identity);
  }

  /** Throws IDENTITY_NOT_FOUND, KEYCHAIN_*. */
  async signOut(name: string): Promise<{ identity: IdentityStatus; revoked: Revoked; url?: string }> {
    const ended = await this.#keeper(name).signOut();
    await this.#refusals.forget(name);
    return { ...ended, identity: this.status(name) };
  }

  /** Takes an ID token that was got elsewhere. Throws TOKEN_INVALID, ISSUER_MISMATCH, CLOCK_WRONG, KEYCHAIN_*, METADATA_*. */
  async takeIdToken(name: string, idToken: string): Promise<IdentityStatus> {
    await this.#keeper(name).take(idToken);
    await this.#refusals.forget(name);
    return this.status(name);
  }

  /** Without a way: the one of the identity. Opens nothing. Throws as the ways of signing in. */
  async startSignIn(name: string, way?: 'browser' | 'device'): Promise<StartedSignIn> {
    const keeper = this.#keeper(name);
    await this.#refusals.forget(name);
    return keeper.start(way ?? keeper.facts().identity.way);
  }

  /** Renews silently when it must. Throws NEEDS_SIGN_IN (`data.identity`) when a person is needed. */
  subjectToken(name: string, signal?: AbortSignal): Promise<SubjectToken> {
    signal?.throwIfAborted();
    return this.#keeper(name).subjectToken();
  }

  /** Renews now, whatever is left. Throws NEEDS_SIGN_IN. */
  async renew(name: string): Promise<void> {
    await this.#keeper(name).renew();
  }

  /** The provider, for an exchange. Throws IDENTITY_NOT_FOUND. */
  provider(name: string): Provider {
    return this.#keeper(name).provider;
  }

  /** Why the provider refused the server, cleaned; undefined when it did not, or when a person has asked again since. */
  refusal(name: string, server: string): string | undefined {
    return this.#refusals.reason(name, server);
  }

  /** Remembers a refusal. Throws KEYCHAIN_*. */
  async noteRefusal(name: string, server: string, reason: string): Promise<void> {
    await this.#refusals.note(name, server, reason);
    this.#tell(name);
  }

  /** A person asks again for the server, through whichever identity. Throws KEYCHAIN_*. */
  async forgetRefusals(server: string): Promise<void> {
    for (const { name } of this.list()) {
      if (this.#refusals.reason(name, server) === undefined) continue;
      await this.#refusals.forget(name, server);
      this.#tell(name);
    }
  }

  audit(event: AuditEvent): void {
    this.#options.audit(event);
  }

  /** Calls `fn` at each change of an identity; gives what ends that. */
  onChange(fn: (status: IdentityStatus) => void): () => void {
    this.#listeners.add(fn);
    return () => void this.#listeners.delete(fn);
  }

  close(): void {
    for (const keeper of this.#keepers.values()) keeper.close();
  }

  #defined(): Map<string, { identity: Identity; source: 'catalog' | 'managed' }> {
    const { catalog, managed } = this.#options;
    const defined = new Map<string, { identity: Identity; source: 'catalog' | 'managed' }>();
    for (const identity of managed?.identities.values() ?? []) {
      defined.set(identity.name, { identity, source: 'managed' });
    }
    for (const identity of catalog.identities()) {
      if (!defined.has(identity.name)) defined.set(identity.name, { identity, source: 'catalog' });
    }
    return defined;
  }

  /** Whether there is a sign-in in the keychain, by our own index. */
  #isKept(name: string): boolean {
    return this.#options.tokens.keys('identity/').includes(`identity/${name}`);
  }

  #keeper(name: string): IdentityKeeper {
    const keeper = this.#keepers.get(name);
    if (keeper !== undefined) return keeper;
    throw new PortolanError('IDENTITY_NOT_FOUND', `there is no identity named ${JSON.stringify(name)}`, {
      hint: '`portolan identities` shows the names.',
    });
  }

  #changeable(name: string): Identity {
    const { identity, source } = this.#keeper(name).facts();
    if (source === 'catalog') return identity;
    throw new PortolanError('POLICY_DENIED', `The identity ${name} is set by the administrator of this computer.`, {
      hint: 'Ask the administrator to change it.',
      data: { identity: name },
    });
  }

  #newProvider(identity: Identity): Provider {
    const { clock } = this.#options;
    return new Provider({ identity, clock, credentials: (of) => this.#secrets.credentials(of) });
  }

  #newKeeper(identity: Identity, source: 'catalog' | 'managed'): IdentityKeeper {
    const { tokens, clock } = this.#options;
    return new IdentityKeeper({
      identity,
      source,
      provider: this.#newProvider(identity),
      tokens,
      revocations: this.#revocations,
      clock,
      audit: (event) => this.#options.audit(event),
      onChange: () => this.#tell(identity.name),
    });
  }

  #changed(what: string, { issuer }: Identity): void {
    this.#options.audit({ kind: 'identity.changed', outcome: 'allowed', what, detail: { issuer } });
    this.refresh();
  }

  #tell(name: string): void {
    if (!this.#keepers.has(name)) return;
    for (const listener of this.#listeners) listener(this.status(name));
  }
}
