// A strict OTLP/HTTP collector on loopback: it keeps what it takes, and refuses every body that is not exactly of the protocol's
// form, or that names something which the conventions do not have. Answers can be set.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { DURATION_BOUNDS } from '../../core/gateway/telemetry-names.ts';

type Values = Readonly<Record<string, string | number | boolean>>;

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'server' | 'client';
  readonly attributes: Values;
  readonly isError: boolean;
  readonly ms: number;
}

interface CollectedPoint {
  readonly attributes: Values;
  readonly count: number;
  readonly sum: number;
}

const KNOWN_ATTRIBUTES =
  /^(?:mcp\.(?:method\.name|protocol\.version)|gen_ai\.(?:tool|prompt|operation)\.name|jsonrpc\.request\.id|rpc\.response\.status_code|error\.type|network\.transport|server\.(?:address|port)|otel\.metric\.overflow|portolan\.server\.name)$/;
const KNOWN_METRICS = /^mcp\.(?:client|server)\.(?:operation|session)\.duration$/;

export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  /** The latest report: points by name of the metric. */
  metrics = new Map<string, CollectedPoint[]>();
  readonly bodies: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** What was wrong with a body. */
  readonly faults: string[] = [];
  /** Requests of which at least the head has arrived. */
  requests = 0;
  answer: (response: ServerResponse) => void = (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  #origin = '';

  /** Listens on a free loopback port until the test has finished; `tls`: key and certificate. */
  static async start(tls?: { key: string; cert: string }): Promise<OtlpCollector> {
    const collector = new OtlpCollector();
    const handle = (request: IncomingMessage, response: ServerResponse) => void collector.#handle(request, response);
    const server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    collector.#origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return collector;
  }

  get url(): string {
    return this.#origin;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    this.bodies.push(text);
    this.headers.push(request.headers);
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
      this.faults.push(`${String(request.method)} of ${String(request.headers['content-type'])}`);
    }
    const keep = response.writableEnded ? undefined : this.#read(String(request.url), JSON.parse(text) as Json);
    this.answer(response);
    if (response.statusCode < 300) keep?.();
  }

  #read(path: string, body: Json): () => void {
    if (path.endsWith('/v1/traces')) {
      const spans = this.#scopes(body, 'resourceSpans', 'scopeSpans').flatMap((scope) => this.#list(scope, 'spans'));
      const read = spans.map((span) => this.#span(span));
      return () => void this.spans.push(...read);
    }
    if (!path.endsWith('/v1/metrics')) this.faults.push(`path ${path}`);
    const metrics = this.#scopes(body, 'resourceMetrics', 'scopeMetrics').flatMap((s) => this.#list(s, 'metrics'));
    const read = new Map(metrics.map((metric) => this.#metric(metric)));
    return () => {
      this.metrics = read;
    };
  }

  #scopes(body: Json, resources: string, scopes: string): Json[] {
    this.#keys(body, [resources]);
    return this.#list(body, resources).flatMap((resource) => {
      this.#keys(resource, ['resource', scopes]);
      const about = this.#attributes(resource['resource'] as Json, /^service\.(?:name|version)$/);
      if (about['service.name'] !== 'portolan') this.faults.push('no service.name');
      return this.#list(resource, scopes);
    });
  }

  #span(span: Json): CollectedSpan {
    const times = ['startTimeUnixNano', 'endTimeUnixNano'];
    this.#keys(span, ['traceId', 'spanId', 'parentSpanId', 'name', 'kind', ...times, 'attributes', 'status']);
    const { traceId, spanId, parentSpanId, name, kind, status } = span as Record<string, string>;
    if (!/^[0-9a-f]{32}$/.test(String(traceId)) || !/^[0-9a-f]{16}$/.test(String(spanId))) this.faults.push('ids');
    if (parentSpanId !== undefined && !/^[0-9a-f]{16}$/.test(parentSpanId)) this.faults.push('parent');
    if ((kind as unknown) !== 2 && (kind as unknown) !== 3) this.faults.push(`kind ${String(kind)}`);
    const [start = 0n, end = 0n] = times.map((time) => BigInt(this.#integer(span[time])));
    if (end < start) this.faults.push('a span that ends before it begins');
    const code = (status as unknown as Json)['code'];
    if (code !== undefined && code !== 2) this.faults.push(`status ${JSON.stringify(code)}`);
    return {
      traceId: String(traceId),
      spanId: String(spanId),
      parentSpanId,
      name: String(name),
      kind: (kind as unknown) === 2 ? 'server' : 'client',
      attributes: this.#attributes(span, KNOWN_ATTRIBUTES),
      isError: code === 2,
      ms: Number(end - start) / 1e6,
    };
  }

  #metric(metric: Json): [string, CollectedPoint[]] {
    this.#keys(metric, ['name', 'description', 'unit', 'histogram']);
    const name = String(metric['name']);
    if (!KNOWN_METRICS.test(name) || metric['unit'] !== 's') this.faults.push(`metric ${name}`);
    const histogram = metric['histogram'] as Json;
    if (histogram['aggregationTemporality'] !== 2) this.faults.push('temporality');
    const points = this.#list(histogram, 'dataPoints').map((point) => {
      const counts = (point['bucketCounts'] as string[]).map((count) => Number(this.#integer(count)));
      const count = Number(this.#integer(point['count']));
      if (counts.reduce((a, b) => a + b, 0) !== count) this.faults.push('counts that do not add up');
      if (JSON.stringify(point['explicitBounds']) !== JSON.stringify(DURATION_BOUNDS)) this.faults.push('bounds');
      if (counts.length !== DURATION_BOUNDS.length + 1) this.faults.push('buckets');
      return { attributes: this.#attributes(point, KNOWN_ATTRIBUTES), count, sum: Number(point['sum']) };
    });
    return [name, points];
  }

  #attributes(owner: Json, known: RegExp): Values {
    return Object.fromEntries(
      this.#list(owner, 'attributes').map(({ key, value }) => {
        if (!known.test(String(key))) this.faults.push(`attribute ${String(key)}`);
        const [form, plain] = Object.entries(value as Json)[0] ?? [];
        if (form === 'intValue') return [key, Number(this.#integer(plain))];
        if (typeof plain !== (form === 'boolValue' ? 'boolean' : 'string')) this.faults.push(`value of ${String(key)}`);
        return [key, plain];
      }),
    ) as Values;
  }

  #list(owner: Json, key: string): Json[] {
    const list = owner[key];
    if (Array.isArray(list)) return list as Json[];
    this.faults.push(`no ${key}`);
    return [];
  }

  #keys(owner: Json, known: readonly string[]): void {
    for (const key of Object.keys(owner)) if (!known.includes(key)) this.faults.push(`member ${key}`);
  }

  /** 64-bit integers travel as text. */
  #integer(value: unknown): string {
    if (typeof value === 'string' && /^\d+$/.test(value)) return value;
    this.faults.push(`number ${JSON.stringify(value)}`);
    return '0';
  }
}

type Json = Readonly<Record<string, unknown>>;
