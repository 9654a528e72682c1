// Procedures that read and prove the audit log.
import { filterRule } from '../../core/audit/filter-rule.ts';
import { systemClock } from '../../core/base/clock.ts';
import type { AuditSummary, VerifyEvent } from '../../shared/model/audit-record.ts';
import type { HostParts } from '../parts.ts';
import { streamOf } from '../stream.ts';
import type { DomainImplementer } from './implementer.ts';

export function auditApi(os: DomainImplementer<'audit'>, { audit }: Pick<HostParts, 'audit'>) {
  return {
    list: os.list.handler(({ input }) =>
      audit.list(input.filter, {
        limit: input.limit,
        ...(input.beforeSeq === undefined ? {} : { beforeSeq: input.beforeSeq }),
      }),
    ),
    get: os.get.handler(({ input }) => audit.get(input.id)),
    tail: os.tail.handler(({ input, signal }) => {
      const matches = filterRule(input.filter, new Date(systemClock.now()));
      return streamOf<AuditSummary>(
        (push) =>
          audit.subscribe((records) => {
            for (const record of records) if (matches(record)) push(record);
          }),
        signal,
      );
    }),
    verify: os.verify.handler(({ signal }) =>
      streamOf<VerifyEvent>((push, end) => {
        const stopped = new AbortController();
        const running = audit.verify((verified, total) => push({ kind: 'progress', verified, total }), stopped.signal);
        running.then(
          (verdict) => {
            push({ kind: 'done', verdict });
            end();
          },
          (error: unknown) => end(error),
        );
        return () => stopped.abort();
      }, signal),
    ),
  };
}
