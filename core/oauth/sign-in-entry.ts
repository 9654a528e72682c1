// One thing that waits for a person to sign in: what is known of it, who waits, and the sign-in that is under way for it.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { SignIn } from '../../shared/model/identity.ts';
import { signInReason } from './sign-in-reason.ts';
import type { Started } from './sign-in-flows.ts';

export interface SignInTarget {
  readonly kind: SignIn['kind'];
  /** Name of the server or identity. */
  readonly name: string;
}

/** What a person is shown before signing in. */
export interface SignInFacts {
  readonly authorizationHost?: string | undefined;
  readonly authorizationHostUnicode?: string | undefined;
  readonly resourceHost?: string | undefined;
  readonly scopes?: readonly string[];
  readonly newScopes?: readonly string[];
}

/** A call that waits. */
export interface Waiter {
  readonly client: string | undefined;
  readonly tool: string | undefined;
  readonly release: (error?: PortolanError) => void;
}

export class SignInEntry {
  readonly id: string;
  readonly target: SignInTarget;
  readonly waiters = new Set<Waiter>();
  readonly #since: string;
  readonly #clients = new Set<string>();
  readonly #followers = new Set<() => void>();
  #state: SignIn['state'] = 'waiting';
  #facts: SignInFacts = {};
  #tool: string | undefined;
  #started: Started<void> | undefined;
  #reason: PortolanError | undefined;

  constructor(id: string, target: SignInTarget, now: number) {
    this.id = id;
    this.target = target;
    this.#since = new Date(now).toISOString();
  }

  get state(): SignIn['state'] {
    return this.#state;
  }

  /** Why the last try failed. */
  get reason(): PortolanError | undefined {
    return this.#reason;
  }

  get isOver(): boolean {
    return this.#state === 'done' || this.#state === 'cancelled';
  }

  note(facts: SignInFacts, tool?: string): void {
    const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    this.#facts = { ...this.#facts, ...known };
    this.#tool ??= tool;
  }

  noteClient(client: string): void {
    this.#clients.add(client);
  }

  noteReason(reason: PortolanError): void {
    this.#reason = reason;
  }

  /** Somebody waits for it (again). */
  wait(): void {
    if (this.#state === 'failed') this.#state = 'waiting';
  }

  underWay(started: Started<void>): void {
    this.#started = started;
    this.#reason = undefined;
    this.#state = 'under-way';
  }

  cancelFlow(): void {
    this.#started?.cancel();
  }

  finish(state: 'done' | 'failed' | 'cancelled', reason?: unknown): void {
    this.#started = undefined;
    this.#state = state;
    if (reason !== undefined) this.#reason = toPortolanError(reason);
  }

  /** Tells followers of a change. */
  changed(): void {
    for (const wake of this.#followers) wake();
  }

  onChange(wake: () => void): () => void {
    this.#followers.add(wake);
    return () => this.#followers.delete(wake);
  }

  model(): SignIn {
    const { authorizationHost, authorizationHostUnicode, resourceHost, scopes = [], newScopes = [] } = this.#facts;
    const { url, device, expiresAt } = this.#started ?? {};
    return {
      id: this.id,
      kind: this.target.kind,
      target: this.target.name,
      state: this.#state,
      since: this.#since,
      calls: this.waiters.size,
      clients: [...this.#clients],
      ...(this.#tool !== undefined && { tool: this.#tool }),
      ...(authorizationHost !== undefined && { authorizationHost }),
      ...(authorizationHostUnicode !== undefined && { authorizationHostUnicode }),
      ...(resourceHost !== undefined && { resourceHost }),
      scopes: [...scopes],
      newScopes: [...newScopes],
      ...(url !== undefined && { url }),
      ...(device !== undefined && { device: { ...device, expiresAt: new Date(device.expiresAt).toISOString() } }),
      ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
      ...(this.#reason !== undefined && { reason: signInReason(this.#reason) }),
    };
  }
}
