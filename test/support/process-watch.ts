// Looks at the command lines and environments of an installation's processes whenever something asks a server of the test: then
// whoever asked is running.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { onTestFinished } from 'vitest';
import type { Portolan } from './portolan.ts';
import { processesOf } from './secret-canary.ts';

const CHANNEL = 'http.server.request.start';

/** Command line and environment of every process that was seen, once. */
export function watchProcesses(portolan: Portolan): ReadonlySet<string> {
  const seen = new Set<string>();
  const look = (): void => {
    for (const { shown } of processesOf(portolan)) seen.add(shown);
  };
  subscribe(CHANNEL, look);
  onTestFinished(() => void unsubscribe(CHANNEL, look));
  return seen;
}
