// What the gateway is made of and asked for. Types only.
import type { Duplex } from 'node:stream';
import type { Session as SessionModel } from '../../shared/model/server-status.ts';
import type { Caller } from '../audit/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { CatalogReader } from '../connections/upstream.ts';
import type { ClientSession } from './client-session.ts';
import type { Downstream } from './downstream.ts';
import type { FrameTrace } from './frame-trace.ts';
import type { HostLoad } from './host-load.ts';
import type { MayUse } from './interceptors/ask-consent.ts';
import type { AuditSink, UpstreamSource } from './ports.ts';
import type { Telemetry } from './telemetry.ts';
import type { ProfileReader } from './profile/profile-sessions.ts';

export interface GatewayOptions {
  readonly connections: UpstreamSource;
  readonly catalog: CatalogReader & Partial<ProfileReader>;
  readonly audit: AuditSink;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** With other bounds than the usual ones. */
  readonly load?: HostLoad;
  /** Wait until an intent is on the disk before its call goes out. */
  strictAudit(): boolean;
  /** Without it, every client of the HTTP gateway may use what it reaches. */
  readonly mayUse?: MayUse;
  /** Removes known secrets from payloads that a server's entry asks to record `redacted`; without it they are not recorded. */
  redact?(text: string): string;
  /** All sessions, after any of them changed; several changes are told at once. */
  onSessions(sessions: SessionModel[]): void;
  onToolsChanged?(server: string): void;
  /** Is told of every request; without it none is traced. */
  readonly telemetry?: Pick<Telemetry, 'begin' | 'end'>;
  /** Keeps the last messages of each session for `trace`. */
  readonly trace?: FrameTrace;
}

export interface AttachOptions {
  /** Newline-delimited JSON-RPC in both directions. */
  readonly stream: Duplex;
  readonly server: string;
  readonly sessionId: string;
  readonly caller: Caller;
  /** The client's first message, when an earlier host had this session. */
  readonly resume?: Buffer;
  /** Bytes of the stream that the earlier host had read and not forwarded. */
  readonly pending?: readonly Buffer[];
  /** Ids (source text) of requests that the client's side knows to be unanswered since the earlier host died. */
  readonly unanswered?: readonly string[];
}

export interface OpenOptions {
  /** Name in the catalog, or `profile:NAME`. */
  readonly server: string;
  readonly sessionId: string;
  readonly caller: Caller;
  readonly connect: (session: ClientSession) => Downstream;
}

/** What the host sees of an attached client. */
export interface AttachedSession {
  readonly id: string;
  readonly inFlight: number;
  close(reason: string): Promise<void>;
}
