// What the audit log needs from outside: a clock and a logger, by shape alone.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds that never go back while the process lives. */
  monotonic(): number;
  setTimeout(fn: () => void, ms: number): { cancel(): void };
}

export interface Logger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const machineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(fn, ms) {
    const timer = setTimeout(fn, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};
