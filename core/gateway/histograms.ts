// Distributions of durations, counted since their start, for a bounded number of combinations of attributes. It knows no exporter.
import type { Attributes } from './otlp-json.ts';
import { ATTRIBUTE, DURATION_BOUNDS, type Metric } from './telemetry-names.ts';

/** Combinations of attributes for each metric; what comes beyond is counted together. */
const MAX_COMBINATIONS = 1_000;

export interface Point {
  readonly attributes: Attributes;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** One more than there are bounds. */
  readonly buckets: number[];
}

export class Histograms {
  readonly #points = new Map<Metric, Map<string, Point>>();

  get isEmpty(): boolean {
    return this.#points.size === 0;
  }

  /** Counts one duration of `seconds`. */
  record(metric: Metric, seconds: number, attributes: Attributes): void {
    const points = this.#points.get(metric) ?? new Map<string, Point>();
    this.#points.set(metric, points);
    const wanted = JSON.stringify(attributes);
    const isNew = !points.has(wanted) && points.size >= MAX_COMBINATIONS - 1;
    const shown: Attributes = isNew ? { [ATTRIBUTE.overflow]: true } : attributes;
    const key = isNew ? '' : wanted;
    const point = points.get(key) ?? newPoint(shown);
    points.set(key, point);
    point.count += 1;
    point.sum += seconds;
    point.min = Math.min(point.min, seconds);
    point.max = Math.max(point.max, seconds);
    // A bound belongs to the bucket below it.
    const found = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? DURATION_BOUNDS.length : found;
    point.buckets[bucket] = (point.buckets[bucket] ?? 0) + 1;
  }

  /** Everything counted so far. */
  list(): { metric: Metric; points: readonly Point[] }[] {
    return [...this.#points].map(([metric, points]) => ({ metric, points: [...points.values()] }));
  }
}

function newPoint(attributes: Attributes): Point {
  return {
    attributes,
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    buckets: Array.from({ length: DURATION_BOUNDS.length + 1 }, () => 0),
  };
}
