// Activity: who called what, whether it was allowed, and whether the log is whole.
import { Button, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { AuditFilter, AuditKind, AuditOutcome } from '../../../shared/model/audit-record.ts';
import { Empty } from '../../components/empty.tsx';
import { FilterInput } from '../../components/filter-input.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { takeNextFilter } from '../../state/next-filter.ts';
import { toFault } from '../../words/fault.ts';
import { AUDIT_KINDS, KIND_WORDS } from '../../words/kinds.ts';
import { count, counted } from '../../words/numbers.ts';
import { outcomeLabel } from '../../words/states.ts';
import { RecordList } from './record-list.tsx';
import { RecordPanel } from './record-panel.tsx';
import { useRecords } from './use-records.ts';
import { useVerify } from './use-verify.ts';
import { VerifyControl } from './verify-control.tsx';

const OUTCOMES: readonly AuditOutcome[] = ['allowed', 'denied', 'deferred', 'error', 'unknown', 'cancelled'];
const TYPING_MS = 200;

export function ActivityPage({ id }: { readonly id: string | undefined }) {
  const snapshot = useSnapshot();
  const [, navigate] = useLocation();
  const single = snapshot.settings.singleKeyShortcuts;
  const [text, setText] = useState(takeNextFilter);
  const [kind, setKind] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const [settled] = useDebouncedValue(text.trim(), TYPING_MS);
  const filter = useMemo<AuditFilter>(
    () => ({
      ...(settled === '' ? {} : { text: settled }),
      ...(kind === null ? {} : { kinds: [kind as AuditKind] }),
      ...(outcome === null ? {} : { outcomes: [outcome as AuditOutcome] }),
    }),
    [settled, kind, outcome],
  );
  const records = useRecords(filter);
  const verify = useVerify();
  const filtered = Object.keys(filter).length > 0;
  const open = (next: string | undefined): void =>
    navigate(next === undefined ? '/activity' : `/activity/${encodeURIComponent(next)}`);
  const chosen = records.records.find((record) => record.id === id || String(record.seq) === id)?.id ?? id;
  const step = (by: number): void => {
    const at = records.records.findIndex((record) => record.id === chosen);
    const next = records.records[at === -1 ? 0 : Math.max(0, Math.min(at + by, records.records.length - 1))];
    if (!next) return;
    open(next.id);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-record="${CSS.escape(next.id)}"]`)?.focus());
  };
  const close = (): void => {
    open(undefined);
    requestAnimationFrame(() => {
      if (chosen !== undefined) document.querySelector<HTMLElement>(`[data-record="${CSS.escape(chosen)}"]`)?.focus();
    });
  };
  useKeys(
    { j: () => step(1), k: () => step(-1), v: verify.run, Escape: () => chosen !== undefined && close() },
    single,
  );
  const clear = (): void => {
    setText('');
    setKind(null);
    setOutcome(null);
  };
  const verdict = snapshot.audit.lastVerdict;
  const inAll = Math.max(records.total, snapshot.audit.records);
  return (
    <>
      <PageHead
        title="Activity"
        sub={
          filtered
            ? `${counted(records.matching, 'record matches', 'records match')}, ${count(inAll)} in all`
            : counted(inAll, 'record')
        }
      >
        <VerifyControl audit={snapshot.audit} verify={verify} />
      </PageHead>
      <div className="body fixed">
        {verdict && !verdict.ok && (
          <Reason
            fault={{
              code: 'AUDIT_BROKEN',
              cause: `${verdict.fault?.message ?? 'A record was changed after it was written'}. Records up to ${count(verdict.verified)} are proven.`,
              hint: 'Keep the log folder as it is and compare it with a copy.',
            }}
            action={{ label: 'Verify again', run: verify.run }}
          />
        )}
        <div className={chosen === undefined ? 'activity fill' : 'activity fill open'}>
          <div className="column" style={{ gap: 12 }}>
            <div className="filters">
              <FilterInput
                value={text}
                onChange={setText}
                label="Search records"
                placeholder="Text, or server:name"
                single={single}
              />
              <Select
                aria-label="Kind"
                placeholder="All kinds"
                clearable
                w={138}
                value={kind}
                onChange={setKind}
                data={AUDIT_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
              />
              <Select
                aria-label="Outcome"
                placeholder="All outcomes"
                clearable
                w={138}
                value={outcome}
                onChange={setOutcome}
                data={OUTCOMES.map((value) => ({ value, label: outcomeLabel(value) }))}
              />
            </div>
            <section className="card column grow" style={{ position: 'relative' }} aria-label="Records">
              {records.newer > 0 && (
                <Button className="pill" size="compact-sm" radius="xl" onClick={records.refresh}>
                  {count(records.newer)} new
                </Button>
              )}
              {records.error !== undefined ? (
                <div className="cardb">
                  <Reason fault={toFault(records.error)} action={{ label: 'Try again', run: records.refresh }} />
                </div>
              ) : records.loading ? (
                <SkeletonRows rows={18} height={28} />
              ) : records.records.length === 0 ? (
                filtered ? (
                  <Empty text="Nothing matches.">
                    <Button variant="default" onClick={clear}>
                      Clear filter
                    </Button>
                  </Empty>
                ) : (
                  <Empty text="No records yet. Every call and every change is written here." />
                )
              ) : (
                <RecordList
                  records={records.records}
                  chosen={chosen}
                  more={records.more}
                  onMore={records.loadMore}
                  onChoose={(record) => open(record.id)}
                  onStep={step}
                />
              )}
            </section>
          </div>
          {chosen !== undefined && <RecordPanel key={chosen} id={chosen} onClose={close} />}
        </div>
      </div>
    </>
  );
}
