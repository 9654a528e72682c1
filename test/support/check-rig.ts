// Runs the checks of `portolan doctor SERVER` on one entry, with real connections.
import { expect } from 'vitest';
import type { Clock } from '../../core/base/clock.ts';
import type { SignInChecks } from '../../host/checks/sign-in-probes.ts';
import { runChecks } from '../../host/checks/server-checks.ts';
import { type ServerEntry, serverEntrySchema } from '../../shared/model/server-entry.ts';
import type { CheckResult } from '../../shared/model/server-status.ts';
import { realConnections } from './gateway-rig.ts';
import { littleParts } from './little-parts.ts';

export interface Checked {
  readonly results: CheckResult[];
  /** `id outcome CODE`, of what is not ok. */
  readonly wrong: string[];
  readonly of: (id: string) => CheckResult;
}

export async function check(
  endpoint: object,
  more: {
    options?: object;
    env?: NodeJS.ProcessEnv;
    resolve?: () => never;
    secrets?: string[];
    clock?: Clock;
    signInChecks?: SignInChecks;
  } = {},
): Promise<Checked> {
  const entry: ServerEntry = serverEntrySchema.parse({ name: 'patient', endpoint, options: more.options ?? {} });
  const catalog = { ...littleParts().catalog, get: () => entry, list: () => [entry] };
  const parts = {
    ...(more.signInChecks && { signInChecks: more.signInChecks }),
    catalog,
    connections: realConnections(catalog),
    resolve:
      more.resolve ??
      (async ({ name, endpoint: to, options }: ServerEntry) => ({
        name,
        endpoint: to,
        options,
        secretValues: more.secrets ?? [],
      })),
  };
  const results: CheckResult[] = [];
  for await (const result of runChecks('patient', parts, {
    env: more.env ?? {},
    ...(more.clock && { clock: more.clock }),
  }))
    results.push(result);
  return {
    results,
    wrong: results
      .filter(({ outcome }) => outcome === 'failed' || outcome === 'warning')
      .map(({ id, outcome, code }) => `${id} ${outcome} ${String(code)}`),
    of: (id) => results.find((result) => result.id === id) ?? expect.fail(`no step ${id}`),
  };
}

export const node = (...args: string[]) => ({ type: 'stdio', command: process.execPath, args });
export const http = (url: string, type = 'streamable-http', headers = {}) => ({ type, url, headers });

/** Every failure names a next step or a code that has one; nothing after it was tried. */
export function expectStopAt({ results, of }: Checked, id: string, code: string): void {
  expect(of(id)).toMatchObject({ outcome: 'failed', code });
  const after = results.slice(results.findIndex((result) => result.id === id) + 1);
  // What a program wrote, and whether it ends, is looked at all the same.
  expect(
    after.filter(({ id: later, outcome }) => outcome !== 'skipped' && later !== 'output' && later !== 'stop'),
  ).toEqual([]);
}
