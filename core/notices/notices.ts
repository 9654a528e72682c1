// Tells a person outside the window what tasks come to and what waits for him: each thing once, whatever host runs, and taken
// back when it is settled. How it is shown is the channel's business.
import { randomUUID } from 'node:crypto';
import { toPortolanError } from '../../shared/errors.ts';
import type { SignIn } from '../../shared/model/identity.ts';
import type { Notice, NoticeSettings } from '../../shared/model/notice.ts';
import type { Question } from '../../shared/model/question.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import { isFollowed } from '../tasks/reduce-task.ts';
import type { TaskRecord } from '../tasks/task-record.ts';
import { ExpiryWatch } from './expiry-watch.ts';
import { type Delay, NoticeQueue } from './notice-queue.ts';
import type { NoticeStore } from './notice-store.ts';
import { wordsOf } from './notice-words.ts';
import { needsPerson, type Occasion } from './occasion.ts';
import { quietUntil } from './quiet-hours.ts';
import { expiryOf, isStillSo, occasionsOf } from './task-occasions.ts';

const DAY_MS = 86_400_000;
/** What ended while no host ran, or a host died before it was told, is told by the next one this long. */
const CATCH_UP_MS = DAY_MS;
/** Longer than anything is told again. */
const KEPT_MS = 180 * DAY_MS;
/** Shown notices that can still be taken back. */
const MOST_OPEN = 100;

/** Where notices are shown. */
export interface NoticeChannel {
  /** Shows one; resolves with the name of what shows it. Rejects when nothing does. */
  show(notice: Notice): Promise<string>;
  /** Takes it back. Never throws. */
  close(id: string): void;
}

export interface NoticesOptions {
  readonly store: NoticeStore;
  readonly clock: Clock;
  readonly channel: NoticeChannel;
  readonly settings: () => NoticeSettings;
  readonly task: (id: string) => TaskRecord | undefined;
  readonly audit: (event: AuditEvent) => void;
}

export class Notices {
  readonly #options: NoticesOptions;
  readonly #queue: NoticeQueue;
  readonly #expiry: ExpiryWatch;
  /** What is shown and can be settled by others, by notice. */
  readonly #open = new Map<string, readonly Occasion[]>();
  /** Questions and sign-ins that wait, by the key of their occasion. */
  #questions = new Map<string, Question>();
  #signIns = new Map<string, SignIn>();
  /** The failure that was recorded last; the same one again is no news. */
  #failure: string | undefined;
  #isClosed = false;

  constructor(options: NoticesOptions) {
    const { clock, settings, store } = options;
    this.#options = options;
    this.#queue = new NoticeQueue({
      clock,
      quietUntil: () => quietUntil(settings().quiet, clock.now()),
      tell: (batch, delay) => this.#tell(batch, delay),
    });
    this.#expiry = new ExpiryWatch(clock, (id) => {
      const task = options.task(id);
      if (task !== undefined) this.#consider(expiryOf(task));
    });
    store.prune(clock.now() - KEPT_MS);
  }

  /** Takes up what earlier hosts knew and have not told. */
  start(tasks: readonly TaskRecord[]): void {
    const since = this.#options.clock.now() - CATCH_UP_MS;
    for (const task of tasks) {
      this.#expiry.note(task);
      if (!isFollowed(task) && (task.settledAt ?? task.heardAt) < since) continue;
      for (const occasion of occasionsOf(task)) this.#consider(occasion);
    }
  }

  /** To be called after every change of a task. */
  taskChanged(task: TaskRecord, before: TaskRecord | undefined): void {
    if (this.#isClosed) return;
    for (const occasion of occasionsOf(task, before)) this.#consider(occasion);
    this.#expiry.note(task);
    const isWeighty = task.status !== before?.status || task.inputs !== before.inputs || task.end !== before.end;
    if (isWeighty || task.result !== before.result) this.#takeBack();
  }

  /** All questions that wait now. */
  questionsChanged(questions: readonly Question[]): void {
    if (this.#isClosed) return;
    this.#questions = new Map(questions.map((question) => [`question:${question.id}`, question]));
    for (const [key, { id, server, tool }] of this.#questions) {
      const page = `/questions/${encodeURIComponent(id)}`;
      this.#consider({ key, kind: 'needs-answer', server, page, ...(tool !== undefined && { tool }) });
    }
    this.#takeBack();
  }

  /** All sign-ins that wait or are under way now. A target is told of once a day until somebody has signed in. */
  signInsChanged(signIns: readonly SignIn[]): void {
    if (this.#isClosed) return;
    const before = this.#signIns;
    this.#signIns = new Map(signIns.map((signIn) => [`sign-in:${signIn.kind}:${signIn.target}`, signIn]));
    for (const key of before.keys()) if (!this.#signIns.has(key)) this.#options.store.forget(key);
    for (const [key, { target, state }] of this.#signIns) {
      if (state === 'waiting') this.#consider({ key, kind: 'sign-in', server: target, page: '/identities' });
    }
    this.#takeBack();
  }

  /** What shows notices could not show this one after all. */
  failed(id: string, message: string): void {
    this.#open.delete(id);
    const reason = { code: 'NOTICES_UNAVAILABLE', message };
    this.#options.audit({ kind: 'notice.failed', outcome: 'error', what: 'The window could not show it.', reason });
  }

  settingsChanged(): void {
    this.#queue.settingsChanged();
  }

  /** Tells nothing any more; what waits is found by the next host. */
  close(): void {
    this.#isClosed = true;
    this.#queue.close();
    this.#expiry.close();
  }

  #consider(occasion: Occasion): void {
    if (this.#isWanted(occasion) && !this.#isTold(occasion)) this.#queue.add(occasion);
  }

  #isTold({ key, kind }: Occasion): boolean {
    const { store, clock } = this.#options;
    return store.isTold(key, kind === 'sign-in' ? clock.now() - DAY_MS : 0);
  }

  #isWanted(occasion: Occasion): boolean {
    const { level, servers } = this.#options.settings();
    const wanted = Object.hasOwn(servers, occasion.server) ? servers[occasion.server] : level;
    return wanted === 'all' || (wanted === 'needs-me' && needsPerson(occasion));
  }

  #isStillSo(occasion: Occasion): boolean {
    const { key, kind, task } = occasion;
    if (task !== undefined) return isStillSo(occasion, this.#options.task(task), this.#options.clock.now());
    return kind === 'sign-in' ? this.#signIns.get(key)?.state === 'waiting' : this.#questions.has(key);
  }

  #tell(batch: readonly Occasion[], delay: Delay): boolean {
    const { store, clock, settings } = this.#options;
    const worth = batch.filter((occasion) => this.#isStillSo(occasion) && this.#isWanted(occasion));
    if (worth.length === 0) return false;
    const words = wordsOf(worth, delay, {
      now: clock.now(),
      showText: settings().showText,
      task: (id) => this.#options.task(id),
      calls: (key) => this.#signIns.get(key)?.calls ?? 0,
      asked: (key) => this.#questions.get(key)?.message,
    });
    // Before it is shown: a host that dies in between has told it rather than tells it twice.
    store.note(
      worth.map(({ key }) => key),
      clock.now(),
    );
    const notice = { id: randomUUID(), ...words };
    if (worth.every(needsPerson)) this.#keepOpen(notice.id, worth);
    void this.#show(notice, worth);
    return true;
  }

  async #show(notice: Notice, about: readonly Occasion[]): Promise<void> {
    const { channel, audit } = this.#options;
    const servers = new Set(about.map(({ server }) => server));
    const [first] = about;
    const facts = {
      what: notice.title,
      ...(servers.size === 1 && first !== undefined && { server: first.server }),
      ...(about.length === 1 && first?.tool !== undefined && { tool: first.tool }),
    };
    const detail = {
      about: [...new Set(about.map(({ kind }) => kind))].join(' '),
      things: String(about.length),
      ...(notice.task !== undefined && { task: notice.task }),
    };
    try {
      const by = await channel.show(notice);
      this.#failure = undefined;
      audit({ kind: 'notice.shown', outcome: 'allowed', ...facts, detail: { ...detail, by } });
    } catch (error) {
      this.#open.delete(notice.id);
      const { code, message } = toPortolanError(error);
      if (this.#failure === message) return;
      this.#failure = message;
      audit({ kind: 'notice.failed', outcome: 'error', ...facts, detail, reason: { code, message } });
    }
  }

  #keepOpen(id: string, about: readonly Occasion[]): void {
    this.#open.set(id, about);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
  }

  #takeBack(): void {
    for (const [id, about] of this.#open) {
      if (about.some((occasion) => this.#isStillSo(occasion))) continue;
      this.#open.delete(id);
      this.#options.channel.close(id);
    }
  }
}
