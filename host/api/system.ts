// Procedures on the host itself.
import { withEventMeta } from '@orpc/server';
import { runHostChecks } from '../checks/host-checks.ts';
import { checkTelemetry } from '../telemetry-settings.ts';
import type { HostParts } from '../parts.ts';
import { takeSnapshot } from '../snapshot.ts';
import { definedOnly } from './defined-only.ts';
import type { DomainImplementer } from './implementer.ts';

export function systemApi(os: DomainImplementer<'system'>, parts: HostParts) {
  const { audit, events, settings, telemetry, web } = parts;
  return {
    status: os.status.handler(() => parts.status()),
    snapshot: os.snapshot.handler(() => takeSnapshot(parts)),
    events: os.events.handler(async function* ({ lastEventId, signal }) {
      for await (const { id, event } of events.read(lastEventId, signal)) yield withEventMeta({ ...event }, { id });
    }),
    setSettings: os.setSettings.handler(async ({ input }) => {
      if (input.telemetry !== undefined) checkTelemetry(input.telemetry);
      const next = await settings.set(definedOnly(input));
      audit.setDurability(next.auditDurability);
      if (input.telemetry !== undefined) await telemetry.configure(next.telemetry);
      events.publish({ type: 'settings', settings: next });
      return next;
    }),
    check: os.check.handler(({ signal }) => runHostChecks(parts, signal)),
    telemetry: os.telemetry.handler(() => telemetry.state()),
    openWeb: os.openWeb.handler(async ({ input }) => {
      const opened = await web.open(input.port);
      events.publish({ type: 'host', host: parts.status() });
      return opened;
    }),
    revokeWeb: os.revokeWeb.handler(() => ({ ended: web.revoke() })),
    stop: os.stop.handler(({ input }) => {
      parts.stop(input.mode);
      return {};
    }),
  };
}
