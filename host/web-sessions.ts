// Who may use the loopback web host: one-time codes that open a browser session, and the sessions' bearer tokens.
// Kept in memory only and hashed: they end with the host, and a copy of this memory's hashes opens nothing.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/base/clock.ts';

const CODE_LIFETIME_MS = 120_000;
const IDLE_LIFETIME_MS = 12 * 3_600_000;
const SECRET_BYTES = 32;
/** Wrong codes per minute before further ones are refused unread. */
const MAX_WRONG_CODES_PER_MINUTE = 10;
/** Wrong tokens per minute before further wrong ones are told so; a tab left open with an old token sends many. */
const MAX_WRONG_TOKENS_PER_MINUTE = 60;
const MAX_CODES = 16;
const MAX_SESSIONS = 64;

export interface WebSession {
  readonly id: string;
  /** Called when the session ends; the callback cuts its open responses. */
  readonly onEnd: Set<() => void>;
}

interface StoredSession extends WebSession {
  readonly hash: Buffer;
  lastUsed: number;
}

/** Codes and sessions of one web host. Every comparison takes the same time wherever the texts differ. */
export class WebSessions {
  readonly #clock: Clock;
  readonly #onEnded: (id: string) => void;
  #codes: { readonly hash: Buffer; readonly until: number }[] = [];
  readonly #sessions = new Map<string, StoredSession>();
  readonly #wrongCodes: FailureCount;
  readonly #wrongTokens: FailureCount;

  constructor(options: { clock: Clock; onEnded?: (id: string) => void }) {
    this.#clock = options.clock;
    this.#onEnded = options.onEnded ?? (() => undefined);
    this.#wrongCodes = countFailures(options.clock, MAX_WRONG_CODES_PER_MINUTE);
    this.#wrongTokens = countFailures(options.clock, MAX_WRONG_TOKENS_PER_MINUTE);
  }

  get size(): number {
    this.#expire();
    return this.#sessions.size;
  }

  /** A code that opens one session within two minutes. */
  createCode(): string {
    const code = randomBytes(SECRET_BYTES).toString('base64url');
    this.#expire();
    this.#codes.push({ hash: hashOf(code), until: this.#clock.monotonic() + CODE_LIFETIME_MS });
    this.#codes = this.#codes.slice(-MAX_CODES);
    return code;
  }

  /** Spends `code`: the new session and its bearer token, `refused` when it is not a live code, `too-many` after many wrong ones. */
  redeem(code: string): { kind: 'opened'; token: string; id: string } | { kind: 'refused' | 'too-many' } {
    this.#expire();
    if (this.#wrongCodes.tooMany()) return { kind: 'too-many' };
    const hash = hashOf(code);
    const found = this.#codes.filter((known) => timingSafeEqual(known.hash, hash));
    if (found.length === 0) {
      this.#wrongCodes.add();
      return { kind: 'refused' };
    }
    this.#codes = this.#codes.filter((known) => !found.includes(known));
    return { kind: 'opened', ...this.#open() };
  }

  /** The session of a bearer token. A right token works however many wrong ones came before. */
  authenticate(token: string): { kind: 'session'; session: WebSession } | { kind: 'refused' | 'too-many' } {
    this.#expire();
    const hash = hashOf(token);
    for (const session of this.#sessions.values()) {
      if (!timingSafeEqual(session.hash, hash)) continue;
      session.lastUsed = this.#clock.monotonic();
      return { kind: 'session', session };
    }
    if (this.#wrongTokens.tooMany()) return { kind: 'too-many' };
    this.#wrongTokens.add();
    return { kind: 'refused' };
  }

  /** Ends one session and cuts what it has open. False when there is no such session. */
  end(id: string): boolean {
    const session = this.#sessions.get(id);
    if (session === undefined) return false;
    this.#sessions.delete(id);
    for (const cut of session.onEnd) cut();
    this.#onEnded(id);
    return true;
  }

  /** Ends every session and forgets every code; how many sessions there were. */
  endAll(): number {
    this.#codes = [];
    return [...this.#sessions.keys()].filter((id) => this.end(id)).length;
  }

  #open(): { token: string; id: string } {
    const oldest = [...this.#sessions.values()].sort((a, b) => a.lastUsed - b.lastUsed)[0];
    if (this.#sessions.size >= MAX_SESSIONS && oldest !== undefined) this.end(oldest.id);
    const token = randomBytes(SECRET_BYTES).toString('base64url');
    const id = randomBytes(8).toString('hex');
    this.#sessions.set(id, { id, hash: hashOf(token), lastUsed: this.#clock.monotonic(), onEnd: new Set() });
    return { token, id };
  }

  #expire(): void {
    const now = this.#clock.monotonic();
    this.#codes = this.#codes.filter((code) => code.until > now);
    for (const session of this.#sessions.values()) {
      // An open stream is use, however quiet it is.
      if (session.onEnd.size > 0) session.lastUsed = now;
      else if (now - session.lastUsed > IDLE_LIFETIME_MS) this.end(session.id);
    }
  }
}

interface FailureCount {
  add(): void;
  tooMany(): boolean;
}

function countFailures(clock: Clock, perMinute: number): FailureCount {
  let times: number[] = [];
  return {
    add: () => times.push(clock.monotonic()),
    tooMany: () => {
      const since = clock.monotonic() - 60_000;
      times = times.filter((at) => at > since);
      return times.length >= perMinute;
    },
  };
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
