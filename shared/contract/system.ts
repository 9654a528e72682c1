// The host itself: one snapshot to fill a window, one event stream that resumes, settings, stopping.
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import {
  hostEventSchema,
  hostStatusSchema,
  settingsPatchSchema,
  settingsSchema,
  snapshotSchema,
} from '../model/system.ts';
import { checkResultSchema } from '../model/server-status.ts';
import { telemetryStateSchema } from '../model/telemetry.ts';
import { emptyOutput, procedure } from './base.ts';

export const system = {
  status: procedure.output(hostStatusSchema),
  snapshot: procedure.output(snapshotSchema),
  /** Resumes after the last event id the caller saw; yields `reset` when that is too old. */
  events: procedure.output(eventIterator(hostEventSchema)),
  setSettings: procedure.input(settingsPatchSchema).output(settingsSchema),
  /** Probes of this host and of what it depends on, each independent of the others; yielded as they are known. */
  check: procedure.output(eventIterator(checkResultSchema)),
  /** Whether spans and metrics are sent, and how that goes. */
  telemetry: procedure.output(telemetryStateSchema),
  /** Turns the loopback web host on and gives a URL that opens it once, within two minutes. */
  openWeb: procedure
    .input(z.object({ port: z.int().min(0).max(65_535).default(0) }))
    .output(z.object({ url: z.string(), base: z.string() })),
  /** Ends every browser session at once. */
  revokeWeb: procedure.output(z.object({ ended: z.int() })),
  /** `drain` finishes what is in flight first; `now` ends it within the deadline. */
  stop: procedure.input(z.object({ mode: z.enum(['drain', 'now']).default('now') })).output(emptyOutput),
};
