// What all sessions of a gateway share. Types only.
import type { ServerOptions } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { FrameTrace } from './frame-trace.ts';
import type { HostLoad } from './host-load.ts';
import type { MayUse } from './interceptors/ask-consent.ts';
import type { Outbox } from './outbox.ts';
import type { AuditSink, UpstreamSource } from './ports.ts';
import type { Telemetry } from './telemetry.ts';

/** What every conversation of a gateway shares. */
export interface GatewayContext {
  readonly connections: UpstreamSource;
  readonly audit: AuditSink;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly load: HostLoad;
  readonly outbox: Outbox;
  readonly optionsOf: (server: string) => ServerOptions | undefined;
  readonly mayUse?: MayUse | undefined;
  readonly strictAudit: () => boolean;
  readonly redact: ((text: string) => string) | undefined;
  readonly onToolsChanged: (server: string) => void;
  /** Keeps the last messages of each session, for a person who looks. */
  readonly trace?: FrameTrace | undefined;
  readonly telemetry?: Pick<Telemetry, 'begin' | 'end'> | undefined;
}
