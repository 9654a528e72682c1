// What an audit log is opened with, and its limits.
import type { AuditSummary } from '../../shared/model/audit-record.ts';
import type { AuditState } from '../../shared/model/system.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { HeadStore } from './kept-head.ts';
import type { SegmentLimits } from './segment-writer.ts';

export type Durability = 'default' | 'strict';

export interface AuditLogLimits {
  readonly segment: SegmentLimits;
  /** A journal file is replaced when it is this long. */
  readonly journalBytes: number;
  /** In default durability the writer waits this long to take several events in one group. */
  readonly groupMs: number;
  /** Pause between attempts to write again after a failure. */
  readonly retryMs: number;
}

export const DEFAULT_LIMITS: AuditLogLimits = {
  segment: { bytes: 67_108_864, records: 100_000 },
  journalBytes: 1_048_576,
  groupMs: 20,
  retryMs: 1000,
};

export interface AuditLogOptions {
  readonly dir: string;
  readonly cacheDir: string;
  readonly logger: Logger;
  readonly durability?: Durability;
  readonly clock?: Clock;
  readonly limits?: Partial<AuditLogLimits>;
  /** Where the head is kept outside of `dir`; without it a rollback of the whole folder cannot be seen. */
  readonly headStore?: HeadStore;
  /** The log has grown on the disk; `records` is empty when `wantsRecords` said no. */
  onRecords?(records: AuditSummary[]): void;
  /** False while nobody would look at what `onRecords` gets: then records are not summed up. */
  wantsRecords?(): boolean;
  onState?(state: AuditState): void;
}
