// Counts the lines on a server's stdout that are no MCP messages, and says so at most once a second.
import type { Clock, Timer } from '../base/clock.ts';

const INTERVAL_MS = 1_000;
const SHOWN_CHARS = 200;

export class NoiseMeter {
  readonly #report: (text: string) => void;
  readonly #clock: Clock;
  #total = 0;
  /** The first line since the last report, and how many there were. */
  #held: { text: string; count: number } | undefined;
  #timer: Timer | undefined;

  constructor(report: (text: string) => void, clock: Clock) {
    this.#report = report;
    this.#clock = clock;
  }

  /** Lines so far. */
  get total(): number {
    return this.#total;
  }

  add(line: Buffer): void {
    this.#total += 1;
    if (this.#held === undefined) this.#held = { text: excerpt(line), count: 1 };
    else this.#held.count += 1;
    if (this.#timer === undefined) this.#flush();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#say();
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#held === undefined) return;
    this.#say();
    this.#timer = this.#clock.setTimeout(() => this.#flush(), INTERVAL_MS);
  }

  #say(): void {
    if (this.#held === undefined) return;
    const { text, count } = this.#held;
    this.#held = undefined;
    const others = count > 1 ? ` and ${count - 1} more` : '';
    this.#report(`ignored on stdout, no MCP message (${this.#total} so far): ${text}${others}`);
  }
}

function excerpt(line: Buffer): string {
  const text = line.toString('utf8', 0, SHOWN_CHARS * 4);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)} [cut]` : text;
}
