// Whether and where Portolan tells how long things took: the setting, and how the deliveries go.
import * as z from 'zod';
import { reasonSchema } from './server-status.ts';

export const telemetrySettingsSchema = z.object({
  /** Address of an OTLP/HTTP collector, the part before `/v1/traces`. Without one nothing is sent. */
  endpoint: z.string().min(1).max(2048).optional(),
  /** Sent with every delivery; values may hold references such as `${secret:NAME}`, and no literal secret. */
  headers: z.record(z.string(), z.string()).default({}),
  traces: z.boolean().default(false),
  metrics: z.boolean().default(false),
});

export const telemetryStateSchema = z.object({
  on: z.boolean(),
  endpoint: z.string().optional(),
  traces: z.boolean(),
  metrics: z.boolean(),
  /** Since the settings were last changed or the host started. `dropped`: did not fit, or were refused by the collector. */
  spans: z.object({ queued: z.int(), sent: z.int(), dropped: z.int() }),
  /** Why the latest delivery failed. */
  problem: reasonSchema.optional(),
});

export type TelemetrySettings = z.infer<typeof telemetrySettingsSchema>;
export type TelemetryState = z.infer<typeof telemetryStateSchema>;
