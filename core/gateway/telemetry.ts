// What Portolan tells a collector of the requests that pass: one span for its caller's side and one for the server's, and how long
// things took. Off until a person names a collector. Arguments, results, addresses of resources and session ids never leave.
import { assertNever } from '../../shared/assert-never.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { TelemetrySettings, TelemetryState } from '../../shared/model/telemetry.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import type { Logger } from '../base/logger.ts';
import type { Frame } from '../connections/frame.ts';
import { type Ending, type Exchange, resultOf } from './exchange.ts';
import { Histograms } from './histograms.ts';
import type { Attributes } from './otlp-json.ts';
import type { Collector } from './otlp-post.ts';
import { OtlpSender } from './otlp-sender.ts';
import {
  ATTRIBUTE,
  ERROR_CANCELLED,
  ERROR_TOOL,
  METRIC,
  type Metric,
  methodName,
  OPERATION_EXECUTE_TOOL,
  OTHER,
  spanName,
} from './telemetry-names.ts';
import { newTracePath, type TracePath, traceParentOf } from './trace-context.ts';

/** Names of tools and prompts that are told apart; a client can make up any number. */
const MAX_TARGETS = 1_000;
const MAX_NAME_CHARS = 128;
const MAX_ID_CHARS = 64;

export interface TelemetryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: TelemetrySettings;
  /** The collector of these settings, with the secrets of its headers. Throws REFERENCE_UNRESOLVED, SECRET_NOT_FOUND, KEYCHAIN_*. */
  readonly resolve: (settings: TelemetrySettings & { endpoint: string }) => Promise<Collector>;
  readonly entryOf: (server: string) => ServerEntry | undefined;
}

interface Failure {
  readonly errorType?: string;
  readonly rpcStatus?: string;
}

export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #targets = new Set<string>();
  /** When sessions and connections began, by the kind of record that ends them. `Clock.monotonic()`. */
  readonly #began = new Map<string, { at: number; attributes: Attributes }>();
  #settings: TelemetrySettings;
  #histograms = new Histograms();
  #sender: OtlpSender | undefined;

  constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#start();
  }

  /** Other settings take effect; what was gathered under the old ones is sent there, once. */
  async configure(settings: TelemetrySettings): Promise<void> {
    const before = this.#sender;
    this.#settings = settings;
    this.#start();
    await before?.close();
  }

  state(): TelemetryState {
    const { endpoint, traces, metrics } = this.#settings;
    const { queued = 0, sent = 0, dropped = 0, error } = this.#sender?.state ?? {};
    return {
      on: this.#sender !== undefined,
      ...(endpoint !== undefined && { endpoint }),
      traces,
      metrics,
      spans: { queued, sent, dropped },
      ...(error !== undefined && {
        problem: { code: error.code, message: error.message, ...(error.hint !== undefined && { hint: error.hint }) },
      }),
    };
  }

  /** The ids under which a request is traced; undefined when it is not. A caller that does not sample is followed. */
  begin(frame: Frame): TracePath | undefined {
    if (this.#sender === undefined || !this.#settings.traces) return undefined;
    const parent = traceParentOf(frame);
    return parent?.isSampled === false ? undefined : newTracePath(parent);
  }

  /** A request has ended: both spans and both durations. */
  end(exchange: Exchange, ending: Ending, protocolVersion: string | undefined): void {
    const sender = this.#sender;
    if (sender === undefined) return;
    const failure = failureOf(ending);
    const target = this.#targetOf(exchange);
    const common = commonAttributes(exchange, { target, failure, protocolVersion });
    const peer = this.#peerOf(exchange.session.server);
    const { clock } = this.#options;
    const now = clock.monotonic();
    const { startedAt, sentAt, trace } = exchange;
    if (this.#settings.metrics) {
      this.#count(METRIC.serverOperation, now - startedAt, common);
      if (sentAt !== undefined) this.#count(METRIC.clientOperation, now - sentAt, { ...common, ...peer });
    }
    if (trace === undefined) return;
    const endMs = clock.now();
    const more = { [ATTRIBUTE.requestId]: requestId(exchange.id) };
    const span = {
      traceId: trace.traceId,
      name: spanName(exchange.method, target),
      endMs,
      isError: failure.errorType !== undefined,
    };
    sender.addSpan({
      ...span,
      kind: 'server',
      spanId: trace.serverSpanId,
      ...(trace.parentSpanId !== undefined && { parentSpanId: trace.parentSpanId }),
      startMs: endMs - (now - startedAt),
      attributes: { ...common, ...more },
    });
    if (sentAt === undefined) return;
    sender.addSpan({
      ...span,
      kind: 'client',
      spanId: trace.clientSpanId,
      parentSpanId: trace.serverSpanId,
      startMs: endMs - (now - sentAt),
      attributes: { ...common, ...more, ...peer },
    });
  }

  /** Sessions and connections are known by their records in the log. */
  noteRecord({ kind, server = '', session = '', detail, reason }: AuditEvent): void {
    const name = { [ATTRIBUTE.server]: server };
    switch (kind) {
      case 'session.opened': {
        const version = detail?.['protocolVersion'];
        const attributes = version === undefined ? name : { ...name, [ATTRIBUTE.protocolVersion]: version };
        this.#began.set(`session ${session}`, { at: this.#options.clock.monotonic(), attributes });
        return;
      }
      case 'session.closed':
        this.#over(METRIC.serverSession, `session ${session}`, reason?.code);
        return;
      case 'server.started': {
        const attributes = { ...name, ...this.#peerOf(server) };
        this.#began.set(`server ${server} ${session}`, { at: this.#options.clock.monotonic(), attributes });
        return;
      }
      case 'server.stopped':
        this.#over(METRIC.clientSession, `server ${server} ${session}`, reason?.code);
        return;
      default:
    }
  }

  /** Sends what there is, for two seconds at most. */
  async close(): Promise<void> {
    const sender = this.#sender;
    this.#sender = undefined;
    await sender?.close();
  }

  #start(): void {
    const { clock, logger, resolve } = this.#options;
    const settings = this.#settings;
    const { endpoint, traces, metrics } = settings;
    this.#targets.clear();
    this.#histograms = new Histograms();
    const isOn = endpoint !== undefined && (traces || metrics);
    this.#sender = isOn
      ? new OtlpSender({
          clock,
          logger,
          collector: () => resolve({ ...settings, endpoint }),
          histograms: this.#histograms,
        })
      : undefined;
  }

  #over(metric: Metric, key: string, errorType: string | undefined): void {
    const began = this.#began.get(key);
    this.#began.delete(key);
    if (began === undefined || this.#sender === undefined || !this.#settings.metrics) return;
    const attributes =
      errorType === undefined ? began.attributes : { ...began.attributes, [ATTRIBUTE.errorType]: errorType };
    this.#count(metric, this.#options.clock.monotonic() - began.at, attributes);
  }

  #count(metric: Metric, ms: number, attributes: Attributes): void {
    this.#histograms.record(metric, ms / 1000, attributes);
    this.#sender?.noteMetrics();
  }

  /** The tool or prompt that a request names, as long as there are not too many of them. */
  #targetOf({ method, frame, session }: Exchange): string | undefined {
    if (method !== 'tools/call' && method !== 'prompts/get') return undefined;
    const name = textOf(objectOf(frame.message['params'])?.['name']);
    if (name === undefined) return undefined;
    const key = `${session.server} ${method} ${name}`;
    if (this.#targets.has(key)) return name;
    if (name.length > MAX_NAME_CHARS || this.#targets.size >= MAX_TARGETS) return OTHER;
    this.#targets.add(key);
    return name;
  }

  /** How the server is reached. Of an address only what holds no reference: the rest may be a secret. */
  #peerOf(server: string): Attributes {
    const endpoint = this.#options.entryOf(server)?.endpoint;
    if (endpoint === undefined) return {};
    if (endpoint.type === 'stdio') return { [ATTRIBUTE.transport]: 'pipe' };
    const tcp = { [ATTRIBUTE.transport]: 'tcp' };
    if (/^[^/]*\/\/[^/]*\$\{/.test(endpoint.url) || !URL.canParse(endpoint.url)) return tcp;
    const { hostname, port, protocol } = new URL(endpoint.url);
    const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
    return { ...tcp, [ATTRIBUTE.address]: hostname, [ATTRIBUTE.port]: number };
  }
}

function commonAttributes(
  { method, session }: Exchange,
  about: { target: string | undefined; failure: Failure; protocolVersion: string | undefined },
): Attributes {
  const { target, failure, protocolVersion } = about;
  return {
    [ATTRIBUTE.method]: methodName(method),
    [ATTRIBUTE.server]: session.server,
    ...(method === 'tools/call' && { [ATTRIBUTE.operation]: OPERATION_EXECUTE_TOOL }),
    ...(target !== undefined && { [method === 'tools/call' ? ATTRIBUTE.tool : ATTRIBUTE.prompt]: target }),
    ...(protocolVersion !== undefined && { [ATTRIBUTE.protocolVersion]: protocolVersion.slice(0, MAX_ID_CHARS) }),
    ...(failure.errorType !== undefined && { [ATTRIBUTE.errorType]: failure.errorType }),
    ...(failure.rpcStatus !== undefined && { [ATTRIBUTE.rpcStatus]: failure.rpcStatus }),
  };
}

function failureOf(ending: Ending): Failure {
  switch (ending.kind) {
    case 'answered': {
      const { frame } = ending;
      const error = frame.message['error'];
      if (error === undefined) return resultOf(frame)?.['isError'] === true ? { errorType: ERROR_TOOL } : {};
      const code = objectOf(error)?.['code'];
      const status = Number.isSafeInteger(code) ? String(code) : OTHER;
      return { errorType: status, rpcStatus: status };
    }
    case 'failed':
      return { errorType: ending.error.code };
    case 'cancelled':
      return { errorType: ERROR_CANCELLED };
    default:
      return assertNever(ending);
  }
}

/** The id as text, without the quotation marks of a string. */
function requestId(source: string): string {
  const value: unknown = JSON.parse(source);
  return (typeof value === 'string' ? value : source).slice(0, MAX_ID_CHARS);
}
