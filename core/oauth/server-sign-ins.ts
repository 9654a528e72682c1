// All servers that can be signed in to: who asks for one's credentials gets its one owner, and people sign in and out here.
import { isDeepStrictEqual } from 'node:util';
import { PortolanError } from '../../shared/errors.ts';
import type { ServerSignIn, SignIn } from '../../shared/model/identity.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import { targetOf, wayOf } from './auth-target.ts';
import { signInEvent } from './oauth-audit.ts';
import { NOBODY, principalOf } from './principal.ts';
import type { RequestAuth, Requester } from './request-auth.ts';
import { Revocations } from './revocations.ts';
import type { Revoked } from './revoke.ts';
import { ServerAuth } from './server-auth.ts';
import { signInStatus } from './server-status.ts';
import { SignInDesk, type Waiting } from './sign-in-desk.ts';
import type { SignInTarget } from './sign-in-entry.ts';
import { needsSignIn } from './sign-in-errors.ts';
import type { AuthTarget } from './sign-in-flows.ts';
import type { ServerSignInsOptions } from './server-sign-ins-options.ts';

const NOBODY_WAITS: Requester = { client: () => 'Portolan', mayWait: () => false };

export class ServerSignIns {
  readonly desk: SignInDesk;
  readonly #options: ServerSignInsOptions;
  readonly #auths = new Map<string, ServerAuth>();
  readonly #principals = new Map<string, string>();
  readonly #revocations: Revocations;

  constructor(options: ServerSignInsOptions) {
    this.#options = options;
    const { clock, hooks, startIdentity } = options;
    this.desk = new SignInDesk({
      clock,
      begin: async (target, { way, again, note }) =>
        target.kind === 'identity'
          ? startIdentity(target.name, { way, again })
          : (await this.#auth(target.name)).begin({ way, again, note }),
      onChange: (list) => {
        hooks.onSignIns(list);
      },
    });
    const targetOf = async (name: string): Promise<AuthTarget | undefined> =>
      options.entries().some((entry) => entry.name === name) ? this.#targetOf(name) : undefined;
    this.#revocations = new Revocations({ ...options, targetOf });
    this.#revocations.start();
  }

  /** How the requests of a connection are signed in; undefined: they are not. Without a requester they never wait. */
  authOf(server: ResolvedServer, requester: Requester = NOBODY_WAITS): RequestAuth | undefined {
    const target = targetOf(server);
    return target === undefined ? undefined : this.#authFor(target).for(requester);
  }

  /** Whose credentials reach a server now. @throws PortolanError KEYCHAIN_* */
  async principalOf(name: string): Promise<string> {
    if (!this.#isKept(name)) return NOBODY;
    const auth = await this.#auth(name).catch(() => undefined);
    return principalOf((await auth?.held())?.grant);
  }

  /** Waits for the person whom `error` asks for; false when it asks for nobody. @throws as SignInDesk.wait */
  async waitFor(error: PortolanError, waiting: Omit<Waiting, 'server' | 'waitMs'>): Promise<boolean> {
    const id = error.data['signIn'];
    if (error.code !== 'NEEDS_SIGN_IN' || typeof id !== 'string') return false;
    const waitMs = this.#options.waitMs();
    if (waitMs <= 0) return false;
    const server = String(error.data['server']);
    await this.desk.wait(this.desk.targetOf(id), {}, { ...waiting, server, waitMs });
    return true;
  }

  list(): ServerSignIn[] {
    return this.#options.entries().flatMap((entry) => (entry.endpoint.type === 'stdio' ? [] : [this.#status(entry)]));
  }

  /** @throws PortolanError SERVER_NOT_FOUND */
  status(name: string): ServerSignIn {
    return this.#status(this.#entry(name));
  }

  /**
   * Begins the sign-in of a server. Resolves when a person can act, or with `done` when nobody needs to.
   * @throws PortolanError UNSUPPORTED when nobody signs in to it, and what discovery, registration and grants throw
   */
  async start(name: string, options: { way: 'browser' | 'device' | undefined; again: boolean }): Promise<SignIn> {
    const auth = await this.#auth(name);
    const open = this.desk.of({ kind: 'step-up', name });
    if (open !== undefined) return this.desk.start({ kind: 'step-up', name }, options);
    const target: SignInTarget = { kind: 'server', name };
    if (!options.again && this.desk.of(target) === undefined && (await auth.held()) !== undefined)
      return this.#done(target);
    if (options.way === undefined && auth.mayBeQuiet) {
      const needed = await auth.signInQuietly();
      if (needed === undefined) {
        this.desk.settle(target);
        return this.#done(target);
      }
      if (needed.target.kind === 'identity') return this.desk.start(needed.target, options);
    }
    return this.desk.start(target, options);
  }

  /** Removes the server's tokens and revokes them. @throws PortolanError SERVER_NOT_FOUND, KEYCHAIN_* */
  async signOut(name: string): Promise<Revoked> {
    const entry = this.#entry(name);
    const auth = await this.#auth(name).catch(() => undefined);
    const held = await auth?.owner.load();
    await this.#options.broker.remove(name);
    this.#gone(name);
    this.#options.audit(signInEvent('signin.ended', name, { what: 'signed out' }));
    this.#options.hooks.onServer(this.#status(entry));
    await this.#options.hooks.onPrincipalGone(name);
    return held === undefined ? 'not-offered' : this.#revocations.revoke({ server: name, grant: held.grant });
  }

  /** The identity is another person's now, or nobody's: what was got through it goes. @throws PortolanError KEYCHAIN_* */
  async identityGone(identity: string): Promise<void> {
    for (const { name } of this.#options.entries()) {
      const auth = this.#isKept(name) ? await this.#auth(name).catch(() => undefined) : undefined;
      const held = await auth?.owner.load();
      if (auth === undefined || held?.grant.identity !== identity) continue;
      await auth.owner.clear(held);
      auth.reset();
      await this.#options.hooks.onPrincipalGone(name);
      this.#tell(name);
    }
  }

  /** A person has signed in to the identity: what waits for that goes on. */
  identityReady(identity: string): void {
    this.desk.settle({ kind: 'identity', name: identity });
    for (const auth of this.#auths.values()) auth.forgive();
  }

  /**
   * The catalog has changed: tokens for what a server is not any more are removed, and those of a server that was only renamed
   * go with it. @throws PortolanError KEYCHAIN_*
   */
  async catalogChanged(change: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  }): Promise<void> {
    const { broker } = this.#options;
    const added = await Promise.all(change.added.map((name) => this.#targetOf(name)));
    for (const name of change.removed) {
      const heir = added.find((target) => target !== undefined && broker.has(name, target.url.href));
      // Without one they stay until the host ends, as long as the removal can be undone.
      if (heir !== undefined) await broker.move(name, heir.name);
      this.#gone(name);
    }
    for (const name of change.changed) {
      const old = this.#auths.get(name)?.target;
      const target = await this.#targetOf(name);
      if (target !== undefined && old !== undefined && isSame(target, old)) continue;
      await broker.remove(name, target?.url.href);
      this.#gone(name);
    }
  }

  close(): void {
    this.desk.close();
    this.#revocations.close();
  }

  #gone(name: string): void {
    this.#auths.get(name)?.reset();
    this.#auths.delete(name);
    this.#principals.delete(name);
    for (const kind of ['server', 'step-up'] as const) this.desk.drop({ kind, name });
  }

  async #auth(name: string): Promise<ServerAuth> {
    const target = await this.#targetOf(this.#entry(name).name);
    if (target !== undefined) return this.#authFor(target);
    throw new PortolanError(
      'UNSUPPORTED',
      `Nobody signs in to ${name}: it is a command, or its entry has a credential.`,
      {
        hint: 'There is nothing to sign in to.',
      },
    );
  }

  /** One for each server; another when its entry has changed. */
  #authFor(target: AuthTarget): ServerAuth {
    const known = this.#auths.get(target.name);
    if (known !== undefined && isSame(known.target, target)) return known;
    const { broker, flows, clock, audit, waitMs, hooks } = this.#options;
    const { name } = target;
    const needed = (to: SignInTarget, id: string): void =>
      hooks.onNeeded(name, needsSignIn({ ...to, server: name }, { id }));
    const auth = new ServerAuth({
      target,
      flows,
      clock,
      audit,
      waitMs,
      owner: broker.owner(name, target.url.href),
      desk: {
        need: (to, facts, about) => {
          const signIn = this.desk.need(to, facts, about);
          needed(to, signIn.id);
          this.#tell(name);
          return signIn;
        },
        wait: (to, facts, waiting) => {
          needed(to, this.desk.need(to, facts).id);
          this.#tell(name);
          return this.desk.wait(to, facts, waiting);
        },
      },
      onTokens: () => this.#tokensChanged(name),
    });
    this.#auths.set(name, auth);
    return auth;
  }

  #tokensChanged(name: string): void {
    const grant = this.#auths.get(name)?.owner.held?.grant;
    const before = this.#principals.get(name);
    if (grant !== undefined) {
      const principal = principalOf(grant);
      this.#principals.set(name, principal);
      this.#options.hooks.onSignedIn(name);
      if (before !== undefined && before !== principal) void this.#options.hooks.onPrincipalGone(name);
    }
    this.#tell(name);
  }

  #tell(name: string): void {
    const entry = this.#options.entries().find((candidate) => candidate.name === name);
    if (entry !== undefined) this.#options.hooks.onServer(this.#status(entry));
  }

  #status(entry: ServerEntry): ServerSignIn {
    const { name } = entry;
    const auth = this.#auths.get(name);
    const isWaiting = (['server', 'step-up'] as const).some((kind) => this.desk.of({ kind, name }) !== undefined);
    return signInStatus({
      server: name,
      way: wayOf(entry),
      identity: entry.options.auth?.identity,
      isWaiting,
      held: auth?.owner.held,
      isKept: this.#isKept(name),
      problem: auth?.problem,
      now: this.#options.clock.now(),
    });
  }

  #isKept(name: string): boolean {
    return this.#options.tokens.keys(`token/${name}/`).length > 0;
  }

  #entry(name: string): ServerEntry {
    const entry = this.#options.entries().find((candidate) => candidate.name === name);
    if (entry !== undefined) return entry;
    throw new PortolanError('SERVER_NOT_FOUND', `There is no server "${name}" in the catalog.`, {
      hint: 'List the servers with: portolan list',
    });
  }

  async #targetOf(name: string): Promise<AuthTarget | undefined> {
    return targetOf(await this.#options.resolve(this.#entry(name)));
  }

  /** A sign-in that nobody had to do anything for. */
  #done({ kind, name }: SignInTarget): SignIn {
    const scopes = [...(this.#auths.get(name)?.owner.held?.grant.set.scope ?? [])];
    const since = new Date(this.#options.clock.now()).toISOString();
    return {
      id: `done-${name}`,
      kind,
      target: name,
      state: 'done',
      since,
      calls: 0,
      clients: [],
      scopes,
      newScopes: [],
    };
  }
}

function isSame(one: AuthTarget, other: AuthTarget): boolean {
  return one.url.href === other.url.href && one.revision === other.revision && isDeepStrictEqual(one.auth, other.auth);
}
