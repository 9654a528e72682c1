// The sign-in of one identity: renewed before it ends by one renewal at a time, and ended when its provider says so.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Identity } from '../../shared/model/identity.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import { digest } from '../audit/digest.ts';
import type { Clock, Timer } from '../base/clock.ts';
import type { TokenStore } from '../vault/token-store.ts';
import { type PendingSignIn, startBrowserSignIn } from './browser-sign-in.ts';
import { startDeviceSignIn } from './device-sign-in.ts';
import type { IdentitySession } from './identity-session.ts';
import type { IdentityFacts } from './identity-status.ts';
import { logoutUrl } from './logout-url.ts';
import type { Provider } from './provider.ts';
import type { Revocations, Revoked } from './revocations.ts';
import { newSession, renewedSession } from './session-grants.ts';
import { SessionStore } from './session-store.ts';
import { isDue, isUsable, nextChangeIn } from './session-times.ts';
import { toSignInError } from './sign-in-error.ts';

/** What is shown to a provider to say who the person is. */
export interface SubjectToken {
  readonly token: string;
  readonly type: 'id_token' | 'refresh_token';
  readonly issuer: string;
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
}

/** A sign-in under way. `done` rejects with what ended it. */
export interface StartedSignIn extends Omit<PendingSignIn, 'done'> {
  readonly done: Promise<void>;
}

export interface IdentityKeeperOptions {
  readonly identity: Identity;
  readonly source: 'catalog' | 'managed';
  readonly provider: Provider;
  readonly tokens: TokenStore;
  readonly revocations: Revocations;
  readonly clock: Clock;
  audit(event: AuditEvent): void;
  onChange(): void;
}

const LONGEST_TIMER_MS = 60 * 60_000;
const RUN_OUT = 'The sign-in has run out.';

export class IdentityKeeper {
  readonly #options: IdentityKeeperOptions;
  readonly #store: SessionStore;
  #loading: Promise<unknown> | undefined;
  #renewing: Promise<IdentitySession> | undefined;
  #signIn: PendingSignIn | undefined;
  #failure: PortolanError | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: IdentityKeeperOptions) {
    this.#options = options;
    this.#store = new SessionStore(options.identity, options.tokens);
  }

  get provider(): Provider {
    return this.#options.provider;
  }

  facts(): IdentityFacts {
    const { identity, source } = this.#options;
    const { session } = this.#store;
    return { identity, source, session, signingIn: this.#signIn !== undefined, failure: this.#failure };
  }

  /** Reads what is kept, once. Throws KEYCHAIN_*, and is tried again at the next call then. */
  async load(): Promise<void> {
    this.#loading ??= this.#store.load().then(
      () => this.#changed(undefined),
      (error: unknown) => {
        this.#loading = undefined;
        this.#changed(error);
        throw error;
      },
    );
    await this.#loading;
  }

  /** A token that is valid for a while yet. Throws NEEDS_SIGN_IN (`data.identity`) when a person is needed. */
  async subjectToken(): Promise<SubjectToken> {
    await this.load();
    const { clock } = this.#options;
    let { session } = this.#store;
    if (session?.refreshToken !== undefined && !isUsable(session, clock.now())) session = await this.renew();
    if (session === undefined) throw this.#needsSignIn(undefined);
    const { issuer, subject, idToken, idTokenExpiresAt: expiresAt, refreshToken, ended = RUN_OUT } = session;
    if (idToken !== undefined && expiresAt !== undefined && isUsable(session, clock.now())) {
      return { token: idToken, type: 'id_token', issuer, subject, expiresAt };
    }
    if (refreshToken === undefined) throw this.#needsSignIn(ended);
    return { token: refreshToken, type: 'refresh_token', issuer, subject };
  }

  /** Another sign-in under way is cancelled. Throws as the ways of signing in. */
  async start(way: 'browser' | 'device'): Promise<StartedSignIn> {
    const { provider, clock } = this.#options;
    this.#signIn?.cancel();
    const pending = await (way === 'device' ? startDeviceSignIn : startBrowserSignIn)(provider, clock);
    this.#signIn = pending;
    this.#audit('signin.started', { way });
    this.#options.onChange();
    const done = this.#finish(pending, way);
    done.catch(() => undefined);
    return { ...pending, done };
  }

  /** Takes an ID token that was got elsewhere. Throws TOKEN_INVALID, ISSUER_MISMATCH, CLOCK_WRONG, KEYCHAIN_*. */
  async take(idToken: string): Promise<void> {
    const { provider, clock } = this.#options;
    const { claims, signed } = await provider.check(idToken, {});
    await this.#begin(newSession(provider, { idToken, claims, signed }, clock.now()), 'token');
  }

  /** One renewal at a time: whoever comes meanwhile gets the same. Throws NEEDS_SIGN_IN when the provider has ended it. */
  renew(): Promise<IdentitySession> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Forgets the sign-in and revokes it. `url`: the provider’s page for signing out there. Throws KEYCHAIN_*. */
  async signOut(): Promise<{ revoked: Revoked; url?: string }> {
    const { provider, revocations } = this.#options;
    this.#signIn?.cancel();
    await this.load();
    await this.#renewing?.catch(() => undefined);
    const { session } = this.#store;
    const revoked =
      session?.refreshToken === undefined ? 'not-offered' : await revocations.revoke(provider, session.refreshToken);
    await this.#store.remove();
    this.#changed(undefined);
    if (session !== undefined) this.#audit('signin.ended', { subject: digest(session.subject) });
    const url = revoked === 'later' ? undefined : await logoutUrl(provider, session);
    return { revoked, ...(url !== undefined && { url }) };
  }

  close(): void {
    this.#closed = true;
    this.#signIn?.cancel();
    this.#timer?.cancel();
  }

  async #finish(pending: PendingSignIn, way: string): Promise<void> {
    try {
      const tokens = await pending.done;
      const session = newSession(this.provider, tokens, this.#options.clock.now());
      if (this.#signIn !== pending) throw new PortolanError('SIGN_IN_CANCELLED', 'Another sign-in took its place.');
      await this.#begin(session, way);
    } catch (error) {
      const failure = toPortolanError(error);
      this.#audit('signin.failed', { way }, failure);
      if (this.#signIn === pending) {
        this.#signIn = undefined;
        this.#changed(failure.code === 'SIGN_IN_CANCELLED' ? this.#failure : failure);
      }
      throw failure;
    }
  }

  async #begin(session: IdentitySession, way: string): Promise<void> {
    await this.#store.write(session);
    this.#loading = Promise.resolve();
    this.#signIn = undefined;
    this.#changed(undefined);
    this.#audit('signin.finished', { way, subject: digest(session.subject) });
  }

  async #renew(): Promise<IdentitySession> {
    const { provider, clock } = this.#options;
    const known = this.#store.session?.renewedAt;
    // A refresh token may be good for one use: the newest is needed, and a keychain that can keep the next.
    const before = await this.#store.load().catch((error: unknown) => {
      this.#changed(error);
      throw error;
    });
    if (before !== undefined && before.renewedAt !== known && !isDue(before, clock.now())) {
      this.#changed(undefined);
      return before;
    }
    const { refreshToken } = before ?? {};
    if (before === undefined || refreshToken === undefined) throw this.#needsSignIn(before?.ended);
    let after: IdentitySession;
    try {
      after = await renewedSession(provider, { ...before, refreshToken }, clock);
    } catch (error) {
      const failure = toSignInError(error, provider.identity.issuer, 'TOKEN_REFUSED');
      this.#audit('token.refused', {}, failure);
      // Only this says that the sign-in is over; everything else may pass. (RFC 6749, 5.2)
      if (failure.data['oauthError'] === 'invalid_grant') {
        return this.#end(before, `The provider has ended the sign-in. ${failure.message}`);
      }
      this.#changed(failure);
      throw failure;
    }
    this.#audit('token.refreshed', { subject: digest(before.subject) });
    return this.#replace(after);
  }

  /** Takes the tokens away and remembers why. Gives a newer session when another has stored one; else throws NEEDS_SIGN_IN. */
  async #end(before: IdentitySession, ended: string): Promise<IdentitySession> {
    const { idToken: _id, refreshToken: _refresh, idTokenExpiresAt: _end, ...rest } = before;
    const session = await this.#replace({ ...rest, ended });
    if (session.ended === undefined) return session;
    this.#audit('signin.ended', { subject: digest(before.subject) });
    throw this.#needsSignIn(session.ended);
  }

  async #replace(session: IdentitySession): Promise<IdentitySession> {
    const kept = await this.#store.replace(session);
    this.#changed(undefined);
    if (kept === undefined) throw this.#needsSignIn(undefined);
    return kept;
  }

  /** `failure`: what went wrong last, undefined when nothing did. */
  #changed(failure: unknown): void {
    this.#failure = failure === undefined ? undefined : toPortolanError(failure);
    this.#schedule();
    this.#options.onChange();
  }

  #schedule(): void {
    this.#timer?.cancel();
    const { clock } = this.#options;
    const wait = nextChangeIn(this.#store.session, this.#failure !== undefined, clock.now());
    if (wait === undefined || this.#closed) return;
    this.#timer = clock.setTimeout(() => this.#wake(), Math.min(wait, LONGEST_TIMER_MS));
  }

  #wake(): void {
    const { session } = this.#store;
    if (session === undefined || !isDue(session, this.#options.clock.now())) {
      this.#schedule();
      this.#options.onChange();
      return;
    }
    // What goes wrong is in the state already.
    const work = session.refreshToken === undefined ? this.#end(session, RUN_OUT) : this.renew();
    work.catch(() => undefined);
  }

  #needsSignIn(why: string | undefined): PortolanError {
    const { name } = this.#options.identity;
    return new PortolanError('NEEDS_SIGN_IN', why ?? `Nobody is signed in as the identity ${name}.`, {
      hint: 'Sign in to the identity.',
      data: { identity: name },
    });
  }

  #audit(kind: AuditEvent['kind'], detail: Readonly<Record<string, string>>, failure?: PortolanError): void {
    const { name, issuer } = this.#options.identity;
    const reason = failure && { code: failure.code, message: failure.message };
    const outcome = failure === undefined ? 'allowed' : failure.code === 'SIGN_IN_CANCELLED' ? 'cancelled' : 'error';
    this.#options.audit({ kind, outcome, what: name, ...(reason && { reason }), detail: { issuer, ...detail } });
  }
}
