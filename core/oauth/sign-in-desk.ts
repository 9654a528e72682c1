// The queue of what waits for a person to sign in, and the sign-ins under way: one for each target, whoever asks; calls wait at
// it and go on together. It opens no browser: whoever starts a sign-in is told the address.
import { randomUUID } from 'node:crypto';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { SignIn } from '../../shared/model/identity.ts';
import type { Clock } from '../base/clock.ts';
import { SignInEntry, type SignInFacts, type SignInTarget } from './sign-in-entry.ts';
import { needsSignIn, nobodyWaits, signInCancelled } from './sign-in-errors.ts';
import type { Started } from './sign-in-flows.ts';

/** Finished sign-ins that can still be asked for. */
const MOST_FINISHED = 20;
const MOST_CLIENTS = 20;

/** A call that may wait. `waitMs`: 0 = not at all. */
export interface Waiting {
  readonly server: string;
  readonly client?: string | undefined;
  readonly tool?: string | undefined;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onWaiting?: ((isWaiting: boolean) => void) | undefined;
}

export interface DeskOptions {
  readonly clock: Clock;
  /** Begins the sign-in itself. `facts` may be told before it resolves. */
  readonly begin: (
    target: SignInTarget,
    options: { way: 'browser' | 'device' | undefined; again: boolean; note: (facts: SignInFacts) => void },
  ) => Promise<Started<void>>;
  /** All that wait and are under way, oldest first, after any change. */
  readonly onChange: (list: SignIn[]) => void;
}

export class SignInDesk {
  readonly #options: DeskOptions;
  /** By kind and name. */
  readonly #open = new Map<string, SignInEntry>();
  readonly #finished: SignInEntry[] = [];
  readonly #beginning = new Map<SignInEntry, Promise<void>>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** What waits, what is under way and what failed, oldest first. */
  list(): SignIn[] {
    return [...this.#open.values()].map((entry) => entry.model());
  }

  /** The entry of a target, if there is one. */
  of({ kind, name }: SignInTarget): SignIn | undefined {
    return this.#open.get(keyOf({ kind, name }))?.model();
  }

  /** Notes that a person is needed; nothing waits for it yet. */
  need(
    target: SignInTarget,
    facts: SignInFacts,
    about: { tool?: string | undefined; reason?: PortolanError } = {},
  ): SignIn {
    const entry = this.#entry(target);
    entry.note(facts, about.tool);
    if (about.reason !== undefined) entry.noteReason(about.reason);
    this.#changed(entry);
    return entry.model();
  }

  /**
   * Waits until somebody has signed in.
   * @throws PortolanError NEEDS_SIGN_IN when that took too long, SIGN_IN_CANCELLED, CONNECTION_LOST when `signal` aborts
   */
  async wait(target: SignInTarget, facts: SignInFacts, waiting: Waiting): Promise<void> {
    const { server, client, tool, waitMs, signal, onWaiting } = waiting;
    const entry = this.#entry(target);
    entry.wait();
    entry.note(facts, tool);
    if (client !== undefined && this.#clientsOf(entry) < MOST_CLIENTS) entry.noteClient(client);
    const tooLate = (): PortolanError =>
      needsSignIn({ ...target, server }, { id: entry.id, why: entry.reason?.message });
    if (waitMs <= 0) {
      this.#changed(entry);
      throw tooLate();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = {
      client,
      tool,
      release: (error?: PortolanError) => (error === undefined ? resolve() : reject(error)),
    };
    const timer = this.#options.clock.setTimeout(() => reject(tooLate()), waitMs);
    const abort = (): void => reject(nobodyWaits());
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    entry.waiters.add(waiter);
    this.#changed(entry);
    onWaiting?.(true);
    try {
      await promise;
    } finally {
      onWaiting?.(false);
      timer.cancel();
      signal.removeEventListener('abort', abort);
      entry.waiters.delete(waiter);
      if (!entry.isOver) this.#changed(entry);
    }
  }

  /**
   * Begins the sign-in of a target, or joins the one under way. Resolves when there is an address to open or a code to type.
   * @throws PortolanError what beginning throws; the need stays, with the reason
   */
  async start(
    target: SignInTarget,
    options: { way?: 'browser' | 'device' | undefined; again: boolean },
  ): Promise<SignIn> {
    const entry = this.#entry(target);
    if (entry.state !== 'under-way') {
      let beginning = this.#beginning.get(entry);
      if (beginning === undefined) {
        beginning = this.#begin(entry, options).finally(() => this.#beginning.delete(entry));
        this.#beginning.set(entry, beginning);
      }
      await beginning;
    }
    return entry.model();
  }

  /** The target of an entry. @throws PortolanError NOT_FOUND */
  targetOf(id: string): SignInTarget {
    return this.#byId(id).target;
  }

  /** Each state from now on, the present one first; ends after `done`, `failed` or `cancelled`. @throws PortolanError NOT_FOUND */
  follow(id: string, signal: AbortSignal | undefined): AsyncIterable<SignIn> {
    return followed(this.#byId(id), signal);
  }

  /** Gives a sign-in up; the calls that wait for it fail. @throws PortolanError NOT_FOUND */
  cancel(id: string): void {
    const entry = this.#byId(id);
    if (entry.isOver) return;
    entry.cancelFlow();
    this.#end(entry, 'cancelled', signInCancelled(entry.target.name));
  }

  /** Somebody is signed in, however that came: what waits for it goes on. */
  settle(target: SignInTarget): void {
    const entry = this.#open.get(keyOf(target));
    if (entry === undefined) return;
    entry.cancelFlow();
    this.#end(entry, 'done');
  }

  /** The target is gone: nothing waits for it any more. */
  drop(target: SignInTarget): void {
    const entry = this.#open.get(keyOf(target));
    if (entry !== undefined) this.cancel(entry.id);
  }

  /** Ends all sign-ins under way. */
  close(): void {
    for (const { id } of this.#open.values()) this.cancel(id);
  }

  async #begin(
    entry: SignInEntry,
    { way, again }: { way?: 'browser' | 'device' | undefined; again: boolean },
  ): Promise<void> {
    const note = (facts: SignInFacts): void => entry.note(facts);
    try {
      const started = await this.#options.begin(entry.target, { way, again, note });
      if (entry.isOver) {
        started.done.catch(() => undefined);
        started.cancel();
        return;
      }
      entry.underWay(started);
      this.#changed(entry);
      started.done.then(
        () => this.#end(entry, 'done'),
        (error: unknown) => this.#failed(entry, error),
      );
    } catch (error) {
      this.#failed(entry, error);
      throw error;
    }
  }

  #failed(entry: SignInEntry, error: unknown): void {
    if (entry.isOver) return;
    const problem = toPortolanError(error);
    if (problem.code === 'SIGN_IN_CANCELLED') {
      this.#end(entry, 'cancelled', problem);
      return;
    }
    // What waits goes on waiting, since a person may try again; unless he has said no.
    entry.finish('failed', problem);
    if (problem.code === 'SIGN_IN_REFUSED') for (const waiter of entry.waiters) waiter.release(unsent(problem));
    this.#changed(entry);
  }

  #end(entry: SignInEntry, state: 'done' | 'cancelled', reason?: unknown): void {
    if (entry.isOver) return;
    entry.finish(state, reason);
    this.#open.delete(keyOf(entry.target));
    this.#finished.push(entry);
    if (this.#finished.length > MOST_FINISHED) this.#finished.shift();
    const error = state === 'cancelled' ? toPortolanError(reason) : undefined;
    for (const waiter of entry.waiters) waiter.release(error);
    this.#changed(entry);
  }

  #entry(target: SignInTarget): SignInEntry {
    const key = keyOf(target);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const entry = new SignInEntry(randomUUID(), target, this.#options.clock.now());
    this.#open.set(key, entry);
    return entry;
  }

  #byId(id: string): SignInEntry {
    const entry = [...this.#open.values(), ...this.#finished].find((candidate) => candidate.id === id);
    if (entry !== undefined) return entry;
    throw new PortolanError('NOT_FOUND', 'There is no such sign-in.', { hint: 'It may be over: look at the list.' });
  }

  #clientsOf(entry: SignInEntry): number {
    return entry.model().clients.length;
  }

  #changed(entry: SignInEntry): void {
    entry.changed();
    this.#options.onChange(this.list());
  }
}

async function* followed(entry: SignInEntry, signal: AbortSignal | undefined): AsyncIterable<SignIn> {
  let wake = Promise.withResolvers<void>();
  const onChange = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const stop = entry.onChange(onChange);
  signal?.addEventListener('abort', onChange);
  try {
    for (let told = ''; ; ) {
      if (signal?.aborted === true) return;
      const { promise } = wake;
      const model = entry.model();
      const text = JSON.stringify(model);
      if (text !== told) yield model;
      told = text;
      if (model.state === 'done' || model.state === 'failed' || model.state === 'cancelled') return;
      await promise;
    }
  } finally {
    stop();
    signal?.removeEventListener('abort', onChange);
  }
}

function unsent({ code, message, hint, data }: PortolanError): PortolanError {
  return new PortolanError(code, message, { ...(hint !== undefined && { hint }), data: { ...data, sent: false } });
}

function keyOf({ kind, name }: SignInTarget): string {
  return `${kind} ${name}`;
}
