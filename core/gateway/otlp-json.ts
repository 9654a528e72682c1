// Spans and metrics as the JSON that a collector reads. Pure: no queue, no network.
// (OpenTelemetry Protocol 1.9, JSON Protobuf encoding: ids in hex, 64-bit integers as text, enums as numbers)
import { VERSION } from '../../shared/version.ts';
import type { Point } from './histograms.ts';
import { ATTRIBUTE, DURATION_BOUNDS, type Metric, UNIT_SECONDS } from './telemetry-names.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 'server' | 'client';
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly isError: boolean;
}

const KIND = { server: 2, client: 3 } as const;
const STATUS_ERROR = 2;
const CUMULATIVE = 2;
const SCOPE = { name: 'portolan', version: VERSION };

/** The body of a request to `/v1/traces`. */
export function encodeSpans(spans: readonly Span[]): Buffer {
  return toBytes({
    resourceSpans: [{ resource: resource(), scopeSpans: [{ scope: SCOPE, spans: spans.map(encodeSpan) }] }],
  });
}

/** The body of a request to `/v1/metrics`. `startMs`: since when has been counted, `atMs`: until when; epoch milliseconds. */
export function encodeMetrics(
  metrics: readonly { readonly metric: Metric; readonly points: readonly Point[] }[],
  { startMs, atMs }: { readonly startMs: number; readonly atMs: number },
): Buffer {
  const encoded = metrics.map(({ metric: { name, description }, points }) => ({
    name,
    description,
    unit: UNIT_SECONDS,
    histogram: {
      aggregationTemporality: CUMULATIVE,
      dataPoints: points.map(({ attributes, count, sum, min, max, buckets }) => ({
        attributes: encodeAttributes(attributes),
        startTimeUnixNano: nanoseconds(startMs),
        timeUnixNano: nanoseconds(atMs),
        count: String(count),
        sum,
        min,
        max,
        bucketCounts: buckets.map(String),
        explicitBounds: DURATION_BOUNDS,
      })),
    },
  }));
  return toBytes({ resourceMetrics: [{ resource: resource(), scopeMetrics: [{ scope: SCOPE, metrics: encoded }] }] });
}

function encodeSpan(span: Span): object {
  const { traceId, spanId, parentSpanId, name, kind, startMs, endMs, attributes, isError } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind: KIND[kind],
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: encodeAttributes(attributes),
    status: isError ? { code: STATUS_ERROR } : {},
  };
}

function encodeAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: encodeValue(value) }));
}

function encodeValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  return typeof value === 'number' ? { intValue: String(value) } : { boolValue: value };
}

function resource(): object {
  return { attributes: encodeAttributes({ [ATTRIBUTE.serviceName]: 'portolan', [ATTRIBUTE.serviceVersion]: VERSION }) };
}

/** Microseconds are the most that a double holds of this century. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}

function toBytes(message: object): Buffer {
  return Buffer.from(JSON.stringify(message));
}
