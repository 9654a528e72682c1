// The ordered probes behind "Run checks" and `portolan doctor SERVER`: each says what it looked at, what was wrong and
// what to do next. The first failure ends the walk; what was not reached is reported as skipped.
import type { Caller } from '../core/audit/audit-event.ts';
import { checkEndpointUrl } from '../core/catalog/endpoint-url.ts';
import { assertNever } from '../shared/assert-never.ts';
import { type ErrorCode, PortolanError, toPortolanError } from '../shared/errors.ts';
import type { ServerEntry } from '../shared/model/server-entry.ts';
import type { CheckResult } from '../shared/model/server-status.ts';
import type { HostParts } from './parts.ts';

/** The parts that the probes use. `resolve` throws REFERENCE_UNRESOLVED, SECRET_NOT_FOUND, KEYCHAIN_*. */
export type CheckParts = Pick<HostParts, 'catalog' | 'resolve' | 'gateway' | 'tools'>;

const STEPS = ['entry', 'references', 'start', 'handshake', 'tools'] as const;
type Step = (typeof STEPS)[number];

/** Failures of `open` that come before a byte of the protocol was exchanged. */
const START_CODES: ReadonlySet<ErrorCode> = new Set([
  'CIRCUIT_OPEN',
  'CONNECT_REFUSED',
  'CONNECT_TIMEOUT',
  'RESOURCE_EXHAUSTED',
  'SERVER_CRASH_LOOP',
  'SPAWN_BAD_CWD',
  'SPAWN_NOT_EXECUTABLE',
  'SPAWN_NOT_FOUND',
  'SPAWN_NO_RESOURCES',
  'SPAWN_WRONG_FORMAT',
  'URL_REFUSED',
]);

/** Walks the probes for the server `name`; yields each result when it is known. Never throws for a failing server. */
export async function* runChecks(
  name: string,
  parts: CheckParts,
  caller: Caller,
  signal?: AbortSignal,
): AsyncGenerator<CheckResult, void, void> {
  const entry = parts.catalog.get(name);
  let failed = false;
  for (const step of STEPS) {
    if (signal?.aborted === true) return;
    if (failed) {
      yield { id: step, title: titleOf(step, entry), outcome: 'skipped' };
      continue;
    }
    const started = performance.now();
    try {
      const finding = await probe(step, name, entry, parts, caller);
      yield { id: step, title: titleOf(step, entry), ...finding, tookMs: since(started) };
    } catch (error) {
      failed = true;
      const { code, message, hint } = toPortolanError(error);
      yield {
        id: step,
        title: titleOf(step, entry),
        outcome: 'failed',
        detail: message,
        code,
        ...(hint === undefined ? {} : { hint }),
        tookMs: since(started),
      };
    }
  }
}

type Finding = Pick<CheckResult, 'outcome' | 'detail' | 'code' | 'hint'>;

async function probe(
  step: Step,
  name: string,
  entry: ServerEntry | undefined,
  parts: CheckParts,
  caller: Caller,
): Promise<Finding> {
  switch (step) {
    case 'entry':
      return checkEntry(name, entry);
    case 'references':
      if (entry !== undefined) await parts.resolve(entry);
      return { outcome: 'ok' };
    case 'start':
      return checkStart(name, entry, parts, caller);
    case 'handshake': {
      const client = await parts.gateway.localClient(caller, name);
      await client.ping();
      return { outcome: 'ok', detail: `${nameOf(client.serverInfo)}, protocol ${client.protocolVersion}` };
    }
    case 'tools': {
      const { tools, problems } = await parts.tools.list(name, true, caller);
      const detail = `${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}`;
      if (problems.length === 0) return { outcome: 'ok', detail };
      return { outcome: 'warning', detail: `${detail}, ${problems.length} unusable: ${problems[0]?.message ?? ''}` };
    }
    default:
      return assertNever(step);
  }
}

function checkEntry(name: string, entry: ServerEntry | undefined): Finding {
  if (entry === undefined) {
    throw new PortolanError('SERVER_NOT_FOUND', `there is no server named ${JSON.stringify(name)} in the catalog`, {
      hint: 'See the names with: portolan list',
    });
  }
  if (!entry.options.enabled) {
    throw new PortolanError('SERVER_DISABLED', `the server ${name} is turned off`, {
      hint: `Turn it on with: portolan enable ${name}`,
    });
  }
  return { outcome: 'ok' };
}

/** A failure that comes later than the start leaves this step ok; the handshake step then tells it. */
async function checkStart(
  name: string,
  entry: ServerEntry | undefined,
  parts: CheckParts,
  caller: Caller,
): Promise<Finding> {
  try {
    await parts.gateway.localClient(caller, name);
  } catch (error) {
    if (START_CODES.has(toPortolanError(error).code)) throw error;
  }
  // Of the address as it is written: a resolved one may hold a secret.
  const warnings =
    entry === undefined || entry.endpoint.type === 'stdio' ? [] : checkEndpointUrl(entry.endpoint.url).warnings;
  if (warnings.length === 0) return { outcome: 'ok' };
  return { outcome: 'warning', detail: warnings.join(' '), hint: 'Change the address, unless it is meant so.' };
}

function nameOf(serverInfo: unknown): string {
  const { name, version } = (serverInfo ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string') return 'a server without a name';
  return typeof version === 'string' ? `${name} ${version}` : name;
}

function titleOf(step: Step, entry: ServerEntry | undefined): string {
  const isStdio = entry?.endpoint.type === 'stdio';
  switch (step) {
    case 'entry':
      return 'The entry is in the catalog and turned on';
    case 'references':
      return 'Every secret and variable that it names is there';
    case 'start':
      return isStdio ? 'The command is found and starts' : 'The address is allowed and answers';
    case 'handshake':
      return 'The server answers the handshake';
    case 'tools':
      return 'The server lists its tools';
    default:
      return assertNever(step);
  }
}

function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}
