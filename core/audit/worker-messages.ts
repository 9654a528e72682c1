// What the host's main thread and the two audit threads say to each other. Types only.
import type { AuditDetail, AuditPage, AuditSummary, AuditVerdict } from '../../shared/model/audit-record.ts';
import type { ErrorCode, ErrorData } from '../../shared/errors.ts';
import type { OpenIntent } from './audit-event.ts';
import type { Head } from './head.ts';
import type { ClientUse } from './client-use.ts';
import type { ListQuery } from './list-query.ts';
import type { SegmentLimits } from './segment-writer.ts';

export interface WriterOptions {
  readonly dir: string;
  readonly run: string;
  /** Number of the journal file that the main thread is writing; lower ones are left over. */
  readonly journal: number;
  readonly principal: string;
  /** Stamps for records that the writer itself makes. */
  readonly now: number;
  readonly mono: number;
  readonly limits: SegmentLimits;
}

/** A place in the journal up to which everything has been written. */
export interface JournalPlace {
  readonly file: number;
  readonly size: number;
}

export type ToWriter =
  | { readonly kind: 'ingest'; readonly to: JournalPlace; readonly summaries: boolean }
  | { readonly kind: 'close'; readonly to: JournalPlace };

export type FromWriter =
  | { readonly kind: 'ready'; readonly head: Head; readonly lastAt: string | undefined }
  /** Everything of this run up to event `number` is chained and synced; `summaries` is empty when none are wanted. */
  | { readonly kind: 'durable'; readonly number: number; readonly head: Head; readonly summaries: AuditSummary[] }
  | { readonly kind: 'idle' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'closed' };

export type ReaderRequest =
  | { readonly kind: 'list'; readonly query: ListQuery }
  | { readonly kind: 'get'; readonly idOrSeq: string }
  | { readonly kind: 'openIntents'; readonly session: string | undefined }
  | { readonly kind: 'clientUse'; readonly since: string }
  | { readonly kind: 'verify'; readonly keptHead: Head | undefined };

export type ToReader =
  | { readonly kind: 'request'; readonly call: number; readonly request: ReaderRequest }
  | { readonly kind: 'abort'; readonly call: number }
  | { readonly kind: 'follow' }
  | { readonly kind: 'close' };

export type ReaderAnswer = AuditPage | AuditDetail | readonly OpenIntent[] | readonly ClientUse[] | AuditVerdict;

export type FromReader =
  | { readonly kind: 'answer'; readonly call: number; readonly value: ReaderAnswer }
  | { readonly kind: 'progress'; readonly call: number; readonly verified: number; readonly total: number }
  | { readonly kind: 'error'; readonly call: number; readonly error: WireError }
  | { readonly kind: 'followed' }
  | { readonly kind: 'closed' };

interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly data: ErrorData;
}
