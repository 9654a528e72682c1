// The probes behind "Run checks" and `portolan doctor SERVER`: from the entry in the catalog to the server's lists, in the order in
// which a connection depends on them.
import { type Clock, systemClock } from '../../core/base/clock.ts';
import { Redactor } from '../../core/base/redact.ts';
import { referencesOf, type ResolvedServer } from '../../core/catalog/resolve.ts';
import type { Verdict } from '../../core/eras/era-probe.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { CheckResult } from '../../shared/model/server-status.ts';
import type { HostParts } from '../parts.ts';
import type { DoctorConnection, Introduction, Writings } from './doctor-connection.ts';
import { cardProbe } from './card-probe.ts';
import { localProbes, stopProbe } from './local-probes.ts';
import { protocolProbes } from './protocol-probes.ts';
import { remoteProbes } from './remote-probes.ts';
import { type Probe, walk } from './walk.ts';

export type CheckParts = Pick<HostParts, 'catalog' | 'connections' | 'resolve' | 'signInChecks'> &
  Partial<Pick<HostParts, 'registries'>>;

/** What later probes learn from earlier ones. */
export interface Patient {
  readonly name: string;
  readonly parts: CheckParts;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly entry: ServerEntry;
  readonly writings: Writings;
  resolved?: ResolvedServer;
  connection?: DoctorConnection;
  verdict?: Verdict;
  introduction?: Introduction;
}

/**
 * Walks the probes for the server `name`; yields each result when it is known, and leaves no connection behind. Never throws for a
 * failing server. `env`: where a proxy may be named.
 */
export async function* runChecks(
  name: string,
  parts: CheckParts,
  options: { signal?: AbortSignal | undefined; clock?: Clock; env?: NodeJS.ProcessEnv } = {},
): AsyncGenerator<CheckResult, void, void> {
  const { signal, clock = systemClock, env = process.env } = options;
  const entry = parts.catalog.get(name);
  if (entry === undefined) {
    yield* walk([missingEntry(name)], signal);
    return;
  }
  const patient: Patient = { name, parts, clock, env, entry, writings: { lastError: undefined, noise: undefined } };
  const isLocal = entry.endpoint.type === 'stdio';
  const probes: Probe[] = [
    entryProbe(patient),
    referenceProbe(patient),
    ...(isLocal ? localProbes(patient) : remoteProbes(patient)),
    ...protocolProbes(patient),
    ...cardProbe(patient),
    ...(isLocal ? stopProbe(patient) : []),
  ];
  try {
    for await (const result of walk(probes, signal)) yield withoutSecrets(result, patient);
  } finally {
    await patient.connection?.close();
  }
}

/** A server, or a host name made of a reference, may bring a secret into the words of a result. */
function withoutSecrets(result: CheckResult, { resolved }: Patient): CheckResult {
  const redactor = new Redactor();
  for (const value of resolved?.secretValues ?? []) redactor.addSecret(value);
  const { detail, hint } = result;
  return {
    ...result,
    ...(detail !== undefined && { detail: redactor.redact(detail) }),
    ...(hint !== undefined && { hint: redactor.redact(hint) }),
  };
}

function missingEntry(name: string): Probe {
  return {
    id: 'entry',
    title: 'The entry is in the catalog and turned on',
    run: () => {
      throw new PortolanError('SERVER_NOT_FOUND', `there is no server named ${JSON.stringify(name)} in the catalog`, {
        hint: 'See the names with: portolan list',
      });
    },
  };
}

function entryProbe({ entry }: Patient): Probe {
  return {
    id: 'entry',
    title: 'The entry is in the catalog and turned on',
    run: () => {
      if (entry.options.enabled) return { outcome: 'ok', detail: entry.endpoint.type };
      throw new PortolanError('SERVER_DISABLED', `the server ${entry.name} is turned off`, {
        hint: `Turn it on with: portolan enable ${entry.name}`,
      });
    },
  };
}

function referenceProbe(patient: Patient): Probe {
  return {
    id: 'references',
    title: 'Every secret and variable that it names is there',
    run: async () => {
      const { entry, parts } = patient;
      patient.resolved = await parts.resolve(entry);
      const count = referencesOf(entry).length;
      return { outcome: 'ok', detail: count === 0 ? 'it names none' : `${String(count)} found` };
    },
  };
}
