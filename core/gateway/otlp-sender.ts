// Brings spans and metrics to a collector, away from every call's path: in batches, from a bounded queue, again with growing pauses
// when the collector is away. What does not fit is counted, not kept.
import type { PortolanError } from '../../shared/errors.ts';
import { backoffMs } from '../base/backoff.ts';
import type { Clock, Timer } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Histograms } from './histograms.ts';
import { encodeMetrics, encodeSpans, type Span } from './otlp-json.ts';
import { type Collector, type Delivery, postOtlp, type Signal, undeliverable } from './otlp-post.ts';

const MAX_QUEUED = 2_048;
const MAX_BATCH = 512;
const BATCH_AFTER_MS = 5_000;
const METRICS_EVERY_MS = 60_000;
const BACKOFF = { baseMs: 1_000, capMs: 60_000 };
const MIN_PAUSE_MS = 500;
/** How long the last words may take when everything ends. */
const LAST_WORDS_MS = 2_000;

export interface SenderState {
  readonly queued: number;
  readonly sent: number;
  readonly dropped: number;
  /** Why the latest delivery failed; absent after one that succeeded. */
  readonly error?: PortolanError;
}

export interface SenderOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Resolves the address and the secrets in its headers: for the first delivery, and after one that failed. */
  readonly collector: () => Promise<Collector>;
  readonly histograms: Histograms;
}

export class OtlpSender {
  readonly #options: SenderOptions;
  readonly #startMs: number;
  #queue: Span[] = [];
  #spanTimer: Timer | undefined;
  #metricTimer: Timer | undefined;
  /** The delivery of spans that is under way. */
  #sending: Promise<void> | undefined;
  #failures = 0;
  #sent = 0;
  #dropped = 0;
  #error: PortolanError | undefined;
  #collector: Promise<Collector> | undefined;
  #isClosed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#startMs = options.clock.now();
  }

  get state(): SenderState {
    const error = this.#error;
    const counts = { queued: this.#queue.length, sent: this.#sent, dropped: this.#dropped };
    return error === undefined ? counts : { ...counts, error };
  }

  addSpan(span: Span): void {
    if (this.#isClosed || this.#queue.length >= MAX_QUEUED) {
      this.#dropped += 1;
      return;
    }
    this.#queue.push(span);
    if (this.#failures > 0 || this.#sending !== undefined) return;
    if (this.#queue.length === MAX_BATCH) this.#scheduleSpans(0);
    else if (this.#spanTimer === undefined) this.#scheduleSpans(BATCH_AFTER_MS);
  }

  /** Something was counted: it goes out with the next report. */
  noteMetrics(): void {
    if (this.#isClosed || this.#metricTimer !== undefined) return;
    this.#metricTimer = this.#options.clock.setTimeout(() => {
      this.#metricTimer = undefined;
      void this.#sendMetrics();
    }, METRICS_EVERY_MS);
  }

  /** Sends what there is, once and for two seconds at most; what is left counts as dropped. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#spanTimer?.cancel();
    const hadMetrics = this.#metricTimer !== undefined;
    this.#metricTimer?.cancel();
    const { clock } = this.#options;
    let timer: Timer | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, LAST_WORDS_MS);
    });
    const spans = (this.#sending ?? Promise.resolve()).then(() => this.#sendSpans());
    const last = Promise.all([spans, hadMetrics ? this.#sendMetrics() : undefined]);
    await Promise.race([last, limit]);
    timer?.cancel();
    this.#dropped += this.#queue.length;
    this.#queue = [];
  }

  #scheduleSpans(ms: number): void {
    this.#spanTimer?.cancel();
    this.#spanTimer = this.#options.clock.setTimeout(() => {
      this.#spanTimer = undefined;
      void this.#sendSpans();
    }, ms);
  }

  #sendSpans(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    this.#sending ??= this.#sendBatch().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#queue.slice(0, MAX_BATCH);
    const delivery = await this.#deliver('traces', encodeSpans(batch));
    if (delivery.kind === 'later') {
      const pause = Math.max(MIN_PAUSE_MS, backoffMs(this.#failures, BACKOFF), delivery.afterMs ?? 0);
      this.#failures += 1;
      if (!this.#isClosed) this.#scheduleSpans(pause);
      return;
    }
    this.#failures = 0;
    this.#queue = this.#queue.slice(batch.length);
    const rejected = delivery.kind === 'taken' ? Math.min(delivery.rejected, batch.length) : batch.length;
    this.#sent += batch.length - rejected;
    this.#dropped += rejected;
    if (this.#queue.length === 0) return;
    if (this.#isClosed) await this.#sendBatch();
    else this.#scheduleSpans(this.#queue.length >= MAX_BATCH ? 0 : BATCH_AFTER_MS);
  }

  /** Counts run on from the start: what one report could not bring, the next one does. */
  async #sendMetrics(): Promise<void> {
    const { clock, histograms } = this.#options;
    const body = encodeMetrics(histograms.list(), { startMs: this.#startMs, atMs: clock.now() });
    const delivery = await this.#deliver('metrics', body);
    if (delivery.kind === 'later') this.noteMetrics();
  }

  async #deliver(signal: Signal, body: Buffer): Promise<Delivery> {
    const { clock, collector } = this.#options;
    this.#collector ??= collector();
    const delivery = await this.#collector.then((to) => postOtlp(to, signal, body, clock), undeliverable);
    this.#noteDelivery(delivery);
    return delivery;
  }

  #noteDelivery(delivery: Delivery): void {
    const error = delivery.kind === 'taken' ? undefined : delivery.error;
    if (error !== undefined && this.#error?.code !== error.code) {
      this.#options.logger.warn('telemetry could not be delivered', { code: error.code });
    }
    this.#error = error;
    if (error !== undefined) this.#collector = undefined;
  }
}
