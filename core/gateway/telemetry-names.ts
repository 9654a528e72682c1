// Every name that leaves in a span or a metric, in one place: the conventions for MCP are still called "Development" and may change.
// (OpenTelemetry semantic conventions 1.41.1, MCP; OpenTelemetry metrics specification, cardinality limits)

export const ATTRIBUTE = {
  method: 'mcp.method.name',
  protocolVersion: 'mcp.protocol.version',
  tool: 'gen_ai.tool.name',
  prompt: 'gen_ai.prompt.name',
  operation: 'gen_ai.operation.name',
  requestId: 'jsonrpc.request.id',
  rpcStatus: 'rpc.response.status_code',
  errorType: 'error.type',
  transport: 'network.transport',
  address: 'server.address',
  port: 'server.port',
  overflow: 'otel.metric.overflow',
  /** Ours: the name of the server in the catalog. */
  server: 'portolan.server.name',
  serviceName: 'service.name',
  serviceVersion: 'service.version',
} as const;

export const OPERATION_EXECUTE_TOOL = 'execute_tool';
export const ERROR_TOOL = 'tool_error';
export const ERROR_CANCELLED = 'cancelled';
/** Stands for what is not among the known values. */
export const OTHER = '_OTHER';

export interface Metric {
  readonly name: string;
  readonly description: string;
}

/** Durations, all in seconds. `server`: Portolan towards its clients; `client`: Portolan towards the servers. */
export const METRIC = {
  serverOperation: {
    name: 'mcp.server.operation.duration',
    description: 'Time from the arrival of a request to its answer.',
  },
  clientOperation: {
    name: 'mcp.client.operation.duration',
    description: 'Time from the sending of a request to a server to its answer.',
  },
  serverSession: {
    name: 'mcp.server.session.duration',
    description: 'Time from the handshake of a client to its end.',
  },
  clientSession: {
    name: 'mcp.client.session.duration',
    description: 'Time from the start of a connection to a server to its end.',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export const UNIT_SECONDS = 's';

/** Upper bounds of the buckets of every duration, in seconds. */
export const DURATION_BOUNDS: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** Requests of the protocol. A method that a client made up is told as `_OTHER`. */
const METHODS: ReadonlySet<string> = new Set([
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tools/call',
  'tools/list',
]);

export function methodName(method: string): string {
  return METHODS.has(method) ? method : OTHER;
}

/** `{method} {target}`, the target being the name of a tool or prompt; never the address of a resource. */
export function spanName(method: string, target: string | undefined): string {
  return target === undefined ? methodName(method) : `${methodName(method)} ${target}`;
}
